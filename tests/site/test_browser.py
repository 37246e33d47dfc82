"""The built site in Chromium: from the start page to the first action, at a desk and on a phone."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from drillbook.cli._drill_app import DrillApp
from drillbook.drills.scenario import Inject, Objective, Scenario
from tests.drills.test_leading import Clock, led
from tests.site.conftest import ROOT, Visit, picture_size

pytestmark = pytest.mark.browser
RUNBOOK = "Fraud scores no longer match confirmed fraud"
PICTURE = ROOT / "docs" / "pictures" / "runbook.png"


def test_two_clicks_from_the_start_page_to_the_first_action(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/")
    page.get_by_role("link", name=RUNBOOK).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(RUNBOOK)
    page.get_by_role("link", name="First: Ask whether the model moved or the payments did").click()
    assert page.url.endswith("/runbooks/fraud-accuracy-drop/#step-ours-or-the-world")
    card = page.locator("#step-ours-or-the-world")
    expect(card).to_be_in_viewport()
    assert visit.elsewhere == []
    assert visit.complaints == []


def test_search_finds_a_symptom(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/rules/", wait_until="networkidle")  # the index is there, and somebody listens to the keys
    page.locator("label.md-header__button[for=__search]:visible, .md-search__input:visible").first.click()
    page.get_by_role("textbox", name="Search").press_sequentially("wrong declines", delay=20)
    result = page.locator(".md-search-result__link").first
    expect(result).to_contain_text(RUNBOOK, timeout=30_000)
    result.click()
    page.wait_for_url("**/runbooks/fraud-accuracy-drop/**")
    assert visit.elsewhere == []


@pytest.mark.parametrize("width", [390, 768, 1440])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "runbooks/fraud-accuracy-drop/",
        "dictionary/",
        "drills/",
        "drills/records/2026-10-08-fraud-accuracy-drop-tabletop/",
        "incidents/",
        "incidents/2026-09-21-fraud-accuracy-drop/",
        "actions/",
        "rules/",
        "rules/ambiguous-value/",
        "schema/step/",
    ],
)
def test_nothing_is_wider_than_the_screen(visit: Visit, address: str, width: int, path: str) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.elsewhere == []
    assert visit.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_component_leads_to_its_metrics_and_these_to_their_runbooks(visit: Visit, address: str, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/components/service/scoring-api/")
    page.get_by_role("link", name="model_decision_total").click()
    assert page.url.endswith("/dictionary/#metric-model_decision_total")
    expect(page.locator("#metric-model_decision_total")).to_be_in_viewport()
    card = page.locator("#metric-model_decision_total + .db-card")
    for said in ("counter", "unit count", "decision", "Scoring API"):
        expect(card).to_contain_text(said)
    card.get_by_role("link", name=RUNBOOK).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(RUNBOOK)
    assert visit.complaints == []


def test_on_a_phone_severity_owner_and_first_action_stand_on_the_first_screen(visit: Visit, address: str) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/")
    expect(page.get_by_text("SEV2", exact=True).first).to_be_in_viewport()
    expect(page.get_by_text("Fraud machine learning").first).to_be_in_viewport()
    expect(page.get_by_role("link", name="First: Ask whether")).to_be_in_viewport()


def test_the_page_says_what_the_contract_says(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/")
    signal = page.locator("#signal-decision-shift")
    expect(signal).to_contain_text("below −0.04 or above 0.04 for 10m, with at least 800 samples")
    expect(signal).to_contain_text("from −0.015 to 0.015 for 15m, with at least 800 samples")
    expect(page.locator(".db-review")).to_have_text("Reviewed 2026-10-12 by sre; next by 2027-01-10")
    restore = page.locator("#step-restore-bundle + .db-step")
    expect(restore).to_contain_text("Site reliability engineering")
    for heading in ("Rollback", "Escalation", "Governance", "Postmortem", "Changelog"):
        expect(page.get_by_role("heading", name=heading, exact=False).first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_picture_of_the_readme(visit: Visit, address: str, scheme: str, tmp_path: Path) -> None:
    """``make pictures`` writes it anew; otherwise the committed one is held against a fresh one by its size."""
    page = visit.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/")
    target = PICTURE.with_stem(f"runbook-{scheme}")
    anew = bool(os.environ.get("DRILLBOOK_PICTURES"))
    shot = target if anew else tmp_path / target.name
    shot.parent.mkdir(exist_ok=True)
    page.screenshot(path=shot)
    assert picture_size(shot) == picture_size(target) == (1280, 900)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(part) for part in background.strip("rgb()").split(",")) > 384) is (scheme == "light")


@pytest.mark.parametrize(
    ("name", "path", "size"),
    [
        ("drills", "drills/", (1280, 1500)),
        ("incidents", "incidents/", (1280, 1150)),
    ],
)
def test_picture_of_a_page(
    visit: Visit, address: str, tmp_path: Path, name: str, path: str, size: tuple[int, int]
) -> None:
    page = visit.page
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{address}/{path}")
    target = PICTURE.with_stem(name)
    shot = target if os.environ.get("DRILLBOOK_PICTURES") else tmp_path / target.name
    page.screenshot(path=shot)
    assert picture_size(shot) == picture_size(target) == size


def _slow_answers() -> Scenario:
    """A drill that no team will ever play: the picture stands in the docs, which players read."""
    steps = {
        "read-rollout": "Read where the rollout stands",
        "halve-traffic": "Take half of the traffic off",
        "tell-shop": "Tell the shop",
    }
    at = [timedelta(minutes=minutes) for minutes in (0, 8, 18, 35)]
    return Scenario(
        id="slow-answers-tabletop",
        title="A slow evening",
        version="1.0.0",
        mode="tabletop",
        environment="staging",
        runbook="slow-answers",
        runbook_version="1.0.0",
        duration=timedelta(minutes=90),
        injects=(
            Inject(
                "page",
                at[0],
                "pager",
                "AnswersSlow: 4 s at the 95th percentile, 2,100 answers",
                ("read-rollout",),
                "What changed?",
            ),
            Inject(
                "a-sale",
                at[1],
                "chat",
                "Marketing: the sale began, this is us",
                ("halve-traffic",),
                "Compare with last week.",
            ),
            Inject(
                "buyers",
                at[2],
                "support",
                "Five buyers gave up their baskets",
                ("tell-shop",),
                "Who speaks to the shop?",
            ),
            Inject("it-holds", at[3], "controller", "0.9 s for ten minutes", ("halve-traffic",)),
        ),
        objectives=(
            Objective("read", "The rollout is read first", "read-rollout", timedelta(minutes=5)),
            Objective("contained", "Half of the traffic is off", "halve-traffic", timedelta(minutes=20)),
        ),
        teams=("search", "sre"),
        steps=steps,
        pins={"steps": {}, "signals": {}},
    )


def test_picture_of_the_screen_of_a_drill(visit: Visit, tmp_path: Path) -> None:
    async def play(app: DrillApp, clock: Clock, press: Callable[..., Awaitable[None]]) -> None:
        await press("n", "n")
        clock.go(4)
        await press("d")
        clock.go(5)
        await press("n", "h")
        clock.go(10)
        await press("n")
        clock.go(2)
        app.refresh_state()
        await press("up")
        (tmp_path / "screen.svg").write_text(app.export_screenshot(title="drillbook drill run"), encoding="utf-8")

    with ThreadPoolExecutor(1) as apart:  # the browser has a loop of its own in this thread
        apart.submit(led, tmp_path / "j.jsonl", play, _slow_answers()).result()
    page = visit.page
    page.set_viewport_size({"width": 1280, "height": 900})
    drawn = (tmp_path / "screen.svg").read_text(encoding="utf-8")
    page.set_content(re.sub(r"@font-face\s*\{[^}]*\}", "", drawn))  # whose fonts lie on another host
    target = PICTURE.with_stem("drill-screen")
    shot = target if os.environ.get("DRILLBOOK_PICTURES") else tmp_path / target.name
    page.screenshot(path=shot)
    assert picture_size(shot) == picture_size(target) == (1280, 900)
