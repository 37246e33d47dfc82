"""axe finds nothing to complain of, on every kind of page, light and dark, at a desk and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.site.conftest import Visit

pytestmark = pytest.mark.browser
PAGES = (
    "",
    "runbooks/",
    "runbooks/fairness-regression/",
    "summaries/fairness-regression/",
    "by/alert/",
    "components/model/fraud-scorer/",
    "teams/sre/",
    "dictionary/",
    "coverage/",
    "dependencies/",
    "changes/",
    "drills/",
    "drills/fraud-accuracy-drop-tabletop/",
    "drills/fraud-accuracy-drop-tabletop/facilitator/",
    "drills/records/2026-10-08-fraud-accuracy-drop-tabletop/",
    "actions/",
    "incidents/",
    "incidents/2026-09-21-fraud-accuracy-drop/",
    "glossary/",
    "checking/",
    "rules/unknown-step/",
    "schema/runbook/",
)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def faults(visit: Visit) -> list[str]:
    found = Axe().run(visit.page, options=RULES).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary'][:300]}" for each in found for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark"), (1280, "light")])
@pytest.mark.parametrize("path", PAGES)
def test_a_page(visit: Visit, address: str, path: str, width: int, scheme: str) -> None:
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    visit.page.set_viewport_size({"width": width, "height": 844})
    visit.page.goto(f"{address}/{path}")
    visit.page.locator("details").evaluate_all("all => all.slice(0, 8).forEach((each) => { each.open = true })")
    assert faults(visit) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_in_incident_mode(visit: Visit, address: str, scheme: str) -> None:
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    visit.page.goto(f"{address}/runbooks/fairness-regression/?environment=prod")
    visit.page.get_by_role("button", name="Start incident mode").click()
    card = visit.page.locator("[data-step]").first
    card.get_by_role("button", name="Begin").click()
    card.get_by_role("button", name="Done").click()
    visit.page.get_by_label("What happened").fill("A fact")
    visit.page.get_by_role("button", name="Write down").click()
    assert faults(visit) == []
