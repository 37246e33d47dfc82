"""Somebody on call in Chromium: hands on the keyboard, a terminal beside the page, words that were begun and not yet kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.conftest import Visit
from tests.site.test_incident_mode import PATH, begin, card, exported
from tests.site.test_incident_mode import night as night

pytestmark = pytest.mark.browser
OTHER = "runbooks/training-serving-skew/"


def focused(page: Page) -> str:
    """What has the focus, and in which step."""
    told = (
        "(at => at.textContent.trim() + ' in ' + (at.closest('[data-step]')?.dataset.step ?? at.closest('[id]')?.id))"
    )
    return str(page.evaluate(f"{told}(document.activeElement)"))


def test_words_that_were_begun_outlive_what_happens_elsewhere(night: Visit, address: str) -> None:
    """A note is half written when a command has to be copied, another tab writes, and a terminal is looked at."""
    page = night.page
    begin(page, address)
    page.get_by_label("Kind").select_option("hypothesis")
    page.get_by_label("What happened").fill("The feature view is")
    because = card(page, "ours-or-the-world").get_by_placeholder("Because")
    because.fill("The release was")
    card(page, "export-evidence").get_by_role("button", name="Copy").click()
    expect(card(page, "export-evidence")).to_contain_text("Begun")
    other = page.context.new_page()
    other.goto(f"{address}/{PATH}")
    other.get_by_label("What happened").fill("Seen in the other tab")
    other.get_by_role("button", name="Write down").click()
    other.close()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#db-incident summary", has_text="What happened (3)")).to_be_visible()
    assert page.get_by_label("What happened").input_value() == "The feature view is"
    assert page.get_by_label("Kind").input_value() == "hypothesis"
    assert because.input_value() == "The release was"
    page.get_by_role("button", name="Write down").click()
    assert page.get_by_label("What happened").input_value() == ""
    assert because.input_value() == "The release was"


def test_what_is_pressed_by_key_keeps_the_place(night: Visit, address: str) -> None:
    page = night.page
    begin(page, address)
    assert focused(page).endswith("in db-incident")
    of = card(page, "raise-review-share")
    of.get_by_role("button", name="Begin").focus()
    page.keyboard.press("Enter")
    expect(of).to_contain_text("Begun")
    assert focused(page) == "Done in raise-review-share"
    page.keyboard.press("Enter")
    expect(of).to_contain_text("Done 02:55 UTC")
    assert focused(page) == "Not so in raise-review-share"


def test_a_selection_that_begins_before_the_command_is_no_way_around(visit: Visit, address: str) -> None:
    """A mouse that was pulled from the line above into the command, and a triple click."""
    page = visit.page
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/")
    page.evaluate("navigator.clipboard.writeText('before')")
    command = card(page, "export-evidence").locator(":scope > .db-command")
    page.evaluate(
        """code => { const range = document.createRange();
        range.setStart(code.closest('[data-step]').firstElementChild, 0); range.setEndAfter(code.lastChild);
        document.getSelection().removeAllRanges(); document.getSelection().addRange(range); }""",
        command.locator("code").element_handle(),
    )
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "before"
    expect(command.get_by_role("status")).to_contain_text("Not copied: fill in")
    page.get_by_label("Folder for the evidence of this incident").fill("inc/0042")
    page.evaluate(
        "document.activeElement.blur(); document.getSelection().selectAllChildren(document.querySelector('article'))"
    )
    page.keyboard.press("Control+c")
    assert "inc/0042/scored-sample.parquet" in str(page.evaluate("navigator.clipboard.readText()"))


def test_the_export_names_the_version_of_every_runbook_that_was_used(
    night: Visit, address: str, tmp_path: Path
) -> None:
    page = night.page
    begin(page, address)
    page.goto(f"{address}/{OTHER}")
    expect(page.locator("#db-incident")).to_contain_text("Incident 2026-11-22-fraud-accuracy-drop")
    page.locator("[data-step] .db-doing").first.get_by_role("button", name="Begin").click()
    version = page.locator("[data-version]").get_attribute("data-version")
    page.goto(f"{address}/{PATH}")
    log = exported(page, tmp_path)
    assert log["runbooks"] == {"fraud-accuracy-drop": "2.1.1", "training-serving-skew": version}
    assert "version" not in json.dumps(log["entries"][0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_alert_to_the_first_command_by_keyboard_on_a_slow_phone(
    chromium: Browser, address: str, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    slow = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", slow)
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/?version=2.1.1&environment=prod&evidence_dir=inc/0042")
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page).startswith("First:"):
            break
    page.keyboard.press("Enter")
    expect(card(page, "ours-or-the-world")).to_be_in_viewport()
    stops = 0
    while not focused(page).startswith("Copy in "):
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 30, focused(page)
    where = focused(page).rpartition(" in ")[2]
    page.keyboard.press("Enter")
    told = card(page, where).locator(".db-told").first
    expect(told).to_have_text("Copied.")
    expect(told).to_be_in_viewport()
    words = str(page.evaluate("navigator.clipboard.readText()"))
    assert words
    assert "${" not in words
    context.close()


def test_on_paper_the_undo_of_every_step_stands_and_every_query(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/?environment=prod")
    page.emulate_media(media="print", color_scheme="dark")
    said = page.locator("article details.db-undo", has=page.get_by_text("Undo", exact=True)).locator("code")
    queries = page.locator("article details.db-undo", has=page.get_by_text("Query", exact=False)).locator("code")
    for found in (said, queries):
        assert found.count() > 1
        for each in found.all():
            expect(each).to_be_visible()
    expect(page.locator(".db-picture .db-steps")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("path", ["", "runbooks/fraud-accuracy-drop/"])
def test_without_a_script_a_dark_screen_stays_dark(chromium: Browser, address: str, path: str) -> None:
    context = chromium.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{address}/{path}")

    def light(which: str, what: str) -> float:
        got = page.locator(which).first.evaluate(f"each => getComputedStyle(each).{what}")
        return sum(float(part) for part in got[got.index("(") + 1 : -1].split(",")[:3]) / 3

    assert light("body", "backgroundColor") < 60
    for words in ("article p", "article a", "article h1", "article code"):
        assert light(words, "color") > 120, words
    context.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("why is the assistant hallucinating", "assistant-behaviour-regression"),
        ("hallucinate", "assistant-behaviour-regression"),
        ("customers say that payments are declined", "fraud-accuracy-drop"),
        ("searches slower since release?", "ranker-latency-regression"),
    ],
)
def test_what_somebody_types_in_a_hurry_finds_something(visit: Visit, address: str, typed: str, found: str) -> None:
    page = visit.page
    page.goto(f"{address}/")
    box = page.get_by_role("searchbox", name="What are you seeing?")
    for _ in range(30):
        page.keyboard.press("Tab")
        if box.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.type(typed)
    titles = page.locator("[data-find]:not([hidden]) .db-title a")
    expect(titles.first).to_be_visible()
    hrefs = [titles.nth(number).get_attribute("href") for number in range(titles.count())]
    assert f"runbooks/{found}/" in hrefs[:3]
    box.fill("qqqq zzzz")
    expect(page.get_by_role("status").filter(has_text="None has")).to_be_visible()
    expect(titles).to_have_count(0)


def test_paper_is_white_whatever_the_screen_was(night: Visit, address: str) -> None:
    """A dark page that is printed in the midst of an incident: dark words on white, what was done, and nothing to press."""
    page = night.page
    page.emulate_media(color_scheme="dark")
    begin(page, address)
    card(page, "raise-review-share").get_by_role("button", name="Done").click()
    page.emulate_media(media="print", color_scheme="dark")
    for which in ("article .db-step a", "article .db-tag", "article h1", "article code", ".db-review"):
        for each in page.locator(which).all()[:12]:
            got = str(each.evaluate("each => getComputedStyle(each).color"))
            parts = [float(part) for part in got[got.index("(") + 1 : -1].split(",")]
            faint = (1 - parts[3] if len(parts) > 3 else 0) * 255
            assert sum(parts[:3]) / 3 * (1 - faint / 255) + faint < 150, (which, got)
    expect(card(page, "raise-review-share").get_by_text("Done 02:55 UTC")).to_be_visible()
    visible = "all => all.filter((each) => each.checkVisibility()).map((each) => each.outerHTML)"
    assert page.locator("article button").evaluate_all(visible) == []


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_nothing_stands_over_anything_in_incident_mode(night: Visit, address: str, width: int) -> None:
    page = night.page
    page.set_viewport_size({"width": width, "height": 844})
    begin(page, address)
    found = page.evaluate(
        """() => {
        const seen = [...document.querySelectorAll("article :is(a, button, input, select, summary)")]
          .filter((each) => each.checkVisibility() && each.getBoundingClientRect().width && !each.closest("svg"));
        const out = seen.filter((each) => {
          const frame = each.closest(".db-panel, .db-step");
          return frame && each.getBoundingClientRect().right > frame.getBoundingClientRect().right - 14;
        });
        const across = (x, y) => Math.min(x.right, y.right) - Math.max(x.left, y.left);
        const along = (x, y) => Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
        const both = (x, y) => across(x, y) > 2 && along(x, y) > 4;
        const over = (a, b) => [...a.getClientRects()].some((x) => [...b.getClientRects()].some((y) => both(x, y)));
        const near = (a, n) => seen.slice(n + 1, n + 20).filter((b) => !a.contains(b) && over(a, b));
        const pairs = seen.flatMap((a, n) => near(a, n).map((b) => [a, b]));
        return [...out, ...pairs.flat()].map((each) => each.outerHTML.slice(0, 100));
        }"""
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_note_that_was_half_written_is_there_after_a_reload(night: Visit, address: str, tmp_path: Path) -> None:
    """A phone took the page out of its memory meanwhile; what was written down is not offered again."""
    page = night.page
    begin(page, address)
    page.get_by_label("What happened").fill("The feature view is")
    card(page, "ours-or-the-world").get_by_placeholder("Because").fill("The release was")
    page.reload()
    expect(page.get_by_label("What happened")).to_have_value("The feature view is")
    expect(card(page, "ours-or-the-world").get_by_placeholder("Because")).to_have_value("The release was")
    page.clock.run_for("00:05")
    page.get_by_role("button", name="Write down").click()
    page.reload()
    expect(page.get_by_label("What happened")).to_have_value("")
    assert [each["text"] for each in exported(page, tmp_path)["entries"]][1:] == ["The feature view is"]
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear this incident").click()
    assert page.evaluate("sessionStorage.getItem('drillbook:draft')") is None
