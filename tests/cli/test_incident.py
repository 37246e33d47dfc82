"""``drillbook incident`` in real git repositories: opening, the timeline, updates, imports, and what goes wrong while writing."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook import files, history, journal
from drillbook.cli import commands
from drillbook.journal import Journal
from tests.cli.test_since import NAME, ROOT, change, commit, git, here

pytestmark = pytest.mark.slow

__all__ = ["here"]
NOW = "2026-11-22T03:10Z"
ID = "2026-11-22-fraud-accuracy-drop"


def incident(*arguments: str, now: str = NOW) -> Result:
    return CliRunner().invoke(commands, ["incident", *arguments], env={"DRILLBOOK_NOW": now, "DRILLBOOK_TEAM": ""})


def done(*arguments: str, now: str = NOW) -> str:
    result = incident(*arguments, now=now)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str, now: str = NOW) -> str:
    result = incident(*arguments, now=now)
    assert result.exit_code == 2, result.output
    return result.stderr


def timeline(folder: Path, id: str = ID) -> Journal:
    return journal.read((folder / "incidents" / id / "timeline.jsonl").read_bytes())


def report(folder: Path, id: str = ID) -> str:
    return (folder / "incidents" / id / "incident.md").read_text()


def lint() -> Result:
    return CliRunner().invoke(commands, ["lint", "--as-of=2026-11-23", "--strict", "incidents"])


def begin() -> str:
    return done("open", "fraud-accuracy-drop", "--at", "2026-11-22T02:55Z")


def test_an_incident_begins_with_its_runbook_as_it_is(here: Path) -> None:
    head = git(here, "rev-parse", "HEAD")
    assert begin().startswith(f"Opened {ID}, sev2, detected 2026-11-22 02:55 UTC, by fraud-ml.\n")
    first = timeline(here).entries[0].value
    assert (first["pin"]["version"], first["pin"]["commit"]) == ("2.1.1", head)
    assert len(first["pin"]["steps"]["export-evidence"]) == 64
    assert f'{{id: fraud-accuracy-drop, version: "2.1.1", commit: "{head}"}}' in report(here)
    assert "next_milestone: {what: Contain it, due: 2026-11-22T03:40:00Z}" in report(here)
    assert lint().exit_code == 0, lint().stdout
    assert "is there already" in refused("open", "fraud-accuracy-drop", "--at", "2026-11-22T02:55Z")


def test_what_no_commit_holds_is_said_and_not_pinned(here: Path) -> None:
    change(here, "## Contain\n", "## Contain\n\nDo this first.\n")
    assert f"No commit is pinned: {NAME} differs from the last commit" in begin()
    first = timeline(here).entries[0].value
    assert "commit" not in first["pin"]
    assert "differs from the last commit" in first["text"]
    shutil.rmtree(here / ".git")
    assert "git holds no commit" in done("open", "fraud-accuracy-drop", "--id", "other", "--at", "2026-11-22T02:55Z")


def test_entries_milestones_corrections_and_reopening(here: Path) -> None:
    begin()
    done("log", "Declines are 0.061 above their usual share", "--at", "2026-11-22T03:56+01:00")
    done("log", "A backfill changed the window", "--kind", "hypothesis")
    done("log", "Routed to rules", "--step", "rules-only", "--severity", "sev1")
    words = ["--option", "Wait", "--choice", "Rules only", "--because", "Losses grow", "--authority", "sre"]
    done("decide", "Wait or route to rules?", *words)
    assert "Status: contained. Next: Mitigate it" in done("milestone", "contained", "--at", "2026-11-22T03:05Z")
    assert "contained: 2026-11-22T03:05:00Z" in report(here)
    assert "severity: sev1" in report(here)
    said = done("correct", "7", "It still got worse at 03:05")
    assert "no longer counts" in said
    assert "status: open" in report(here)
    assert "contained:" not in report(here)
    done("milestone", "contained", "--at", "2026-11-22T03:08Z")
    done("milestone", "mitigated")
    done("milestone", "reopened", now="2026-11-22T05:00Z")
    assert "status: open" in report(here)
    done("milestone", "contained", now="2026-11-22T05:10Z")
    assert "contained: 2026-11-22T05:10:00Z" in report(here)
    values = [each.value for each in timeline(here).entries]
    assert values[2]["at"] == "2026-11-22T02:56:00Z"
    assert values[4]["runbook"] == "fraud-accuracy-drop"
    assert values[5]["options"] == ["Wait", "Rules only"]
    assert timeline(here).sound
    assert lint().exit_code == 0, lint().stdout


def test_only_a_step_that_was_done_counts_as_tried(here: Path) -> None:
    begin()
    done("log", "The command is in my hand", "--step", "rules-only", "--progress", "begun")
    done("log", "Sample exported", "--step", "export-evidence")
    done("log", "The shadow did not move", "--step", "ours-or-the-world", "--kind", "fact")
    done("log", "No key for it", "--step", "which-feature", "--progress", "skipped")
    done("log", "It may be the feature", "--step", "which-feature", "--kind", "hypothesis")
    done("log", "Routed", "--step", "raise-review-share")
    done("log", "It was another cluster", "--step", "raise-review-share", "--progress", "open")
    done("log", "Restored", "--step", "restore-bundle")
    done("correct", str(len(timeline(here).entries)), "Nothing was restored")
    assert "there is no --step" in refused("log", "x", "--progress", "done")
    found = files.load(here).once(history.history)
    (run,) = [each for each in found.runs if each.id == ID]
    assert set(run.done) == {"export-evidence", "ours-or-the-world"}
    decided = ["--choice", "Rules", "--because", "Losses grow", "--authority", "sre", "--step", "rules-only"]
    done("decide", "Rules only?", *decided)
    (run,) = [each for each in files.load(here).once(history.history).runs if each.id == ID]
    assert set(run.done) == {"export-evidence", "ours-or-the-world", "rules-only"}
    assert lint().exit_code == 0, lint().stdout


def test_what_would_not_be_true_is_refused(here: Path) -> None:
    begin()
    assert '"text" is empty, expected some words' in refused("log", "")
    assert "at most 4,000 characters" in refused("log", "x" * 100_000)
    assert "lies in the future" in refused("log", "x", "--at", "2026-11-22T04:00Z")
    assert 'would lie before "detected"' in refused("milestone", "contained", "--at", "2026-11-22T02:00Z")
    assert 'did you mean "fraud-ml"' in refused("log", "x", "--by", "fraud-mll")
    assert "has the step" in refused("log", "x", "--step", "no-such-step")
    assert "there is no such file" in refused("log", "x", "--evidence", "evidence/../../secret")
    assert "seems to hold a secret" in refused("log", "the password=Hq7rT2pLz9wX was used")
    assert "there is no incident" in refused("log", "x", "--incident", "../../etc")
    assert "still open" in refused("milestone", "reopened")
    assert 'there is no line "9"' in refused("correct", "9", "x")
    assert len(timeline(here).entries) == 2


def test_one_more_runbook_and_a_handover(here: Path) -> None:
    shutil.copy(ROOT / "runbooks/feature-store-staleness.md", here / "runbooks")
    commit(here)
    begin()
    assert "Opened feature-store-staleness" in done("open", "feature-store-staleness", "--incident", ID)
    assert report(here).count("{id: f") == 2
    assert "--by sre" in done("handover", "sre", "Tried the bundle; the ramp is at 25.")
    assert lint().exit_code == 0, lint().stdout


def test_a_step_that_two_runbooks_have_is_recorded_for_the_one_that_was_followed(here: Path) -> None:
    shutil.copy(ROOT / "runbooks/ranker-latency-regression.md", here / "runbooks")
    commit(here)
    begin()
    done("open", "ranker-latency-regression", "--incident", ID)
    said = refused("log", "Restored", "--step", "restore-bundle")
    assert 'fraud-accuracy-drop and ranker-latency-regression have the step "restore-bundle"' in said
    done("log", "Restored", "--step", "restore-bundle", "--runbook", "ranker-latency-regression")
    done("log", "Routed", "--step", "rules-only")
    told = [each.value for each in timeline(here).entries[-2:]]
    assert [each["runbook"] for each in told] == ["ranker-latency-regression", "fraud-accuracy-drop"]


def test_an_incident_without_a_runbook(here: Path) -> None:
    said = refused("open", "--at", "2026-11-22T02:55Z", "--by", "sre")
    assert "--id, --name, --component missing" in said
    done("open", "--id", "odd", "--name", "Odd scores", "--component", "model/fraud-scorer", "--by", "sre", "--hazard")
    assert "runbooks: []" in report(here, "2026-11-22-odd")
    assert lint().exit_code == 0, lint().stdout


STATUS = """\
Incident: Fraud scores no longer match confirmed fraud (2026-11-22-fraud-accuracy-drop)
Severity: sev2
Status: open, since 2026-11-22 02:55 UTC (1h20m ago)
Detected: 2026-11-22 02:55 UTC (1h20m ago)
Affected: model/fraud-scorer, feature-view/card-velocity, service/scoring-api
Last known: 02:55 UTC Declines are up @everyone
Next milestone: Contain it, due 2026-11-22 03:40 UTC (35m LATE)
Next update: 2026-11-22 04:45 UTC
Clock: gdpr-33 (Notification of a personal data breach): not decided yet; it runs if: Card data was lost, altered or read by \
someone not entitled; not legal advice, verified on 2026-11-20
To tell: product, support (#inc-fraud, https://meet.example.com/inc-fraud)
"""


@pytest.mark.usefixtures("here")
def test_the_minimum_of_every_update() -> None:
    begin()
    done("log", "Declines are up @everyone", "--at", "2026-11-22T02:55Z")
    assert done("status", now="2026-11-22T04:15Z") == STATUS
    assert "@everyone" not in done("status", "--format", "markdown")
    assert "cannot be met" in refused("clock", "gdpr-33", "met", "--because", "x")
    done("clock", "gdpr-33", "runs", "--because", "Card data was read", "--at", "2026-11-22T03:00Z")
    assert "due 2026-11-25 03:00 UTC (in 70h45m)" in done("status", now="2026-11-22T04:15Z").replace(
        "2d22h45m", "70h45m"
    )
    done("clock", "gdpr-33", "met", "--because", "Told the authority")
    assert "gdpr-33 (Notification of a personal data breach): met 2026-11-22 03:10 UTC" in done("status")
    assert lint().exit_code == 0, lint().stdout


def exported(file: Path, **more: object) -> Path:
    at = "2026-11-22T02:58:00Z"
    entries = [
        {"at": at, "recorded_at": at, "kind": "milestone", "milestone": "detected", "text": "Started", "by": "sre"},
        {"at": at, "recorded_at": at, "kind": "action", "text": "Copied", "by": "sre", "runbook": "fraud-accuracy-drop",
         "step": "rules-only", "command": "flagctl set fraud.model_share 0"},
        {"at": at, "recorded_at": at, "kind": "action", "text": "Twice", "by": "sre"},
        {"at": at, "recorded_at": at, "kind": "action", "text": "Twice", "by": "sre"},
        {"at": at, "recorded_at": at, "kind": "fact", "text": "Card data was read", "by": "sre", "clock": "gdpr-33"},
    ]  # fmt: skip
    log = {
        "schema": "browser-log/1", "incident": ID, "severity": "sev1", "runbooks": {"fraud-accuracy-drop": "2.1.1"},
        "started_at": at, "exported_at": "2026-11-22T03:05:00Z", "zone": "Europe/Berlin", "entries": entries, **more,
    }  # fmt: skip
    file.write_text(json.dumps(log))
    return file


def test_what_the_browser_exported_is_recorded_once(here: Path, tmp_path: Path) -> None:
    file = exported(tmp_path / "log.json")
    assert "Added 5 of 5 entries" in done("import", str(file))
    before = timeline(here)
    assert "Nothing to add" in done("import", str(file))
    assert timeline(here).tip == before.tip
    values = [each.value for each in before.entries]
    assert [each["text"] for each in values].count("Twice") == 2
    assert next(each["command"] for each in values if "command" in each) == "flagctl set fraud.model_share 0"
    assert "started: 2026-11-22T02:58:00Z" in report(here)
    assert lint().exit_code == 0, lint().stdout


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"entries": []}, "entries breaks the contract"),
        ({"incident": "../../x"}, "incident breaks the contract"),
        ({"zone": 7}, "zone breaks the contract"),
        ({"more": 1}, "breaks the contract"),
    ],
)
def test_a_wrong_export_is_refused_whole(here: Path, tmp_path: Path, more: dict[str, object], sentence: str) -> None:
    assert sentence in refused("import", str(exported(tmp_path / "log.json", **more)))
    (tmp_path / "log.json").write_text("[" * 100_000)
    assert "no JSON" in refused("import", str(tmp_path / "log.json"))
    assert not (here / "incidents").exists()


def test_a_browser_whose_clock_was_wrong_writes_no_line_of_tomorrow(here: Path, tmp_path: Path) -> None:
    said = refused("import", str(exported(tmp_path / "log.json")), now="2026-11-22T02:30Z")
    assert "entry 1 lies in the future, 2026-11-22T02:58:00Z, and it is 2026-11-22 02:30 UTC" in said
    assert not (here / "incidents").exists()


def test_two_branches_become_one_timeline_again(here: Path) -> None:
    begin()
    commit(here)
    git(here, "checkout", "-q", "-b", "other")
    done("log", "seen on one branch")
    commit(here)
    git(here, "checkout", "-q", "main")
    done("log", "seen on the other")
    commit(here)
    merged = subprocess.run(
        ["git", "-C", str(here), "-c", "user.name=a", "-c", "user.email=a@example.org", "merge", "other"],
        capture_output=True,
        check=False,
    )
    assert merged.returncode == 1
    assert "git left a conflict" in refused("merge")
    file = here / "incidents" / ID / "timeline.jsonl"
    kept = [each for each in file.read_bytes().splitlines(keepends=True) if each.startswith(b"{")]
    file.write_bytes(b"".join(kept))
    assert "two ends" in incident("log", "nobody waits for a merge").stderr
    assert "Joined the lines" in done("merge")
    assert timeline(here).sound
    assert "Nothing to join" in done("merge")


def test_two_branches_that_both_begin_the_custody_log_become_one(here: Path, tmp_path: Path) -> None:
    begin()
    commit(here)
    for branch in ("other", "main"):
        git(here, "checkout", "-q", *(["-b"] if branch == "other" else []), branch)
        (tmp_path / branch).write_text(branch)
        done("evidence", "add", str(tmp_path / branch))
        commit(here)
    who = ["-c", "user.name=us", "-c", "user.email=us@example.com"]
    subprocess.run(["git", "-C", str(here), *who, "merge", "-q", "other"], capture_output=True, check=False)
    folder = here / "incidents" / ID
    for name in ("timeline.jsonl", "custody.jsonl", "evidence/SHA256SUMS"):
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        (folder / name).write_bytes(
            b"".join(each for each in lines if each[:7] not in (b"<<<<<<<", b"=======", b">>>>>>>"))
        )
    assert "custody.jsonl:2: the lines 1 and 2 are two ends of one journal" in incident("verify").stdout
    assert "custody.jsonl: Joined the lines 1 and 2" in done("merge")
    assert "2 files of evidence are as they were collected" in done("verify")
    assert lint().exit_code == 0, lint().stdout


def test_two_writers_at_once_lose_nothing(here: Path) -> None:
    begin()
    command = [sys.executable, "-m", "drillbook", "incident", "log"]
    both = [subprocess.Popen([*command, f"by {each}"], stdout=subprocess.DEVNULL) for each in range(4)]
    assert [each.wait(120) for each in both] == [0, 0, 0, 0]
    told = timeline(here)
    assert told.sound
    assert sorted(each.value["text"] for each in told.entries[2:]) == [f"by {each}" for each in range(4)]


def test_a_full_disk_says_so_and_leaves_the_timeline_as_it_was(here: Path) -> None:
    begin()
    file = here / "incidents" / ID / "timeline.jsonl"
    before = file.read_bytes()

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50,) * 2)

    command = [sys.executable, "-m", "drillbook", "incident", "log", "x" * 500]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert result.returncode == 2, result.stderr
    assert "nothing was recorded, so write it down elsewhere" in result.stderr
    assert file.read_bytes() == before
    with file.open("ab") as torn:
        torn.write(b'{"text": "ha')
    assert "set aside" in incident("log", "after the crash").stderr
    assert timeline(here).sound


@pytest.mark.parametrize(
    "old", ["times:\n  detected: 2026-11-22T02:55:00Z", "status: open", "runbooks:\n", "---\nschema", "components: ["]
)
def test_a_broken_report_never_keeps_a_fact_out_of_the_timeline(here: Path, old: str) -> None:
    begin()
    file = here / "incidents" / ID / "incident.md"
    text = file.read_text()
    assert old in text
    for new in ("times: [", "runbooks: 7\nrunbook:", "\x00", "times: 3"):
        file.write_text(text.replace(old, new, 1))
        before = len(timeline(here).entries)
        result = incident("log", "still recorded", "--incident", ID)
        assert "fault of Drillbook" not in result.output
        assert isinstance(result.exception, (SystemExit, type(None))), result.exception
        assert (result.exit_code, len(timeline(here).entries)) == (0, before + 1), result.output
        for command in ("status", "postmortem", "close", "publish", "verify", "milestone contained"):
            told = incident(*command.split(), "--incident", ID)
            assert isinstance(told.exception, (SystemExit, type(None))), (command, told.exception)
        file.write_bytes(b"\xff")
        assert incident("log", "still recorded", "--incident", ID).exit_code == 0


def test_times_across_the_end_of_summer_time_keep_their_order(here: Path) -> None:
    done("open", "fraud-accuracy-drop", "--at", "2026-10-25T02:30+02:00", now="2026-10-25T05:00Z")
    done("milestone", "contained", "--at", "2026-10-25T02:10+01:00", now="2026-10-25T05:00Z")
    text = report(here, "2026-10-25-fraud-accuracy-drop")
    assert "detected: 2026-10-25T00:30:00Z\n  contained: 2026-10-25T01:10:00Z" in text
    assert "40m ago" not in done("status", now="2026-10-25T05:00Z")


def test_a_disk_that_is_really_full_loses_no_line_that_was_recorded(here: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nobody may mount a small disk here")
    try:
        shutil.copytree(here / "catalog", disk / "catalog")
        shutil.copytree(here / "runbooks", disk / "runbooks")
        os.chdir(disk)
        begin()
        told = 0
        while (result := incident("log", "x" * 3000)).exit_code == 0:
            told += 1
        assert "nothing was recorded, so write it down elsewhere" in result.stderr
        assert "no space left" in result.stderr
        kept = timeline(disk)
        assert kept.sound
        assert len(kept.entries) == 2 + told
        (disk / "catalog" / "clocks.yaml").unlink()
        assert incident("log", "room again").exit_code == 0
        assert timeline(disk).sound
    finally:
        os.chdir(here)
        subprocess.run(["umount", str(disk)], check=True)
