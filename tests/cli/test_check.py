"""``drillbook check``: what it says, how it ends, and that nobody ever reads a traceback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner, Result

from drillbook import resources
from drillbook.cli import commands
from tests.servers import prometheus

ROOT = Path(__file__).parent.parent.parent
NAME = "fraud-accuracy-drop"
AT = "2026-11-22T03:00Z"
QUIET: dict[str, Any] = {
    "decision-shift": [{"at": "2026-11-21T00:00Z", "value": 0.001, "samples": 12000}],
    "auc-pr-drop": [{"at": "2026-11-21T00:00Z", "value": 0.0, "samples": 900, "labels": {"segment": "eu"}}],
    "input-psi": [{"at": "2026-11-21T00:00Z", "value": 0.05, "samples": 9000, "labels": {"feature": "age"}}],
}
FIRING = {"at": "2026-11-22T02:40Z", "value": 0.06, "samples": 11000}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    (tmp_path / "runbooks").mkdir()
    shutil.copy(ROOT / f"runbooks/{NAME}.md", tmp_path / "runbooks")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def record(folder: Path, **changes: list[dict[str, Any]]) -> Path:
    path = folder / "record.yaml"
    path.write_text(yaml.safe_dump({**QUIET, **{name.replace("_", "-"): each for name, each in changes.items()}}))
    return path


def check(folder: Path, *more: str, **changes: list[dict[str, Any]]) -> Result:
    path = record(folder, **changes)
    return CliRunner().invoke(commands, ["check", NAME, "--env", "prod", "--fixtures", str(path), "--at", AT, *more])


def shift(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    return [*QUIET["decision-shift"], *entries]


def test_nothing_fires(here: Path) -> None:
    result = check(here)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{NAME} 2.1.1 in prod at 2026-11-22 03:00 UTC\n")
    assert "complaints: Three unrelated customers" in result.stdout


def test_one_fires_and_says_what_follows(here: Path) -> None:
    result = check(here, decision_shift=shift(FIRING))
    assert result.exit_code == 1
    assert "fires since 2026-11-22 02:50 UTC" in result.stdout
    assert "leads to the step ours-or-the-world" in result.stdout


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"at": AT, "value": 0.01, "samples": 12}, "too few samples: 12 of 800"),
        ({"at": AT, "error": "the server is down"}, "the server is down"),
    ],
)
def test_none_fires_and_one_cannot_be_known(here: Path, entry: dict[str, Any], why: str) -> None:
    result = check(here, decision_shift=shift(entry))
    assert result.exit_code == 3
    assert why in result.stdout


def test_what_began_before_one_looked_says_at_least(here: Path) -> None:
    result = check(here, decision_shift=[{**FIRING, "at": "2026-11-19T00:00Z"}])
    assert "fires since at least 2026-11-22 01:55 UTC" in result.stdout


def test_what_people_say_counts_when_they_were_asked(here: Path) -> None:
    assert check(here, "--answer", "complaints=yes").exit_code == 1
    assert check(here, "--answer", "complaints=no").exit_code == 0


@pytest.mark.parametrize(
    ("entries", "since", "at", "status", "said"),
    [
        ([], None, AT, 0, "Rollback criteria: not met"),
        ([FIRING], None, AT, 1, "incident commander decides within 15m, then restore-bundle"),
        ([{"at": AT, "value": 1, "samples": 1}], None, AT, 3, "cannot be known"),
        ([FIRING], "2026-11-22T02:55Z", AT, 3, "after the rollback: not yet"),
        (
            [FIRING, {"at": "2026-11-22T03:01Z", "value": 0, "samples": 9000}],
            "2026-11-22T03:00Z",
            "2026-11-22T04:00Z",
            0,
            "after the rollback: verified",
        ),
        ([FIRING], "2026-11-22T03:00Z", "2026-11-22T05:00Z", 1, "after the rollback: failed"),
        (
            [{"at": AT, "error": "down"}],
            "2026-11-22T03:00Z",
            "2026-11-22T05:30Z",
            3,
            "after the rollback: inconclusive",
        ),
    ],
)
def test_the_rollback_contract(
    here: Path, entries: list[dict[str, Any]], since: str | None, at: str, status: int, said: str
) -> None:
    more = ["--rolled-back-at", since] if since else ["--rollback"]
    result = check(here, *more, "--at", at, decision_shift=shift(*entries))
    assert (result.exit_code, said in result.stdout) == (status, True), result.stdout


@pytest.mark.parametrize("more", [[], ["--rollback"], ["--rolled-back-at", "2026-11-22T02:50Z"]])
def test_json_keeps_to_its_schema(here: Path, more: list[str]) -> None:
    result = check(here, "--format", "json", *more, decision_shift=shift(FIRING))
    data = json.loads(result.stdout)
    jsonschema_rs.validator_for(resources.schemas()["check"]).validate(data)
    assert {each["id"]: each["state"] for each in data["signals"]}["decision-shift"] == "fires"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], 'there is no runbook "nope"'),
        ([NAME], "--env is missing: fraud-accuracy-drop runs in staging, prod"),
        ([NAME, "--env", "prdo"], 'there is no environment "prdo" in catalog/environments.yaml, did you mean "prod"'),
        ([NAME, "--env", "prod-assistant"], 'does not run in "prod-assistant", only in staging, prod'),
        ([NAME, "--env", "prod", "--at", "yesterday"], '"yesterday" is no time, expected one with its zone'),
        ([NAME, "--env", "prod", "--at", "2026-11-22T03:00"], "expected one with its zone"),
        ([NAME, "--env", "prod", "--at", AT, "--watch"], "--watch looks at the present"),
        ([NAME, "--env", "prod", "--input", "x=1"], 'has no input "x"'),
        ([NAME, "--env", "prod", "--input", "x"], "expected NAME=VALUE"),
        ([NAME, "--env", "prod", "--answer", "decision-shift=yes"], 'has no cue "decision-shift" that people notice'),
        ([NAME, "--env", "prod", "--answer", "complaints=maybe"], "expected yes or no"),
        ([NAME, "--env", "prod", "--done", "nope=2026-11-22T03:00Z"], 'has no step "nope"'),
        ([NAME, "--env", "prod", "--fixtures", "none.yaml"], "none.yaml: cannot be read"),
        ([NAME, "--env", "prod", "--format", "xml"], 'there is no format "xml"'),
        ([NAME, "--env", "prod", "--rolled-back-at", "2999-01-01T00:00Z"], "lies in the future"),
    ],
)
def test_a_call_that_cannot_be_done_says_why(here: Path, arguments: list[str], said: str) -> None:
    catalog = here / "catalog/environments.yaml"  # nobody asks these servers
    catalog.write_text(catalog.read_text().replace("example.com", "invalid"))
    result = CliRunner().invoke(commands, ["check", *arguments])
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "text",
    [
        "- 1",
        "a: 1",
        "decision-shift: [1]",
        "decision-shift: [{at: soon}]",
        "decision-shift: [{at: 1, value: x}]",
        "a: &b",
    ],
)
def test_a_record_that_is_none_says_why(here: Path, text: str) -> None:
    (here / "bad.yaml").write_text(text)
    result = CliRunner().invoke(commands, ["check", NAME, "--env", "prod", "--fixtures", "bad.yaml", "--at", AT])
    assert result.exit_code == 2
    assert result.stderr.startswith("drillbook: bad.yaml: ")


def test_a_value_that_could_break_out_of_a_query_is_refused(here: Path) -> None:
    path = here / f"runbooks/{NAME}.md"
    text = path.read_text()
    inputs = 'inputs:\n  - {id: shop, title: Shop, pattern: ".*", example: one}\n'
    text = text.replace("\nsignals:\n", f"\n{inputs}signals:\n", 1)
    text = text.replace('model="fraud-scorer", decision="decline"', 'model="${shop}", decision="decline"', 1)
    path.write_text(text)
    for value in ('x"} or vector(9) #', "a\\", "a'b", "a\nb"):
        arguments = ["check", NAME, "--env", "prod", "--input", f"shop={value}", "--at", AT]
        result = CliRunner().invoke(commands, [*arguments, "--fixtures", str(record(here))])
        assert result.exit_code in (2, 3)
        assert "cannot stand in a query" in result.output or "does not match" in result.output


@pytest.mark.slow
def test_watching_ends_without_a_traceback(here: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "drillbook",
        "check",
        NAME,
        "--env",
        "prod",
        "--watch",
        "--fixtures",
        str(record(here)),
    ]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=here,
        # A shell lets what it starts in the background ignore interrupts, and that is handed down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith(NAME)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            _, error = process.communicate(timeout=20)
        finally:
            process.kill()
    assert "Traceback" not in error
    assert process.returncode == 0  # as the last look said


@pytest.mark.slow
def test_one_runbook_in_two_environments(here: Path, tmp_path: Path) -> None:
    """Two real servers, other variables and other permissions: in one it fires and may be rolled back, in the other neither."""
    now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    times = [now - timedelta(minutes=number) for number in reversed(range(180))]
    path = here / f"runbooks/{NAME}.md"
    text = path.read_text().replace('model="fraud-scorer"', 'model="${kube_context}-scorer"')
    path.write_text(text.replace("changes: reversible", "changes: irreversible"))
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    samples = [
        {
            f'model_decision_total{{model="{name}-scorer",decision="{what}"}}': [
                (at, 1000.0 * number * share) for number, at in enumerate(times)
            ]
            for what, share in (("decline", decline), ("approve", 1 - decline))
        }
        | {f'model_decline_share_usual{{model="{name}-scorer"}}': [(at, 0.1) for at in times]}
        for name, decline in (("staging", 0.2), ("prod", 0.1))
    ]
    with prometheus(folders[0], samples[0]) as staging, prometheus(folders[1], samples[1]) as prod:
        catalog = here / "catalog/environments.yaml"
        written = catalog.read_text()
        written = written.replace("http://prometheus.staging.example.com:9090", staging)
        catalog.write_text(written.replace("http://prometheus.prod.example.com:9090", prod))
        said = {}
        for name in ("staging", "prod"):
            arguments = ["check", NAME, "--env", name, "--at", AT, "--rollback", "--format", "json"]
            result = CliRunner(env={**os.environ, "NO_COLOR": "1"}).invoke(commands, arguments)
            data = json.loads(result.stdout)
            said[name] = (
                next(each["state"] for each in data["signals"] if each["id"] == "decision-shift"),
                bool(data["rollback"]["not_allowed"]),
            )
    assert said == {"staging": ("fires", False), "prod": ("clears", True)}
