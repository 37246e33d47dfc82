"""docs/versions.md, played: the pull request that it tells, in a real repository, prints what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook import meaning
from drillbook.cli import commands

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
NAME = "runbooks/fraud-accuracy-drop.md"


def git(folder: Path, day: str, *arguments: str) -> None:
    who = {"GIT_AUTHOR_NAME": "Fraud ML", "GIT_COMMITTER_NAME": "Fraud ML", "EMAIL": "fraud@example.com"}
    when = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env={**os.environ, **who, **when, **own})


def run(*words: str) -> str:
    return CliRunner().invoke(commands, [*words]).stdout


def test_the_pull_request_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "work"
    shutil.copytree(ROOT / "tests/golden/diff/before", work)
    git(work, "2026-11-21", "init", "-q", "-b", "main")
    git(work, "2026-11-21", "add", "-A")
    git(work, "2026-11-21", "commit", "-q", "-m", "Begin")
    git(work, "2026-11-21", "checkout", "-q", "-b", "mine")
    monkeypatch.chdir(work)
    file = work / NAME
    file.write_text(file.read_text().replace("value: [-0.04, 0.04]", "value: [-0.05, 0.05]", 1))
    linted, command, difference, told, trailer, record = (text for _, text in BLOCKS)
    assert linted in run("lint", "--as-of=2026-11-22", "--since", "main")
    bump = re.fullmatch(r"drillbook bump (\S+) --because \"(.*)\"\n", command)
    assert bump
    assert difference in run("bump", bump[1], "--because", bump[2], "--as-of=2026-11-22")
    assert run("diff", "main") == told
    git(work, "2026-11-22", "commit", "-q", "-a", "-m", "Page later")
    git(work, "2026-11-22", "checkout", "-q", "main")
    git(work, "2026-11-22", "merge", "-q", "--no-ff", "mine", "-m", f"Merge\n\n{trailer}")
    assert re.sub(r"\b[0-9a-f]{9}\b", "COMMIT", run("log", "fraud-accuracy-drop")) == record


def test_the_levels_of_the_page_are_those_of_the_program() -> None:
    rows = re.findall(r"^\| \*\*(\w+)\*\* \|.*?\| (\S+) to (\S+) \|", PAGE, re.MULTILINE)
    assert [level for level, _, _ in rows] == [*reversed(meaning.LEVELS)]
    assert all(meaning.bumped(old, level) == new for level, old, new in rows)
