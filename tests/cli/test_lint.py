"""``drillbook lint`` through its command: what is printed, what is reported, which status it leaves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from drillbook import resources
from drillbook.cli import commands

ROOT = Path(__file__).parent.parent.parent
DAY = "--as-of=2026-11-22"
DRAFT = """\
---
schema: runbook/1
id: {id}
title: Scores arrive too late
summary: Payments wait for a score.
version: "0.1.0"
status: draft
owner: {owner}
changelog:
  - {{version: "0.1.0", date: 2026-11-01, by: ranking, because: first draft, changes: [First version]}}
---

## Detect

```step
id: look
title: Look at the queue
do: Open the dashboard of the queue
```
"""
TEAM = """\
schema: teams/1
teams:
  ranking:
    title: Ranking
    functions: [ml-engineering]
    contact: {channel: "#ranking"}
    on_call: {handle: ranking-oncall}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "teams.yaml").write_text(TEAM, encoding="utf-8")
    write(tmp_path, "late-scores")
    return tmp_path


def write(root: Path, name: str, owner: str = "ranking") -> Path:
    file = root / "runbooks" / f"{name}.md"
    file.write_text(DRAFT.format(id=name, owner=owner), encoding="utf-8")
    return file


def lint(*arguments: str | Path, at: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(at)
    return CliRunner().invoke(commands, ["lint", DAY, *map(str, arguments)])


def test_this_repository_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    result = lint(at=ROOT, monkeypatch=monkeypatch)
    assert result.exit_code == 0
    assert re.fullmatch(r"Nothing found in \d\d files\.\n", result.stdout), result.stdout


def test_a_draft_is_clean(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = lint(at=repository, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stdout) == (0, "Nothing found in 2 files.\n")


def test_a_finding_shows_place_sentence_source_and_way_out(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "late-scores", owner="rankin")
    result = lint(at=repository / "runbooks", monkeypatch=monkeypatch)
    assert result.exit_code == 1
    assert result.stdout == (
        'runbooks/late-scores.md:8:8: error: team "rankin" is not in catalog/teams.yaml, did you mean "ranking" '
        "[unknown-team] [*]\n"
        " 8 | owner: rankin\n"
        "   |        ^^^^^^\n"
        "  help: name a team of catalog/teams.yaml, or add it there\n"
        "\n"
        "1 error and 0 warnings in 1 of 2 files; drillbook rule NAME explains a rule.\n"
        "[*] 1 can be mended with --fix.\n"
    )


def test_json_follows_its_schema_and_leaves_the_same_status(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "late-scores", owner="rankin")
    result = lint("--format=json", at=repository, monkeypatch=monkeypatch)
    report = json.loads(result.stdout)
    Draft202012Validator(resources.schemas()["report"]).validate(report)
    assert result.exit_code == 1
    assert report["summary"] == {"files": 2, "errors": 1, "warnings": 0}
    (finding,) = report["findings"]
    place = ("path", "line", "column", "end_line", "end_column")
    assert [finding[key] for key in place] == ["runbooks/late-scores.md", 8, 8, 8, 14]
    assert (finding["rule"], finding["code"], finding["severity"]) == ("unknown-team", "DB203", "error")


def test_paths_narrow_what_is_reported_and_not_what_is_read(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "late-scores", owner="rankin")
    clean = write(repository, "other")
    result = lint(clean, at=repository, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stdout) == (0, "Nothing found in 1 file.\n")
    again = clean.with_name("again.md")
    again.write_bytes(clean.read_bytes())
    result = lint(again, at=repository, monkeypatch=monkeypatch)
    assert result.exit_code == 1
    assert 'id "other" is the id of runbooks/other.md too' in result.stdout


def test_a_catalog_that_cannot_be_read_is_always_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "catalog/teams.yaml").write_text("teams: [\n")
    result = lint("runbooks", at=repository, monkeypatch=monkeypatch)
    assert result.exit_code == 1
    assert result.stdout.startswith("catalog/teams.yaml:1:8: error: broken YAML")
    assert result.stdout.count("error:") == 1


def test_select_ignore_and_settings(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "late-scores", owner="rankin")
    assert lint("--select=DB1", at=repository, monkeypatch=monkeypatch).exit_code == 0
    assert lint("--select=unknown-team", at=repository, monkeypatch=monkeypatch).exit_code == 1
    assert lint("--ignore=DB203", at=repository, monkeypatch=monkeypatch).exit_code == 0
    (repository / "drillbook.toml").write_text('ignore = ["unknown-team"]\n')
    assert lint(at=repository, monkeypatch=monkeypatch).exit_code == 0
    (repository / "drillbook.toml").write_text('exclude = ["runbooks/late-scores.md"]\n')
    assert lint(at=repository, monkeypatch=monkeypatch).stdout == "Nothing found in 1 file.\n"


def test_a_wrong_rule_is_told_with_where_it_is_named(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "late-scores")
    assert '--ignore: there is no rule "nah"' in lint("--ignore=nah", at=repository, monkeypatch=monkeypatch).stderr
    (repository / "drillbook.toml").write_text('ignore = ["nope"]\n')
    assert (
        f'{repository.resolve() / "drillbook.toml"}: there is no rule "nope"'
        in lint(at=repository, monkeypatch=monkeypatch).stderr
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--select=unknwn-team"], '--select: there is no rule "unknwn-team", did you mean "unknown-team"'),
        (["--ignore="], 'there is no rule ""'),
        (["nowhere.md"], "nowhere.md: there is no such file or folder"),
        (["/etc"], "/etc: no repository of runbooks here or in any folder above"),
        (["notes.txt"], "nothing to check"),
        (["--as-of=2026-02-30"], '"2026-02-30" is no day of the calendar'),
        (["--format=xml"], 'there is no format "xml", expected one of'),
        (["--strikt"], "--strict"),
    ],
)
def test_a_mistake_of_the_caller_leaves_status_2(
    repository: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    (repository / "notes.txt").write_text("hello\n")
    result = lint(*arguments, at=repository, monkeypatch=monkeypatch)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""


def test_an_empty_repository_has_nothing_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runbooks").mkdir()
    result = lint(at=tmp_path, monkeypatch=monkeypatch)
    assert result.exit_code == 2
    assert "nothing to check, expected runbooks as runbooks/<id>.md" in result.stderr


def test_an_unknown_command_is_guessed() -> None:
    result = CliRunner().invoke(commands, ["lnt"])
    assert result.exit_code == 2
    assert 'there is no command "lnt", did you mean "lint"' in result.stderr


def run(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    whole = {**os.environ, **env}
    return subprocess.run([sys.executable, "-m", "drillbook", *arguments], cwd=cwd, env=whole, capture_output=True)


def test_no_colour_in_a_pipe_and_no_traceback_on_a_narrow_terminal(repository: Path) -> None:
    file = write(repository, "late-scores", owner="rankin")
    file.write_text(file.read_text(encoding="utf-8").replace("too late", "\u2014 t\u00f6\u00f6 \U0001f600 late"))
    for env in ({}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}):
        done = run("lint", DAY, cwd=repository, **env)
        assert done.returncode == 1
        assert b"\x1b" not in done.stdout
        assert done.stderr == b""


def test_control_characters_never_reach_the_terminal(repository: Path) -> None:
    file = write(repository, "late-scores")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("owner: ranking", 'owner: "\\e]0;x\\a\\u202e"\nstat\x1b[2Jus: x'), encoding="utf-8")
    done = run("lint", DAY, cwd=repository)
    assert done.returncode == 1
    shown = done.stdout.decode()
    assert all(character == "\n" or character.isprintable() for character in shown)
    assert "\u202e" not in shown


