"""What the site says of drills: the plan, the players' page, the facilitator's, the reports, and what a runbook's page proves."""

from __future__ import annotations

import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from drillbook import files
from drillbook.cli import commands
from drillbook.site import audience, pages
from tests.site.conftest import ROOT

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 22)
DRILL = "fraud-accuracy-drop-tabletop"
RECORD = "2026-10-08-fraud-accuracy-drop-tabletop"
LATER = "2026-11-12-fraud-accuracy-drop-tabletop"
MARK = "PLANTEDMARKER"


def made(root: Path = ROOT, players: bool = False) -> dict[str, str]:
    repository = files.load(root)
    return {
        each.uri: each.markdown
        for each in pages.pages(audience.for_players(repository) if players else repository, DAY)
    }


def plain(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return made()


def test_the_plan_says_when_and_how_much_was_tried(site: dict[str, str]) -> None:
    text = plain(site["drills/index.md"])
    assert "2027-02-10 First day of the sales" in text
    assert re.search(r"Fraud scores no longer match confirmed fraud 2026-11-14 5 of 12", text)
    who = text[text.index("Who was exercised") :]
    assert "Role Steps tried Last With Case handling 0 of 2 never " in who
    assert re.search(r"Operations 22 of \d+ 2026-11-18 Fraud features are old", who)
    assert re.search(r"Site reliability engineering \d 2026-11-18 ", who)
    assert " 0 never " in who.partition("Team Took part Last With")[2], "a team that never took part is seen"
    assert "2026-10-08 2026-10-08-fraud-accuracy-drop-tabletop U P S fictional" in text


def test_a_report_tells_what_came_of_it(site: dict[str, str]) -> None:
    page = site[f"drills/records/{RECORD}.md"]
    text = plain(page)
    assert "Export the evidence evidence-first 20m not reached U unable to perform" in text
    assert "Restore the last good model together with its feature view whole-bundle 55m 46m S" in text
    assert "wrong in Restore the last good model" in text
    assert "Changed and tried again." in text
    assert page.count('<svg class="db-course"') == 1
    assert page.count('class="db-dot-missed"') == 1
    assert "0:46 done restore-bundle The bundle was restored" in text, "the clock stood still for six minutes"


def test_the_facilitator_sees_every_run_of_each_objective(site: dict[str, str]) -> None:
    text = plain(site[f"drills/{DRILL}/facilitator.md"])
    assert "20m not reached (U) 14m (P)" in text
    assert "n = 2" in text
    assert "Hint, when nobody moves: What do the shadow decisions of the previous model say?" in text


def test_the_page_of_the_runbook_says_when_it_was_proven(site: dict[str, str]) -> None:
    page = site["runbooks/fraud-accuracy-drop.md"]
    assert "Last drilled 2026-11-12 (fictional); 5 of 12 steps were tried as they are now" in plain(page)
    cards = {each[0]: each[1] for each in re.findall(r'data-step="([^"]+)"(.*?)</p>', page, re.DOTALL)}
    assert "tried" in cards["export-evidence"]
    assert "tried" not in cards["rules-only"]
    assert "Never drilled" in plain(site["runbooks/fairness-regression.md"])


def test_a_step_that_failed_is_said_at_the_top_of_its_page(tmp_path: Path) -> None:
    for folder in ("runbooks", "drills", "catalog"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for end in (".yaml", ".jsonl"):
        (tmp_path / f"drills/records/2026-11-12-{DRILL}{end}").unlink()
    page = plain(made(tmp_path)["runbooks/fraud-accuracy-drop.md"])
    said = "Restore the last good model together with its feature view failed, changed since, not tried again: The step"
    assert said in page


def test_what_an_incident_says_of_a_runbook_stands_at_the_top_of_its_page(tmp_path: Path) -> None:
    """Until it is dealt with: the page says it, and lint warns."""
    for folder in ("runbooks", "drills", "catalog", "incidents"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    report = tmp_path / "incidents/2026-11-18-feature-store-staleness/incident.md"
    text = report.read_text(encoding="utf-8")
    report.write_text(text.replace("opened: true}", "opened: false, failed_steps: [gate-by-age]}"), encoding="utf-8")
    page = plain(made(tmp_path)["runbooks/feature-store-staleness.md"])
    assert "Nobody opened it in the incident of 2026-11-18" in page
    assert re.search(r"\d+\. [^.]+ failed: it did not work as written", page)
    lint = CliRunner().invoke(commands, ["lint", "--as-of=2026-11-22", str(tmp_path / "runbooks")])
    assert "[unopened-runbook]" in lint.stdout
    assert "[failed-step]" in lint.stdout


def test_the_actions_of_all_drills_are_one_page(site: dict[str, str]) -> None:
    text = plain(site["actions.md"])
    assert text.index("2026-12-18 Show the feature view") < text.index("Done")
    assert "Put the export of the evidence before the restoring" in text[text.index("Done") :]


def test_the_site_offers_the_calendar(site: dict[str, str]) -> None:
    events = Calendar.from_ical(site["drills.ics"]).walk("VEVENT")
    assert f"{DRILL}-3@drillbook" in {str(each["uid"]) for each in events}
    assert "../drills.ics" in site["drills/index.md"]


def plant(there: Path) -> None:
    """Marks in everything of a drill and its records that players may not know."""
    drill = there / f"drills/{DRILL}.md"
    text = drill.read_text(encoding="utf-8")
    text = re.sub(r"says: .*", f"says: {MARK} says", text)
    text = re.sub(r"hint: .*", f"hint: {MARK} hint", text)
    text = text.replace("because: incident", f"because: {MARK} incident")
    text = re.sub(
        r"id: (evidence-first|contained|whole-bundle), title: [^,]*", rf"id: \1, title: {MARK} objective", text
    )
    text = text.replace("## Debrief\n", f"## Debrief\n\n- {MARK} question\n").replace(
        "\n## Injects\n", f"\n## Injects\n\n{MARK} words\n"
    )
    drill.write_text(text, encoding="utf-8")
    for path in (there / "drills/records").glob("*.yaml"):
        path.write_text(
            path.read_text(encoding="utf-8").replace("Nobody could tell which", f"{MARK} could not tell which")
        )


def build(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["site", "build", "out", *arguments, "--as-of", "2026-11-22"])


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("runbooks", "drills", "catalog", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(there: Path, words: list[str]) -> list[str]:
    found = []
    for path in sorted((there / "out").rglob("*")):
        text = path.read_bytes().lower() if path.is_file() else b""
        found += [f"{path.relative_to(there)}: {word}" for word in words if word.lower().encode() in text]
    return found


@pytest.mark.slow
def test_the_site_for_players_holds_no_inject_hint_or_answer(there: Path) -> None:
    drills = files.load(there).of("drill")
    words = [
        str(block.value[key])[:40]
        for each in drills
        for block in each.injects
        for key in ("says", "hint")
        if key in block.value
    ]  # type: ignore[index, operator]
    result = build("--players")
    assert result.exit_code == 0, result.output
    assert len(words) > 5
    assert told(there, words) == []
    plant(there)
    assert build("--players").exit_code == 0
    assert told(there, [MARK]) == []
    page = (there / f"out/drills/{DRILL}/index.html").read_text(encoding="utf-8")
    assert "Payment volume is three times a normal Thursday" in page
    assert not (there / f"out/drills/{DRILL}/facilitator").exists()
    assert build().exit_code == 0
    assert len(told(there, [MARK])) > 2, "the marks are on the site for the others"


@pytest.mark.slow
def test_a_macro_in_a_drill_or_a_report_is_shown_as_it_is_written(there: Path) -> None:
    drill = there / f"drills/{DRILL}.md"
    said = 'Look at [[[ signal("decision-shift") ]]].'
    drill.write_text(
        drill.read_text(encoding="utf-8").replace("## Situation\n", f"## Situation\n\n{said}\n"), encoding="utf-8"
    )
    shutil.copytree(ROOT / "incidents", there / "incidents")
    report = there / "incidents/2026-09-21-fraud-accuracy-drop/incident.md"
    report.write_text(
        report.read_text(encoding="utf-8").replace("## Summary\n", f"## Summary\n\n{said}\n"), encoding="utf-8"
    )
    result = build()
    assert result.exit_code == 0, result.output
    for name in (f"drills/{DRILL}", "incidents/2026-09-21-fraud-accuracy-drop"):
        assert said in plain((there / "out" / name / "index.html").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_drills_of_a_runbook_above_the_class_are_not_on_the_site(there: Path) -> None:
    plant(there)
    drill = there / f"drills/{DRILL}.md"
    drill.write_text(drill.read_text(encoding="utf-8").replace("First day of the sales", f"{MARK} title"))
    result = build("--audience", "public")
    assert result.exit_code == 0, result.output
    assert told(there, [MARK]) == []
    assert not (there / "out/drills" / DRILL).exists()
    assert not (there / "out/drills/records").exists()


def test_a_site_of_a_past_day_knows_nothing_later() -> None:
    """After the first record, of 2026-10-08, in which a step failed; before the second, which mended it."""
    then = {page.uri: page.markdown for page in pages.pages(files.load(ROOT), date(2026, 10, 20))}
    assert "drills/records/2026-10-08-fraud-accuracy-drop-tabletop.md" in then
    assert f"drills/records/{LATER}.md" not in then
    assert "Last drilled 2026-10-08" in plain(then["runbooks/fraud-accuracy-drop.md"])
    for uri in ("drills/index.md", "coverage.md", "incidents/index.md", f"drills/{DRILL}/facilitator.md"):
        told = re.sub(r"because[^<]*", "", then[uri])  # a changelog is what somebody wrote
        assert LATER not in told, uri
