"""The start page, the pages about all runbooks, and what stands for tools, in Chromium and on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.site.conftest import Visit

RUNBOOKS = sorted(path.stem for path in (Path(__file__).parent.parent.parent / "runbooks").glob("*.md"))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("DecisionShift", "fraud-accuracy-drop"),
        ("wrong declines", "fraud-accuracy-drop"),
        ("hallucination", "assistant-behaviour-regression"),
        ("oom", "gpu-capacity-exhaustion"),
        ("ranker slow", "ranker-latency-regression"),
        ("discrimination", "fairness-regression"),
        ("merchant schema", "upstream-schema-change"),
    ],
)
def test_what_somebody_sees_leads_to_its_runbook_by_keys_alone(
    visit: Visit, address: str, typed: str, found: str
) -> None:
    page = visit.page
    page.goto(f"{address}/")
    page.keyboard.press("Tab")
    page.get_by_role("searchbox", name="What are you seeing?").focus()
    page.keyboard.type(typed)
    expect(page.get_by_role("status").filter(has_text="of 14")).to_be_visible()
    titles = page.locator("[data-find]:not([hidden]) .db-title a")
    hrefs = [titles.nth(number).get_attribute("href") for number in range(titles.count())]
    assert f"runbooks/{found}/" in hrefs[:3]
    page.keyboard.press("ArrowDown")
    expect(titles.first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/runbooks/**")
    assert (visit.elsewhere, visit.complaints) == ([], [])


@pytest.mark.browser
def test_the_search_index_is_loaded_when_somebody_searches(visit: Visit, address: str) -> None:
    page = visit.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/", wait_until="networkidle")
    assert not [url for url in asked if "search_index" in url]
    page.locator("label.md-header__button[for=__search]:visible, .md-search__input:visible").first.click()
    page.get_by_role("textbox", name="Search").press_sequentially("wrong declines", delay=20)
    expect(page.locator(".md-search-result__link").first).to_contain_text("Fraud scores", timeout=30_000)
    assert len([url for url in asked if "search_index" in url]) == 1
    assert visit.complaints == []


@pytest.mark.slow
def test_what_tools_read(built: Path) -> None:
    listed = json.loads((built / "runbooks.json").read_text(encoding="utf-8"))["runbooks"]
    assert sorted(each["id"] for each in listed) == RUNBOOKS
    guide = (built / "llms.txt").read_text(encoding="utf-8")
    for each in listed:
        assert (built / each["page"] / "index.html").is_file()
        source = built / each["source"]
        assert source.read_text(encoding="utf-8").startswith("---\nschema: runbook/1\nid: " + each["id"])
        assert f"({each['source']})" in guide


@pytest.mark.slow
def test_a_hole_is_seen_as_a_hole(built: Path) -> None:
    text = (built / "coverage" / "index.html").read_text(encoding="utf-8")
    assert 'class="db-hole"' in text
    for name in RUNBOOKS:
        assert f'href="../runbooks/{name}/"' in text or name == "gpu-capacity-exhaustion", name
    depends = (built / "dependencies" / "index.html").read_text(encoding="utf-8")
    assert 'href="../components/model/fraud-scorer/" aria-label="Fraud scorer (model/fraud-scorer)"' in depends