def test_rules_rule_and_schema() -> None:
    runner = CliRunner()
    listed = runner.invoke(commands, ["rules"])
    assert "DB203  unknown-team" in listed.stdout
    page = runner.invoke(commands, ["rule", "DB203"])
    assert page.stdout.startswith("unknown-team (DB203, error): A team that the catalog does not know.")
    assert "## How to mend it" in page.stdout
    assert 'did you mean "unknown-team"' in runner.invoke(commands, ["rule", "unknwn-team"]).stderr
    assert json.loads(runner.invoke(commands, ["schema", "step"]).stdout)["$id"] == "urn:drillbook:schema:step/1"
    assert "runbook" in runner.invoke(commands, ["schema"]).stdout
    wrong = runner.invoke(commands, ["schema", "stp"])
    assert (wrong.exit_code, 'did you mean "step"' in wrong.stderr) == (2, True)


@pytest.mark.parametrize("option", ["--select=DB2", "--ignore=DB0"])
def test_what_cannot_be_read_is_told_whatever_was_chosen(repository: Path, option: str) -> None:
    (repository / "runbooks" / "late-scores.md").write_text("---\na: [\n---\n")
    done = run("lint", DAY, option, cwd=repository)
    assert (done.returncode, b"[broken-yaml]" in done.stdout) == (1, True)
    done = run("lint", DAY, "--ignore=broken-yaml", cwd=repository)
    assert (done.returncode, b"cannot be ignored" in done.stderr) == (2, True)


def test_a_thousand_names_that_lead_nowhere_end_soon_and_say_so(repository: Path) -> None:
    steps = "".join(f"```step\nid: s{n}\ntitle: x\ndo: x\nif_not: t{n}\n```\n\n" for n in range(1000))
    file = write(repository, "late-scores")
    file.write_text(file.read_text(encoding="utf-8") + steps)
    done = run("lint", DAY, "--select=unknown-step", cwd=repository)
    assert done.returncode == 1
    assert done.stdout.count(b"[unknown-step]") == 101
    assert b"more than 100 of these in this file, the rest is not told" in done.stdout


def test_a_full_disk_is_a_sentence(repository: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no such device here")
    with full.open("wb") as sink:
        command = [sys.executable, "-m", "drillbook", "lint", DAY]
        done = subprocess.run(command, cwd=repository, stdout=sink, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (2, b"drillbook: the output: no space left on device\n")
