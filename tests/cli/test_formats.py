"""Every format over one small repository of broken documents, held against what is kept in tests/golden/formats.

``DRILLBOOK_GOLDEN=1`` writes them anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook import __version__, resources
from drillbook.cli import commands
from drillbook.report import formats

GOLDEN = Path(__file__).parent.parent / "golden" / "formats"
RULES = (
    "control-character",
    "unknown-key",
    "id-is-not-file-name",
    "unknown-team",
    "unknown-component",
    "needless-waiver",
)
"""Only these run, so that a new rule changes nothing here."""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(GOLDEN / "broken", tmp_path / "broken")
    monkeypatch.chdir(tmp_path / "broken")
    monkeypatch.setattr(resources, "rule_page", lambda name: f"# {name}\n\nThe page of {name}.\n\n## Why it matters\n")
    return tmp_path


def lint(*arguments: str) -> Result:
    chosen = [f"--select={rule}" for rule in RULES]
    return CliRunner().invoke(commands, ["lint", "--as-of=2026-11-22", *chosen, *arguments])


@pytest.mark.parametrize("form", formats())
def test_output_is_what_it_was(broken: Path, form: str) -> None:
    result = lint(f"--format={form}", f"--output={form}={broken}/report")
    assert (result.exit_code, result.stderr) == (1, "")
    assert (broken / "report").read_text(encoding="utf-8") == result.stdout
    shown = result.stdout.replace(f'"{__version__}"', '"VERSION"')
    kept = GOLDEN / f"{form}.txt"
    if os.environ.get("DRILLBOOK_GOLDEN"):
        kept.write_text(shown, encoding="utf-8")
    assert shown == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", formats())
@pytest.mark.usefixtures("broken")
def test_a_format_never_changes_the_exit_status(form: str) -> None:
    files = ["runbooks/sound.md", "runbooks/hostile.md"]
    assert [lint(f"--format={form}", file).exit_code for file in files] == [0, 1]
    assert lint(f"--format={form}", "--exit-zero").exit_code == 0
    only_warnings = [f"--ignore={name}" for name in ("DB0", "DB1", "unknown-team", "id-is-not-file-name")]
    assert lint(f"--format={form}", *only_warnings).exit_code == 0
    assert lint(f"--format={form}", *only_warnings, "--strict").exit_code == 1


def test_several_files_at_once_and_each_whole(broken: Path) -> None:
    result = lint(*(f"--output={form}={broken}/{form}.out" for form in formats()), "--statistics")
    assert result.exit_code == 1
    assert sorted(path.name for path in broken.iterdir()) == sorted(["broken", *(f"{form}.out" for form in formats())])
    assert (broken / "text.out").read_text(encoding="utf-8") == result.stdout
    assert result.stdout.endswith(
        "\n 1  DB201  id-is-not-file-name\n 1  DB203  unknown-team\n 1  DB712  needless-waiver\n"
    )


def test_a_report_replaces_a_file_and_is_written_into_anything_else(broken: Path) -> None:
    (broken / "report").write_text("old")
    (broken / "link").symlink_to(broken / "target")
    assert (
        lint(f"--output=json={broken}/report", f"--output=junit={broken}/link", "--output=text=/dev/null").exit_code
        == 1
    )
    assert (broken / "report").read_text(encoding="utf-8").startswith("{")
    assert (broken / "link").is_symlink()
    assert (broken / "target").read_text(encoding="utf-8").startswith("<?xml")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--output=sarif=nowhere/a.sarif"],
            "drillbook: nowhere/a.sarif: there is no folder nowhere to write it into\n",
        ),
        (["--output=sarif=runbooks"], "drillbook: runbooks: a folder, expected the name of a file\n"),
        (
            ["--statistics", "--format=json"],
            "drillbook: --statistics belongs to the format text, and this run writes json\n",
        ),
        (["--output=srif=a"], 'there is no format "srif", did you mean "sarif"'),
        (["--output=sarif"], '"sarif" names no file, expected FORMAT=FILE'),
        (["--format=githb"], 'there is no format "githb", did you mean "github"'),
        (["--status=activ", "runbooks"], 'there is no status "activ", did you mean "active"'),
        (["--status=active"], "drillbook: --status needs the drafts to look at"),
        (["--exit-zer"], "--exit-zero"),
        (["--exit-zero", "--select=unknwn-team"], 'did you mean "unknown-team"'),
    ],
)
@pytest.mark.usefixtures("broken")
def test_a_mistake_of_the_caller_is_one_sentence_and_status_2(arguments: list[str], sentence: str) -> None:
    result = lint(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert not sentence.endswith("\n") or result.stderr == sentence
