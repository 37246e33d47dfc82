"""``drillbook new drill``: a draft from what a runbook says, for every runbook that there is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook import files
from drillbook.cli import commands
from drillbook.drills.scenario import scenario

ROOT = Path(__file__).resolve().parents[2]
BOOKS = sorted(path.stem for path in (ROOT / "runbooks").glob("*.md"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("runbooks", "catalog"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


@pytest.mark.slow
@pytest.mark.parametrize("book", BOOKS)
def test_the_draft_lints_and_an_active_one_lacks_only_what_is_marked(here: Path, book: str) -> None:
    result = run("new", "drill", book, "--as-of=2026-11-22")
    assert result.exit_code == 0, result.stderr
    path = f"drills/{book}-tabletop.md"
    assert run("lint", "--as-of=2026-11-22", path).stdout == "Nothing found in 1 file.\n"
    found = run("lint", "--as-of=2026-11-22", "--status=active", "--format=json", path).stdout
    assert '"rule": "unfinished-text"' in found
    assert found.count('"rule": "') == found.count('"rule": "unfinished-text"')
    text = (here / path).read_text(encoding="utf-8")
    (here / path).write_text(text.replace("TODO: ", "").replace("status: draft", "status: active"), encoding="utf-8")
    assert run("lint", "--as-of=2026-11-22", path).exit_code == 0
    repository = files.load(here)
    told = scenario(repository, repository.of("drill")[0])
    assert told.injects[0].at.total_seconds() == 0
    assert {each.step for each in told.objectives} <= set(told.steps)


def test_the_values_of_a_draft_make_the_alert_fire() -> None:
    run("new", "drill", "fraud-accuracy-drop", "--as-of=2026-11-22")
    drill = Path("drills/fraud-accuracy-drop-tabletop.md")
    drill.write_text(drill.read_text().replace("TODO: ", "").replace("status: draft", "status: active"))
    result = run("check", "fraud-accuracy-drop", "--drill", "fraud-accuracy-drop-tabletop", "--clock=0m")
    assert "! fires        decision-shift" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fraud",), 'there is no runbook "fraud"'),
        (("fraud-accuracy-drop", "--id", "../x"), '"../x" is no id'),
    ],
)
def test_what_cannot_be_begun(arguments: tuple[str, ...], said: str) -> None:
    result = run("new", "drill", *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


def test_nothing_is_overwritten(here: Path) -> None:
    run("new", "drill", "fraud-accuracy-drop")
    path = here / "drills/fraud-accuracy-drop-tabletop.md"
    path.write_text("mine")
    assert "there is a file of this name already" in run("new", "drill", "fraud-accuracy-drop").stderr
    assert path.read_text() == "mine"
