"""The incident mode of a runbook page in Chromium: a night under a fake clock, and what must not get lost in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from drillbook import validation
from tests.site.conftest import Visit, picture_size, watch

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
NIGHT = datetime(2026, 11, 22, 2, 55, tzinfo=UTC)
ID = "2026-11-22-fraud-accuracy-drop"
PATH = "runbooks/fraud-accuracy-drop/?environment=prod&evidence_dir=inc/0042"


@pytest.fixture
def night(chromium: Browser, address: str) -> Iterator[Visit]:
    """A visitor in Berlin at five to four in the morning, on a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, timezone_id="Europe/Berlin", locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    found = Visit(context.new_page())
    watch(context, found, address)
    found.page.clock.install(time=NIGHT - timedelta(minutes=1))
    found.page.clock.pause_at(NIGHT)
    yield found
    context.close()


def begin(page: Page, address: str, path: str = PATH) -> None:
    page.goto(f"{address}/{path}")
    page.get_by_role("button", name="Start incident mode").click()
    expect(page.locator("#db-incident")).to_contain_text(f"Incident {ID}")


def card(page: Page, step: str) -> Locator:
    return page.locator(f"[data-step={step}]")


def exported(page: Page, tmp_path: Path) -> dict[str, Any]:
    with page.expect_download() as found:
        page.get_by_role("button", name="Export as JSON").click()
    found.value.save_as(tmp_path / "log.json")
    read: dict[str, Any] = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    return read


