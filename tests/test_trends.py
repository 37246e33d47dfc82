"""What incidents say together, against figures that were worked out by hand; and which runbook is to be looked at next."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook import files, trends
from drillbook.cli import commands
from drillbook.repository import Repository
from drillbook.site import audience, pages

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 11, 22)
MINUTES = 60
FIRST = (ROOT / "incidents/2026-09-21-fraud-accuracy-drop/incident.md").read_text(encoding="utf-8")


def incident(root: Path, day: str, **changed: str) -> None:
    """The shipped incident on another day, with some of its texts replaced."""
    text = FIRST.replace("2026-09-21-fraud-accuracy-drop\nname", f"{day}-fraud-accuracy-drop\nname")
    for old, new in (("2026-09-21T", f"{day}T"), ("2026-09-22T", f"{day}T2"[:-1]), ("2026-09-25T", f"{day}T")):
        text = text.replace(old, new)
    for old, new in changed.items():
        assert old in text or old == "times", old
        text = text.replace(old, new)
    if "times" in changed:
        begin, end = text.index("times:\n"), text.index("next_milestone:")
        text = f"{text[:begin]}{changed['times']}{text[end:]}"
    path = root / f"incidents/{day}-fraud-accuracy-drop/incident.md"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three incidents: the shipped one, one across the night on which clocks change, and a near miss of the same cause."""
    for folder in ("runbooks", "catalog"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    name = "2026-09-21-fraud-accuracy-drop"  # the others are examples of their own
    shutil.copytree(ROOT / "incidents" / name, tmp_path / "incidents" / name)
    second = """times:
  started: 2026-10-24T23:50:00Z
  detected: 2026-10-25T00:05:00Z
  contained: 2026-10-25T01:30:00Z
  mitigated: 2026-10-25T04:05:00Z
  restored: 2026-10-25T23:05:00Z
  closed: 2026-10-28T12:00:00Z
"""
    incident(tmp_path, "2026-10-24", **{"times": second, "found_by: signal": "found_by: people"})
    third = """times:
  started: 2026-11-03T10:00:00Z
  detected: 2026-11-03T10:01:00Z
  contained: 2026-11-03T10:02:00Z
  mitigated: 2026-11-03T10:03:00Z
  restored: 2026-11-03T10:04:00Z
  closed: 2026-11-04T10:00:00Z
"""
    incident(tmp_path, "2026-11-03", **{"times": third, "hazard: false": "hazard: true"})
    return tmp_path


def repository(root: Path) -> Repository:
    found = files.load(root)
    for document in found.of("incident"):
        assert found.violations(document) == (), document.path
    return found


def test_every_time_beside_its_objective(root: Path) -> None:
    seen = trends.trends(repository(root), DAY)
    told = [(each.incident[:10], each.phase, each.took.total_seconds() / MINUTES, each.missed) for each in seen.times]
    assert told == [
        ("2026-09-21", "detect", 42, True),  # 30m
        ("2026-09-21", "contain", 39, False),  # 45m
        ("2026-09-21", "mitigate", 133, False),  # 4h
        ("2026-09-21", "restore", 26 * 60 + 48, True),  # 24h
        ("2026-10-24", "detect", 15, False),
        ("2026-10-24", "contain", 85, True),
        ("2026-10-24", "mitigate", 240, False),  # just in time, and UTC knows no hour that stands twice
        ("2026-10-24", "restore", 23 * 60, False),
    ], "a near miss has no times"


def test_what_came_back_who_found_it_and_what_was_promised(root: Path) -> None:
    seen = trends.trends(repository(root), DAY)
    assert [[each.id[:10] for each in several] for several in seen.recurrences.values()] == [
        ["2026-09-21", "2026-10-24", "2026-11-03"]
    ]
    assert dict(seen.found) == {"people": 1, "signal": 2}
    promise = seen.promises[0]
    assert (promise.action, promise.before, promise.after) == (
        "contract-test",
        timedelta(minutes=42),
        timedelta(minutes=15),
    )
    assert [(each.incident[:10], each.took) for each in promise.later] == [("2026-10-24", timedelta(minutes=15))]


def test_a_day_in_the_past_knows_nothing_of_what_came_later(root: Path) -> None:
    seen = trends.trends(repository(root), date(2026, 10, 1))
    assert [each.id[:10] for each in seen.incidents] == ["2026-09-21"]
    assert seen.recurrences == {}
    assert [each.phase for each in seen.times] == ["detect", "contain", "mitigate", "restore"]
    day = trends.trends(repository(root), date(2026, 9, 21))
    assert [each.phase for each in day.times] == ["detect", "contain", "mitigate"], "it was restored on the next day"
    for until, done, in_time, late in ((1, 0, 0, 0), (5, 0, 0, 1), (7, 1, 1, 1), (8, 2, 1, 0)):
        then = trends.trends(repository(root), date(2026, 10, until))
        assert (then.done, then.in_time, then.late) == (done, in_time, late), until  # due on the 9th and on the 2nd


def test_the_risk_of_a_day_in_the_past_knows_no_later_drill(root: Path) -> None:
    def reasons(day: date) -> str:
        (risk,) = [each for each in trends.risks(repository(root), day) if each.runbook == "fraud-accuracy-drop"]
        return "; ".join(why for _, why in risk.reasons)

    shutil.copytree(ROOT / "drills", root / "drills")
    assert "never drilled" in reasons(date(2026, 10, 7))
    told = [reasons(date(2026, month, day)) for month, day in ((10, 8), (11, 11), (11, 12))]
    assert "9 of 12 steps were never tried as they are now" in told[0]
    assert "restore-bundle failed and was not changed and tried again" in told[0]
    assert "9 of 12 steps were never tried as they are now" in told[1]
    assert "7 of 12 steps were never tried as they are now" in told[2]
    assert "restore-bundle failed" not in told[2]


def test_the_risk_says_why_in_words(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    done = CliRunner().invoke(commands, ["risk", "--as-of=2026-11-22"])
    first = done.stdout[: done.stdout.index("assistant-behaviour-regression")]
    assert "fraud-accuracy-drop" in first.splitlines()[0]
    for words in (
        "3 incidents in the last 180 days",
        "never drilled",
        "the cause backfill-changed-window came back: 3 incidents",
        "2026-10-24-fraud-accuracy-drop took 1h25m to contain, objective 45m",
    ):
        assert words in first
    told = json.loads(CliRunner().invoke(commands, ["risk", "--as-of=2026-11-22", "--format=json"]).stdout)
    assert told["risks"][0]["weight"] == sum(each["weight"] for each in told["risks"][0]["reasons"])


def made(found: Repository) -> dict[str, str]:
    return {each.uri: each.markdown for each in pages.pages(found, DAY)}


@pytest.mark.slow
def test_the_site_has_every_figure_as_json_and_csv(root: Path) -> None:
    site = made(repository(root))
    rows = list(csv.DictReader(site["incidents.csv"].splitlines()))
    assert len(rows) == 8
    assert rows[0] == {
        "incident": "2026-09-21-fraud-accuracy-drop",
        "runbook": "fraud-accuracy-drop",
        "phase": "detect",
        "seconds": "2520",
        "objective_seconds": "1800",
        "missed": "yes",
    }
    told = json.loads(site["incidents.json"])
    assert told["times"] == rows
    figures = [list(row.values()) for row in csv.DictReader(site["incident-figures.csv"].splitlines())]
    assert [row[1:] for row in figures if row[1] != "risk"] == [
        ["incidents", "all", "3", "3"],
        ["found_by", "signal", "2", "3"],
        ["found_by", "people", "1", "3"],
        ["recurrences", "backfill-changed-window", "3", "3"],
        ["actions_done", "all", "6", "6"],
        ["actions_in_time", "all", "3", "6"],
        ["actions_overdue", "all", "0", "0"],
        ["promise_kept", "2026-09-21-fraud-accuracy-drop/contract-test", "1", "1"],
        ["promise_kept", "2026-10-24-fraud-accuracy-drop/contract-test", "0", "0"],
        ["promise_kept", "2026-11-03-fraud-accuracy-drop/contract-test", "0", "0"],
    ]
    assert "kept in 1 of 1" in site["incidents/index.md"]
    assert "1 of 3 were found by people" in site["incidents/index.md"]
    assert "the same cause as" in site["incidents/2026-10-24-fraud-accuracy-drop.md"]


@pytest.mark.slow
def test_an_incident_of_a_runbook_above_the_class_is_nowhere_either(root: Path) -> None:
    """Its page, its figures and its very name would say that the runbook is there."""
    path = root / "runbooks/fraud-accuracy-drop.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("governance:\n", "governance:\n  classification: restricted\n", 1), encoding="utf-8")
    found = repository(root)
    assert any("fraud-accuracy-drop" in uri for uri in made(found))
    limited = made(audience.limited(found, "confidential"))
    assert [uri for uri, text in limited.items() if "incidents" in uri and "fraud-accuracy-drop" in uri + text] == []


@pytest.mark.slow
def test_an_incident_above_the_class_is_nowhere_on_the_site(root: Path) -> None:
    mark = "PLANTEDMARKER"
    path = root / "incidents/2026-10-24-fraud-accuracy-drop/incident.md"
    text = path.read_text(encoding="utf-8").replace("classification: confidential", "classification: restricted")
    for words in (
        "Fraud approvals after the card-velocity backfill",
        "backfill-changed-window",
        "The backfill covered one region",
    ):
        assert words in text
        text = text.replace(words, mark.lower() if "-" in words and " " not in words else f"{mark} words")
    path.write_text(text, encoding="utf-8")
    found = repository(root)
    assert any(mark.lower() in text.lower() for text in made(found).values())
    limited = made(audience.limited(found, "confidential"))
    assert [uri for uri, text in limited.items() if mark.lower() in text.lower() or "2026-10-24" in uri] == []
    assert "incidents/2026-09-21-fraud-accuracy-drop.md" in limited
