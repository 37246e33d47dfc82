"""What one meets by the day: an editor's text on standard input, completion, colour, the bar, a draft's way to active."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook import files
from drillbook.cli import _progress, commands
from drillbook.cli._draft import promoted, rank
from tests.cli.test_lint import DAY, DRAFT, lint, repository, write

__all__ = ["repository"]


def typed(text: str, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["lint", DAY, "-", *arguments], input=text)


def test_a_text_on_standard_input_stands_for_its_file(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    wrong = DRAFT.format(id="late-scores", owner="rankin")
    result = typed(wrong, "--stdin-filename=runbooks/late-scores.md")
    assert result.exit_code == 1
    assert result.stdout.startswith('runbooks/late-scores.md:8:8: error: team "rankin" is not in catalog/teams.yaml')
    write(repository, "late-scores", owner="rankin")
    assert (
        typed(DRAFT.format(id="late-scores", owner="ranking"), "--stdin-filename=runbooks/late-scores.md").exit_code
        == 0
    )


def test_a_text_on_standard_input_may_be_a_new_file_among_the_others(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "runbooks")
    sound = typed(DRAFT.format(id="new", owner="ranking"), "--stdin-filename=new.md")
    assert (sound.exit_code, sound.stdout) == (0, "Nothing found in 1 file.\n")
    twice = typed(DRAFT.format(id="late-scores", owner="ranking"), f"--stdin-filename={repository}/runbooks/new.md")
    assert 'id "late-scores" is the id of runbooks/late-scores.md too' in twice.stdout
    assert not (repository / "runbooks" / "new.md").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-"], '"-" and --stdin-filename need each other'),
        (["--stdin-filename=runbooks/a.md"], '"-" and --stdin-filename need each other'),
        (["-", "runbooks", "--stdin-filename=runbooks/a.md"], '"-" stands alone'),
        (["-", "--stdin-filename=notes.txt"], "notes.txt: no place of a runbook, drill, incident or catalog"),
        (["-", "--stdin-filename=/etc/a.md"], "no repository of runbooks here or in any folder above"),
    ],
)
def test_a_text_without_a_place_is_a_mistake(
    repository: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    result = lint(*arguments, at=repository, monkeypatch=monkeypatch)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_what_is_typed_in_an_excluded_file_is_nobodys_business(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "drillbook.toml").write_text('exclude = ["runbooks/old"]\n')
    monkeypatch.chdir(repository)
    result = typed("x", "--stdin-filename=runbooks/old/a.md")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "runbooks/old/a.md: excluded by the settings" in result.stderr


def complete(words: str, cwd: Path) -> list[str]:
    env = os.environ | {
        "_DRILLBOOK_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    command = [sys.executable, "-c", "from drillbook.cli import main; main()"]
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("drillbook li", ["plain,lint"]),
        ("drillbook lint --exit", ["plain,--exit-zero"]),
        ("drillbook lint --select unknown-te", ["plain,unknown-team"]),
        ("drillbook lint --ignore=unknown-te", ["plain,unknown-team"]),
        ("drillbook lint --format g", ["plain,github", "plain,gitlab"]),
        ("drillbook lint --output sa", ["plain,sarif="]),
        ("drillbook lint --status a", ["plain,active"]),
        ("drillbook rule needless-w", ["plain,needless-waiver"]),
        ("drillbook lnt l", ["plain,lint", "plain,log"]),
    ],
)
def test_a_shell_completes_commands_options_and_names(tmp_path: Path, words: str, found: list[str]) -> None:
    assert complete(words, tmp_path) == found


def test_bash_itself_completes(tmp_path: Path) -> None:
    program = tmp_path / "drillbook"
    program.write_text(f"#!{sys.executable}\nfrom drillbook.cli import main\nmain()\n")
    program.chmod(0o755)
    script = """
        eval "$(_DRILLBOOK_COMPLETE=bash_source drillbook)"
        COMP_WORDS=(drillbook lint --select unknown-te) COMP_CWORD=3
        _drillbook_completion drillbook
        echo "${COMPREPLY[@]}"
    """
    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("unknown-team\n", "")


def on_a_terminal(arguments: list[str], cwd: Path, **env: str) -> str:
    """What a terminal shows."""
    here, there = pty.openpty()
    process = subprocess.Popen(
        arguments, cwd=cwd, env={**os.environ, "TERM": "xterm", **env}, stdin=there, stdout=there, stderr=there
    )
    os.close(there)
    shown = b""
    while True:
        try:
            part = os.read(here, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not part:
            break
        shown += part
    os.close(here)
    process.wait()
    return shown.decode()


def test_colour_on_a_terminal_unless_it_is_not_wanted(repository: Path) -> None:
    write(repository, "late-scores", owner="rankin")
    command = [sys.executable, "-m", "drillbook", "lint", DAY]
    assert "\x1b[31;1merror:\x1b[0m" in on_a_terminal(command, repository, NO_COLOR="")
    plain = on_a_terminal(command, repository, NO_COLOR="1")
    assert "error:" in plain
    assert "\x1b" not in plain


SLOW = """
import sys, time
from drillbook.cli import _progress
_progress.AFTER = 0.2
with _progress.progress("Checking 10,000 files"):
    time.sleep(float(sys.argv[1]))