def imported(folder: Path, log: dict[str, Any]) -> None:
    """What the browser exported becomes the incident's folder, which lints; a second import adds nothing."""
    work = folder / "work"
    for name in ("catalog", "runbooks"):
        shutil.copytree(ROOT / name, work / name)
    words = [sys.executable, "-m", "drillbook", "incident", "import", str(folder / "log.json")]
    environment = {**os.environ, "DRILLBOOK_NOW": "2026-11-22T08:00Z"}

    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    count = len(log["entries"])
    assert f"Added {count} of {count} entries to {ID}." in run(*words)
    assert "Nothing to add" in run(*words)
    run(sys.executable, "-m", "drillbook", "lint", "--as-of", "2026-11-23", "incidents")
    run(sys.executable, "-m", "drillbook", "incident", "verify")
    lines = (work / "incidents" / ID / "timeline.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    kept = [{key: value for key, value in one.items() if key != "prev"} for one in told]
    assert [each for each in log["entries"] if each not in kept] == []


def test_a_night_of_forty_minutes(night: Visit, address: str, tmp_path: Path) -> None:
    page = night.page
    begin(page, address)
    strip = page.get_by_role("region", name="Incident")
    expect(strip).to_contain_text("Next update: 30:00 left")
    page.clock.run_for("02:00")
    expect(strip).to_contain_text("02:00")

    # The command is copied, and that is on record without having been written down.
    card(page, "export-evidence").get_by_role("button", name="Copy").click()
    expect(card(page, "export-evidence")).to_contain_text("Begun 02:57 UTC (03:57 CET)")
    page.clock.run_for("01:00")
    card(page, "export-evidence").get_by_role("button", name="Done").click()
    expect(card(page, "export-evidence")).to_contain_text("Done 02:58 UTC (03:58 CET) by")

    # A decision leads on, with its reason.
    decide = card(page, "ours-or-the-world")
    decide.get_by_placeholder("Because").fill("The release was at two")
    decide.locator(".db-doing .md-button--primary").first.click()
    expect(decide).to_contain_text("Done 02:58 UTC")

    # A reload loses nothing, no network neither.
    page.reload()
    expect(card(page, "export-evidence")).to_contain_text("Done 02:58 UTC")
    page.context.set_offline(True)
    page.get_by_label("Kind").select_option("hypothesis")
    page.get_by_label("What happened").fill("The feature view is stale")
    page.get_by_role("button", name="Write down").click()
    page.clock.run_for("35:00")
    expect(strip).to_contain_text("over")
    strip.get_by_role("button", name="Update sent").first.click()
    page.context.set_offline(False)

    log = exported(page, tmp_path)
    assert validation.violations("browser-log", log) == ()
    assert log["zone"] == "Europe/Berlin"
    assert log["started_at"] == "2026-11-22T02:55:00Z"
    told = [(each["at"][11:16], each["kind"], each["text"].split(":")[0]) for each in log["entries"]]
    assert told[0] == ("02:55", "milestone", "Started with the runbook fraud-accuracy-drop 2.1.1")
    assert told[1][:2] == ("02:57", "action")
    assert told[1][2].startswith("Copied the command of 4. ")
    became = [(each["step"], each["progress"]) for each in log["entries"] if "progress" in each]
    assert became[:2] == [("export-evidence", "begun"), ("export-evidence", "done")]
    assert became[2:] == [(decision_of(log)["step"], "done")]
    command = next(each["command"] for each in log["entries"] if "command" in each)
    assert command.endswith('"inc/0042/scored-sample.parquet"')
    decision = decision_of(log)
    assert decision["because"] == "The release was at two"
    assert decision["choice"] in decision["options"]
    assert ("02:58", "hypothesis", "The feature view is stale") in told
    assert told[-1] == ("03:33", "action", "Sent an update")
    assert (night.elsewhere, night.complaints) == ([], [])
    imported(tmp_path, log)


@pytest.mark.parametrize(
    ("name", "scheme", "size"),
    [
        ("incident-phone", "dark", (390, 844)),
        ("incident-desk", "light", (1280, 900)),
        ("page-phone", "light", (390, 844)),
    ],
)
def test_picture_of_an_incident(
    night: Visit, address: str, tmp_path: Path, name: str, scheme: str, size: tuple[int, int]
) -> None:
    """``make pictures`` writes them anew; otherwise the committed ones are held against fresh ones by their size."""
    page = night.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if name == "page-phone":
        page.goto(f"{address}/{PATH}")
    else:
        begin(page, address)
        page.clock.run_for("02:00")
        card(page, "export-evidence").get_by_role("button", name="Copy").click()
        page.clock.run_for("01:00")
        card(page, "export-evidence").get_by_role("button", name="Done").click()
        card(page, "raise-review-share").get_by_role("button", name="Begin").click()
        page.clock.run_for("00:40")
        top = "document.querySelector('[data-step=export-evidence]').previousElementSibling.getBoundingClientRect().top"
        page.evaluate(f"window.scrollTo(0, window.scrollY + {top} - 80)")
        expect(card(page, "export-evidence")).to_contain_text("Done 02:58 UTC")
    target = ROOT / "docs" / "pictures" / f"{name}.png"
    shot = target if os.environ.get("DRILLBOOK_PICTURES") else tmp_path / target.name
    page.screenshot(path=shot)
    assert picture_size(shot) == picture_size(target) == size
    assert night.complaints == []


def decision_of(log: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in log["entries"] if each["kind"] == "decision")


def test_evidence_comes_before_change(night: Visit, address: str) -> None:
    page = night.page
    begin(page, address)
    data = json.loads(page.locator("#db-incident").get_attribute("data-book") or "")
    evidence = data["evidence"][0]
    step = evidence["destroyed_by"][0]
    page.evaluate("navigator.clipboard.writeText('before')")
    card(page, step).locator(".db-copy").first.click()
    gate = card(page, step).locator(".db-gate")
    expect(gate).to_contain_text("Evidence first")
    assert page.evaluate("navigator.clipboard.readText()") == "before"
    gate.get_by_role("button", name="Go on nevertheless").click()
    expect(gate.get_by_placeholder("Because")).to_be_focused()
    gate.get_by_placeholder("Because").fill("The store is down, and people are hurt")
    gate.get_by_role("button", name="Go on nevertheless").click()
    card(page, step).locator(".db-copy").first.click()
    assert page.evaluate("navigator.clipboard.readText()") != "before"
    page.locator("#db-incident .db-undo summary", has_text="What happened").click()
    expect(page.locator(".db-log")).to_contain_text("because: The store is down, and people are hurt")


def test_proof_comes_before_restoring(night: Visit, address: str) -> None:
    page = night.page
    begin(page, address)
    restoring = page.locator("[data-phase=Restore]:not([data-changes=nothing])").first
    restoring.get_by_role("button", name="Done").click()
    expect(restoring.locator(".db-gate")).to_contain_text("Proof first: nobody has said that the incident is mitigated")
    restoring.get_by_role("button", name="It is mitigated: seen").click()
    restoring.get_by_role("button", name="Done").click()
    expect(restoring).to_contain_text("Done 02:55 UTC")


def test_two_tabs_do_not_overwrite_each_other(night: Visit, address: str, tmp_path: Path) -> None:
    page = night.page
    begin(page, address)
    other = page.context.new_page()
    other.goto(f"{address}/{PATH}")
    expect(other.locator("#db-incident")).to_contain_text(f"Incident {ID}")
    for number in range(5):
        for tab in (page, other):
            tab.get_by_label("What happened").fill(f"Fact {number} of {'one' if tab is page else 'two'}")
            tab.get_by_role("button", name="Write down").click()
    log = exported(page, tmp_path)
    facts = sorted(each["text"] for each in log["entries"] if each["kind"] == "fact")
    assert facts == sorted(f"Fact {number} of {tab}" for number in range(5) for tab in ("one", "two"))
    other.close()


def test_it_is_cleared_only_after_an_export(night: Visit, address: str, tmp_path: Path) -> None:
    page = night.page
    begin(page, address)
    expect(page.get_by_role("button", name="Clear this incident")).to_have_count(0)
    exported(page, tmp_path)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear this incident").click()
    expect(page.get_by_role("button", name="Start incident mode")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('drillbook:incident')).length") == 0


def test_a_legal_clock_has_its_own_start(night: Visit, address: str) -> None:
    page = night.page
    page.goto(f"{address}/runbooks/assistant-behaviour-regression/")
    page.get_by_role("button", name="Start incident mode").click()
    clock = page.locator("#db-incident details", has_text="personal data breach")
    clock.locator("summary").click()
    clock.get_by_label("when, in UTC").fill("2026-11-22T01:30")
    clock.get_by_role("button", name="Start this clock").click()
    expect(page.locator(".db-clock")).to_contain_text("due 2026-11-25 01:30 UTC")
    expect(page.locator(".db-clock")).to_contain_text("2 d 22:35:00 left")


def test_each_clock_runs_from_its_own_event(night: Visit, address: str, tmp_path: Path) -> None:
    """Becoming aware starts one, the classification another, a report that was handed in a third; a month is a month."""
    page = night.page
    page.goto(f"{address}/runbooks/prompt-injection-leak/")
    page.get_by_role("button", name="Start incident mode").click()
    expect(page.locator("#db-incident details", has_text=": not running")).to_have_count(10)
    expect(page.locator(".db-clock")).to_have_count(0)
    for title, starts, begun, due in (
        ("Early warning of a significant incident", "when we became aware", "2026-11-22T02:50", "2026-11-23 02:50"),
        (
            "Initial notification of a major ICT-related incident",
            "was classified",
            "2026-11-22T02:53",
            "2026-11-22 06:53",
        ),
        (
            "Final report on a significant incident",
            "when the report before it was handed in",
            "2026-11-22T02:54",
            "2026-12-22 02:54",
        ),
    ):
        clock = page.locator("#db-incident details", has=page.get_by_text(f"{title}: not running", exact=True))
        clock.locator("summary").click()
        expect(clock).to_contain_text(starts)
        clock.get_by_label(f"{title}: when, in UTC", exact=True).fill(begun)
        clock.get_by_role("button", name="Start this clock").click()
        expect(page.locator(".db-clock", has_text=f"{title}: due {due} UTC")).to_be_visible()
    expect(page.locator(".db-clock")).to_have_count(3)
    told = [each["clock"] for each in exported(page, tmp_path)["entries"] if "clock" in each]
    assert told == ["nis2-23-warning", "dora-19-initial", "nis2-23-final"]


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), ("00:30 UTC (02:30 CEST)", "01:30 UTC (02:30 CET)")),
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), ("00:30 UTC (01:30 CET)", "01:30 UTC (03:30 CEST)")),
    ],
    ids=["clocks-go-back", "clocks-go-forward"],
)
def test_daylight_saving(chromium: Browser, address: str, start: datetime, said: tuple[str, str]) -> None:
    context = chromium.new_context(timezone_id="Europe/Berlin", locale="en-GB")
    page = context.new_page()
    page.clock.install(time=start - timedelta(minutes=1))
    page.clock.pause_at(start)
    page.goto(f"{address}/{PATH}")
    page.get_by_role("button", name="Start incident mode").click()
    first, second = page.locator("[data-step] .db-doing").nth(0), page.locator("[data-step] .db-doing").nth(1)
    first.get_by_role("button", name="Begin").click()
    page.clock.run_for("01:00:00")
    second.get_by_role("button", name="Begin").click()
    expect(first).to_contain_text(f"Begun {said[0]}")
    expect(second).to_contain_text(f"Begun {said[1]}")
    expect(page.locator(".db-since")).to_have_text("1:00:00")
    context.close()


def test_hostile_words_stay_words(night: Visit, address: str, tmp_path: Path) -> None:
    page = night.page
    begin(page, address)
    hostile = "<img src=x onerror=alert(1)> | `x` [a](javascript:b) ${HOME} {{ 1 }} [[[ 1 ]]] \u202egnp"
    page.get_by_label("What happened").fill(hostile)
    page.get_by_role("button", name="Write down").click()
    page.locator("#db-incident .db-undo summary", has_text="What happened").click()
    expect(page.locator(".db-log")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator(".db-log img").count() == 0
    with page.expect_download() as found:
        page.get_by_role("button", name="Export as Markdown").click()
    found.value.save_as(tmp_path / "log.md")
    written = (tmp_path / "log.md").read_text(encoding="utf-8")
    assert "\\<img src=x" in written
    assert "\\[a\\](" in written
    assert night.complaints == []


def test_a_browser_that_keeps_nothing_says_so(chromium: Browser, address: str) -> None:
    context: BrowserContext = chromium.new_context()
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('closed') }})")
    page.goto(f"{address}/{PATH}")
    page.get_by_role("button", name="Start incident mode").click()
    expect(page.get_by_role("alert").first).to_contain_text("This browser keeps nothing: export before you close")
    context.close()
