"""Drills that are due, their calendar, and the one list of actions, as somebody calls them."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import ics
import pytest
import recurring_ical_events
from click.testing import CliRunner, Result
from icalendar import Calendar

from drillbook import schedule
from drillbook.cli import commands
from tests.cli.test_reviews import Job

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DRILL = "drills/fraud-accuracy-drop-tabletop.md"
RECORD = "drills/records/2026-10-08-fraud-accuracy-drop-tabletop"
ACTION = "2026-10-08-fraud-accuracy-drop-tabletop/name-the-view-early"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One drill that ran once, on 8 October 2026; it is due every 90 days."""
    folder = tmp_path / "here"
    for name in ("runbooks", "catalog"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "drills" / "records").mkdir(parents=True)
    for name in (DRILL, f"{RECORD}.yaml", f"{RECORD}.jsonl"):
        shutil.copy(ROOT / name, folder / name)
    monkeypatch.chdir(folder)
    return folder


def planned(as_of: str = "2026-11-22") -> dict[str, object]:
    (found,) = json.loads(run("drill", "list", "--format=json", f"--as-of={as_of}").stdout)["drills"]
    return dict(found)


def test_the_next_day_follows_from_the_last_record_that_counts(here: Path) -> None:
    assert (planned()["last"], planned()["next"]) == ("2026-10-08", "2027-01-06")
    journal = here / f"{RECORD}.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"0.061", b"0.016"))
    assert (planned()["last"], planned()["next"]) == (None, "2026-10-08"), "a broken journal is no drill"


def test_a_day_on_which_nobody_works_moves_to_the_next_one(here: Path) -> None:
    (here / "drillbook.toml").write_text('quiet = ["2026-12-21/2027-01-06"]\nholidays = ["DE-BY"]\n')
    assert planned()["next"] == "2027-01-07"
    (here / "drillbook.toml").write_text('holidays = ["DE-BY"]\n')
    assert planned()["next"] == "2027-01-07", "Epiphany, in Bavaria"
    (here / "drillbook.toml").write_text('holidays = ["DE-BE"]\n')
    assert planned()["next"] == "2027-01-06"


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2026-11-21", "2026-11-23"),
        ("2026-11-22", "2026-11-23"),
        ("2026-12-24", "2027-01-04"),
    ],
)
def test_weekends_and_quiet_times(day: str, moved: str) -> None:
    quiet = schedule.quiet(("2026-12-24/2027-01-01",))
    assert schedule.working(date.fromisoformat(day), quiet) == date.fromisoformat(moved)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('quiet = ["christmas"]', '"christmas" in quiet is no time'),
        ('quiet = ["2026-12-24/2026-12-01"]', "in quiet is no time"),
        ('holidays = ["Bavaria"]', '"Bavaria" in holidays is no country'),
        ("quiet = 5", 'setting "quiet" is no list'),
    ],
)
def test_settings_that_say_nothing(here: Path, setting: str, said: str) -> None:
    (here / "drillbook.toml").write_text(f"{setting}\n")
    result = run("drill", "list", "--as-of=2026-11-22")
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


@pytest.mark.usefixtures("here")
def test_a_drill_is_due_two_weeks_before_its_day() -> None:
    assert run("drill", "due", "--as-of=2026-12-22").stdout == "Nothing is due.\n"
    assert run("drill", "due", "--as-of=2026-12-23").stdout == (
        "fraud-accuracy-drop-tabletop  due 2027-01-06, in 14 days  fraud-ml\n"
    )
    assert "due 2027-01-06, today" in run("drill", "due", "--as-of=2027-01-06").stdout
    assert "due 2027-01-06, 1 day ago" in run("drill", "due", "--as-of=2027-01-07").stdout
    assert run("drill", "due", "--as-of=2027-01-07", "--team=sre").stdout == "Nothing is due.\n"


@pytest.mark.usefixtures("here")
def test_an_overdue_drill_is_a_warning() -> None:
    result = run("lint", "--as-of=2027-01-07")
    assert "[overdue-drill]" in result.stdout
    assert "[overdue-drill]" not in run("lint", "--as-of=2027-01-06").stdout


def events(as_of: str) -> dict[str, tuple[date, int]]:
    """The day and the sequence of each event, as two other libraries read them."""
    text = run("drill", "calendar", f"--as-of={as_of}").stdout
    one = {str(each.uid): each.begin.date() for each in ics.Calendar(text).events}
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(date(2026, 1, 1), date(2029, 1, 1))
    other = {str(each["uid"]): (each["dtstart"].dt, int(each["sequence"])) for each in found}
    assert one == {name: day for name, (day, _) in other.items()}
    return other


@pytest.mark.usefixtures("here")
def test_the_calendar_is_read_by_others() -> None:
    found = events("2026-11-22")
    assert {name: day.isoformat() for name, (day, _) in found.items()} == {
        "fraud-accuracy-drop-tabletop-2@drillbook": "2027-01-06",
        "fraud-accuracy-drop-tabletop-3@drillbook": "2027-04-06",
        "fraud-accuracy-drop-tabletop-4@drillbook": "2027-07-05",
        "fraud-accuracy-drop-tabletop-5@drillbook": "2027-10-04",
    }


def test_an_event_keeps_its_name_when_its_day_moves(here: Path) -> None:
    before = events("2026-11-22")["fraud-accuracy-drop-tabletop-2@drillbook"]
    drill = here / DRILL
    drill.write_text(drill.read_text().replace("every: 90d", "every: 60d"))
    after = events("2026-11-23")["fraud-accuracy-drop-tabletop-2@drillbook"]
    assert (before[0].isoformat(), after[0].isoformat()) == ("2027-01-06", "2026-12-07")
    assert after[1] > before[1]


