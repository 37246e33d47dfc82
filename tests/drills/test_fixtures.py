"""``drillbook check --drill``: players look at the values of the scenario, at the time of the drill's clock."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook import files
from drillbook.append import Log
from drillbook.cli import commands
from drillbook.drills import session
from drillbook.drills.scenario import scenario

ROOT = Path(__file__).resolve().parents[2]
DRILL = "fraud-accuracy-drop-tabletop"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("runbooks", "drills", "catalog"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("records"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["check", "fraud-accuracy-drop", "--drill", DRILL, *arguments])


def states(*arguments: str) -> dict[str, str]:
    found = json.loads(check("--format=json", *arguments).stdout)["signals"]
    return {each["id"]: each["state"] for each in found}


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("0m", {"decision-shift": "fires", "complaints": "clears"}),
        ("17m59s", {"decision-shift": "fires", "complaints": "clears"}),
        ("18m", {"decision-shift": "fires", "complaints": "fires"}),
        ("1h", {"decision-shift": "neither", "complaints": "fires"}),
        ("1h12m", {"decision-shift": "clears", "complaints": "fires"}),
    ],
)
def test_the_values_hold_at_their_times_of_the_clock(clock: str, expected: dict[str, str]) -> None:
    found = states("--clock", clock)
    assert {name: found[name] for name in expected} == expected
    assert (found["auc-pr-drop"], found["input-psi"]) == ("clears", "fires")


def test_while_a_run_goes_on_its_clock_counts_without_pauses(here: Path) -> None:
    repository = files.load(here)
    told = scenario(repository, repository.by_id[("drill", DRILL)][0])
    begun = datetime.now(UTC) - timedelta(minutes=40)
    with Log(here / "drills/records" / f"{begun:%Y-%m-%d}-{DRILL}.jsonl") as log:
        log.add(session.begin(told, begun, "3f9c2d1", told.teams))
        for kind, minutes in (("pause", 10), ("resume", 37)):
            now = session.state(told, [each.value for each in log.journal.entries], begun + timedelta(minutes=minutes))
            log.add(session.act(now, kind, begun + timedelta(minutes=minutes)))
        assert states()["complaints"] == "clears", "the clock shows 13 minutes, while the facilitator holds the journal"


def test_what_is_said_wins_over_what_the_scenario_says() -> None:
    assert states("--clock=20m", "--answer=complaints=no")["complaints"] == "clears"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no run of"),
        (("--clock=soon",), '"soon" is no duration'),
        (("--clock=5m", "--at=2026-11-22T03:00Z"), "--drill stands without"),
        (("--clock=5m", "--fixtures=x.yaml"), "--drill stands without"),
    ],
)
def test_what_cannot_be_looked_at(arguments: tuple[str, ...], said: str) -> None:
    result = check(*arguments)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


def test_a_drill_of_another_runbook_and_one_without_values(here: Path) -> None:
    result = CliRunner().invoke(commands, ["check", "fairness-regression", "--drill", DRILL, "--clock=5m"])
    assert f'the drill "{DRILL}" is one of fraud-accuracy-drop' in result.stderr
    drill = here / f"drills/{DRILL}.md"
    text = drill.read_text(encoding="utf-8")
    begin, end = text.index("fixtures:"), text.index("changelog:")
    drill.write_text(text[:begin] + text[end:], encoding="utf-8")
    assert "has no fixtures" in check("--clock=5m").stderr


def test_a_fixture_of_a_signal_that_is_none_is_found(here: Path) -> None:
    drill = here / f"drills/{DRILL}.md"
    drill.write_text(drill.read_text(encoding="utf-8").replace("  complaints:\n", "  complaint:\n"), encoding="utf-8")
    result = CliRunner().invoke(commands, ["lint", "--as-of=2026-11-22"])
    assert 'signal "complaint" is not in this runbook' in result.stdout
