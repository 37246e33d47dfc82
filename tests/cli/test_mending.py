"""``drillbook lint --fix``, ``--diff`` and the baseline in a real folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook.cli import commands

ROOT = Path(__file__).parent.parent.parent
FILE = Path("runbooks/fraud-accuracy-drop.md")
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("there")]


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("runbooks", "catalog"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lint(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["lint", "--as-of", "2026-11-22", *arguments])


def breaks(path: Path) -> str:
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("status: active", "status: activ", 1), encoding="utf-8")
    return whole


def test_fix_writes_and_says_so() -> None:
    whole = breaks(FILE)
    FILE.chmod(0o640)
    told = lint()
    assert told.exit_code == 1
    assert "[unknown-value] [*]" in told.stdout
    assert "[*] 1 can be mended with --fix." in told.stdout
    done = lint("--fix")
    assert (done.exit_code, done.stdout) == (0, "Nothing found in 20 files.\n")
    assert done.stderr.startswith("Mended 1 finding in 1 file. ")
    assert FILE.read_text(encoding="utf-8") == whole
    assert FILE.stat().st_mode & 0o777 == 0o640
    assert lint("--fix").stderr == ""


def test_what_could_not_be_mended_is_not_offered_again() -> None:
    breaks(FILE)
    whole = FILE.read_text(encoding="utf-8").replace("\nrun: ", "\nrun: $ | ", 1)
    FILE.write_text(whole, encoding="utf-8")
    assert "[*] 1 can be mended with --fix." in lint().stdout
    done = lint("--fix")
    assert done.exit_code == 1
    assert "\nrun: $ | " in FILE.read_text(encoding="utf-8"), "without its prompt the command would be broken YAML"
    assert "[prompt-in-command]" in done.stdout, "it comes to light when the other line is mended"
    assert "[unknown-value]" not in done.stdout
    assert "[*]" not in done.stdout


def test_diff_shows_and_writes_nothing() -> None:
    breaks(FILE)
    before = FILE.read_bytes()
    done = lint("--diff")
    assert done.exit_code == 1
    assert "-status: activ\n+status: active\n" in done.stdout
    assert FILE.read_bytes() == before
    lint("--fix")
    assert (lint("--diff").exit_code, lint("--diff").stdout) == (0, "")


def test_a_link_is_never_written_into(there: Path) -> None:
    breaks(FILE)
    elsewhere = there / "elsewhere.md"
    FILE.rename(elsewhere)
    FILE.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    done = lint("--fix", str(FILE))
    assert elsewhere.read_bytes() == before
    assert FILE.is_symlink()
    assert done.exit_code in (1, 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fix", "--diff"], "--fix writes and --diff only shows"),
        (["--unsafe"], "give it with --fix or --diff"),
        (["--fix", "--since", "HEAD"], "leave out --since"),
        (["--baseline"], "drillbook-baseline.json: there is none in"),
        (["--write-baseline", "--baseline"], "leave out --diff and --baseline"),
    ],
)
def test_what_does_not_go_together(arguments: list[str], said: str) -> None:
    done = lint(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_baseline_sets_aside_what_stands_and_forgets_what_was_mended() -> None:
    breaks(FILE)
    other = Path("runbooks/feedback-loop.md")
    other.write_text(other.read_text(encoding="utf-8").replace("\nowner:", "\nownr:", 1), encoding="utf-8")
    assert lint("--write-baseline").exit_code == 0
    kept = json.loads(Path("drillbook-baseline.json").read_text(encoding="utf-8"))
    assert {(each["path"], each["rule"]) for each in kept["findings"]} >= {
        (FILE.as_posix(), "unknown-value"),
        (other.as_posix(), "unknown-key"),
    }
    assert not any("line" in each for each in kept["findings"])

    FILE.write_text(
        FILE.read_text(encoding="utf-8").replace("## Detect", "A line more.\n\n## Detect", 1), encoding="utf-8"
    )
    moved = lint("--baseline")
    assert moved.exit_code == 0
    assert "left aside" in moved.stderr

    fresh = Path("runbooks/vendor-model-degradation.md")
    breaks(fresh)
    told = lint("--baseline")
    assert told.exit_code == 1
    assert fresh.as_posix() in told.stdout
    assert FILE.as_posix() not in told.stdout

    done = lint("--baseline", "--fix")
    assert "mended and taken out" in done.stderr
    left = json.loads(Path("drillbook-baseline.json").read_text(encoding="utf-8"))["findings"]
    assert {each["path"] for each in left} == {other.as_posix()}
    breaks(FILE)
    assert lint("--baseline").exit_code == 1  # what was mended may not come back


def test_what_stood_in_a_file_that_is_deleted_leaves_the_baseline() -> None:
    breaks(FILE)
    lint("--write-baseline")
    FILE.unlink()
    lint("--fix", "--baseline")
    kept = json.loads(Path("drillbook-baseline.json").read_text(encoding="utf-8"))["findings"]
    assert FILE.as_posix() not in {each["path"] for each in kept}


def test_what_an_error_hides_or_nobody_asked_for_is_not_mended() -> None:
    whole = FILE.read_text(encoding="utf-8")
    old = whole.replace("\nowner: fraud-ml", "\nowner: frauds", 1)
    FILE.write_text(old, encoding="utf-8")
    lint("--write-baseline")
    kept = Path("drillbook-baseline.json").read_bytes()
    assert b"frauds" in kept
    FILE.write_text(old.replace("\nsummary: >-", "\nsummary: [", 1), encoding="utf-8")
    done = lint("--fix", "--baseline")
    assert ("[broken-yaml]" in done.stdout, "mended" in done.stderr) == (True, False), done.output
    FILE.write_text(old, encoding="utf-8")
    assert "mended" not in lint("--fix", "--baseline", "--select", "vague-wording").stderr
    assert Path("drillbook-baseline.json").read_bytes() == kept
    FILE.write_text(whole, encoding="utf-8")
    assert "mended and taken out" in lint("--fix", "--baseline").stderr


def test_a_run_over_one_file_keeps_the_rest_of_the_baseline() -> None:
    breaks(FILE)
    lint("--write-baseline")
    before = Path("drillbook-baseline.json").read_bytes()
    assert lint("--baseline", "--fix", "runbooks/feedback-loop.md").exit_code == 0
    assert Path("drillbook-baseline.json").read_bytes() == before


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"version": 2, "findings": []}', '{"version": 1, "findings": [1]}', "\x00"]
)
def test_a_baseline_that_is_none(text: str) -> None:
    Path("drillbook-baseline.json").write_text(text, encoding="utf-8")
    done = lint("--baseline")
    assert done.exit_code == 2
    assert "drillbook-baseline.json: is no baseline, expected what" in done.stderr


def test_a_baseline_names_no_secret() -> None:
    FILE.write_text(FILE.read_text(encoding="utf-8") + "\nThe key is AKIAIOSFODNN7EXAMPLB.\n", encoding="utf-8")
    assert "secret-in-text" in lint().stdout
    lint("--write-baseline")
    kept = Path("drillbook-baseline.json").read_text(encoding="utf-8")
    assert "AKIA" not in kept
    assert "sha256:" in kept
    assert lint("--baseline").exit_code == 0