def test_what_a_title_says_moves_nothing_in_a_calendar(here: Path) -> None:
    drill = here / DRILL
    drill.write_text(drill.read_text().replace("title: First day of the sales", 'title: "A;B,C:D \\\\n END:VEVENT"'))
    assert len(events("2026-11-22")) == 4


def test_the_job_opens_an_issue_for_a_drill_and_closes_it_when_the_record_lands(here: Path, tmp_path: Path) -> None:
    job = Job(tmp_path, "drill")
    for _ in range(2):
        assert job.run("2026-12-28").returncode == 0
    [issue] = job.state()
    assert (issue["title"], issue["state"]) == ("Drill: fraud-accuracy-drop-tabletop", "open")
    sequence = (ROOT / "drills/replays/2026-11-12-fraud-accuracy-drop-tabletop.yaml").read_text(encoding="utf-8")
    (here / "night.yaml").write_text(sequence.replace("2026-11-12", "2026-12-29"), encoding="utf-8")
    assert run("drill", "run", "fraud-accuracy-drop-tabletop", "--replay", "night.yaml").exit_code == 0
    assert job.run("2026-12-30").returncode == 0
    [issue] = job.state()
    assert (issue["state"], issue["comments"]) == ("closed", ["The record of the drill is there."])


def test_actions_of_a_past_day_are_those_that_were_open_then(here: Path) -> None:
    shutil.copytree(ROOT / "incidents", here / "incidents")
    assert run("actions", "list", "--as-of=2026-10-05").stdout == (
        "2026-09-21-fraud-accuracy-drop/rollback-bundle  due 2026-10-02, overdue  fraud-ml\n"
        "    Roll back the model together with its feature view in the runbook\n"
        "2026-09-21-fraud-accuracy-drop/contract-test  due 2026-10-09  data-engineering\n"
        "    Block a card-velocity publish whose window length differs from the contract\n"
    )
    assert run("actions", "list", "--as-of=2026-09-20").stdout == "Nothing is open.\n"


@pytest.mark.usefixtures("here")
def test_actions_are_one_list() -> None:
    assert run("actions", "list", "--as-of=2026-11-22").stdout == (
        f"{ACTION}  due 2026-12-18  data-engineering\n"
        "    Show the feature view of the previous bundle on the controller's start page\n"
    )
    assert "evidence-before-restore  done" in run("actions", "list", "--all", "--as-of=2026-11-22").stdout
    assert run("actions", "due", "--as-of=2026-12-10").stdout == "Nothing is due.\n"
    assert (
        run("actions", "due", "--as-of=2026-12-11").stdout == f"{ACTION}  due 2026-12-18, in 7 days  data-engineering\n"
    )


def test_closing_changes_two_words_of_the_file_and_the_issue_closes(here: Path, tmp_path: Path) -> None:
    job = Job(tmp_path, "action")
    job.run("2026-12-20")
    assert [(each["title"], each["state"]) for each in job.state()] == [(f"Action: {ACTION}", "open")]
    path = here / f"{RECORD}.yaml"
    before = path.read_text().splitlines()
    result = run(
        "actions", "close", "name-the-view-early", "--proof", "https://git.example.com/merge/7", "--as-of=2026-12-20"
    )
    assert result.stdout == f"{RECORD}.yaml: name-the-view-early is done.\n"
    added = [line for line in path.read_text().splitlines() if line not in before]
    assert added == ["    done_on: 2026-12-20", '    proof: "https://git.example.com/merge/7"']
    assert path.read_text().splitlines()[: len(before) - 1] == before[:-1]
    lint = run("lint", "--as-of=2026-11-22", f"{RECORD}.yaml").stdout
    assert "1 error and 0 warnings" in lint, lint
    assert "[missing-proof]" in lint, "the record of November is not here"
    job.run("2026-12-21")
    assert [each["state"] for each in job.state()] == ["closed"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("    status: open\n", '    status: done\n    done_on: 2026-12-20\n    proof: "https://x.example.com"\n'),
        (
            "    status: open # soon\n",
            '    status: done\n    done_on: 2026-12-20\n    proof: "https://x.example.com" # soon\n',
        ),
        (
            "    status: open\n    proof: old\n",
            '    status: done\n    done_on: 2026-12-20\n    proof: "https://x.example.com"\n',
        ),
    ],
)
def test_closing_keeps_what_else_stands_there(here: Path, written: str, shown: str) -> None:
    path = here / f"{RECORD}.yaml"
    path.write_text(path.read_text().replace("    status: open\n", written))
    text = path.read_text()
    result = run("actions", "close", ACTION, "--proof", "https://x.example.com", "--as-of=2026-12-20")
    assert result.exit_code == 0, result.stderr
    assert path.read_text() == text.replace(written, shown)


def test_closing_an_action_that_stands_in_braces(here: Path) -> None:
    path = here / f"{RECORD}.yaml"
    head, _, tail = path.read_text().partition("  - id: name-the-view-early")
    lines = [line.strip() for line in f"id: name-the-view-early{tail}".splitlines()]
    path.write_text(f"{head}  - {{{', '.join(lines)}}}\n")
    assert run("actions", "close", ACTION, "--proof", DRILL, "--as-of=2026-12-20").exit_code == 0
    assert path.read_text().endswith(f', status: done, done_on: 2026-12-20, proof: "{DRILL}"}}\n')


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such",), 'there is no action "no-such"'),
        (("evidence-before-restore",), "is done already"),
        (("name-the-view-early", "nowhere.txt"), "no file of the repository"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_cannot_be_closed(arguments: tuple[str, ...], said: str) -> None:
    name, proof = (*arguments, "https://x.example.com")[:2]
    result = run("actions", "close", name, "--proof", proof)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
