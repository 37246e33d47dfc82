"""What the README shows is what happens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook.cli import commands

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found, f"no {language} block in the README"
    return found[1]


def test_the_broken_line_gives_the_output_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "runbooks" / "fraud-accuracy-drop.md"
    for folder in ("catalog", "runbooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    broken = block("yaml")
    sound = broken.replace("outsid,", "outside,")
    text = file.read_text(encoding="utf-8")
    assert text.count(sound) == 1, "the README breaks a line that the runbook does not have"
    file.write_text(text.replace(sound, broken), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, ["lint", "runbooks/fraud-accuracy-drop.md", "--as-of=2026-11-22"])
    assert result.exit_code == 1
    assert result.stdout == block("text")


def test_its_commands_and_files_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", block("sh"), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for path in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"`((?:[a-z]+/)+)`", README):
        assert (ROOT / path).is_dir(), path