print("done", "rich" in sys.modules)
"""


@pytest.mark.slow
def test_a_bar_shows_only_on_a_terminal_and_only_when_it_takes_long(tmp_path: Path) -> None:
    assert _progress.AFTER == 2.0
    slow = [sys.executable, "-c", SLOW, "1.5"]
    shown = on_a_terminal(slow, tmp_path)
    assert "Checking 10,000 files" in shown
    assert shown.endswith("done True\r\n")
    assert on_a_terminal([*slow[:-1], "0"], tmp_path) == "done False\r\n"
    piped = subprocess.run(slow, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (piped.stdout, piped.stderr) == ("done False\n", "")


def test_what_a_draft_lacks_stands_in_the_order_of_writing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = lint("--status=active", "runbooks/late-scores.md", at=repository, monkeypatch=monkeypatch)
    assert result.exit_code == 1
    lacking = [line.split('"')[1] for line in result.stdout.splitlines() if "[missing-key]" in line]
    assert "[missing-step]" not in result.stdout.partition("[missing-key]")[0]
    assert lacking[:4] == ["owners", "roles", "authority", "communication"]
    assert [each for each in lacking if each in ("symptoms", "signals", "rollback", "review")] == [
        "symptoms",
        "signals",
        "rollback",
        "review",
    ]
    assert lint("runbooks/late-scores.md", at=repository, monkeypatch=monkeypatch).exit_code == 0


def test_only_the_named_drafts_count_as_active(repository: Path) -> None:
    write(repository, "other")
    seen = promoted(files.load(repository), ["runbooks/other.md", "catalog/teams.yaml"], "active")
    assert {each.path: each.front.get("status") for each in seen.documents} == {
        "runbooks/late-scores.md": "draft",
        "runbooks/other.md": "active",
        "catalog/teams.yaml": None,
    }


def test_places_are_ranked_as_the_schemas_list_them() -> None:
    places = [
        ("schema",),
        ("rollback", "to"),
        ("rollback", "verify", "hold"),
        ("review",),
        ("no-such-key",),
        ("steps", 0, "id"),
        ("steps", 0, "expect"),
        ("steps", 1, "id"),
        (),
    ]
    ranks = [rank("runbook", place) for place in places]
    assert ranks == sorted(ranks)
    assert rank("runbook", ("signals", 0, "fires", "op")) < rank("runbook", ("signals", 0, "fires", "value"))
    assert rank("runbook", ("signals", 0, "id")) < rank("runbook", ("signals", 1, "id"))
