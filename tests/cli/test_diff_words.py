"""The words of ``drillbook diff``: for each patch in tests/golden/diff exactly the text beside it.

``before/`` is one repository, ``NAME.patch`` a change to it and ``NAME.txt`` what diff says. Read both: is every line true,
and does it say what somebody who reviews the patch must know? DRILLBOOK_GOLDEN=1 writes the texts anew.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook.cli import commands
from tests.cli.test_since import commit, git

GOLDEN = Path(__file__).parent.parent / "golden" / "diff"
CASES = sorted(path.stem for path in GOLDEN.glob("*.patch"))


def test_there_are_many_kinds_of_change() -> None:
    assert len(CASES) >= 20
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {*CASES}


@pytest.mark.parametrize("name", CASES)
def test_the_words_are_those_that_were_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "work"
    shutil.copytree(GOLDEN / "before", work)
    git(work, "init", "-q", "-b", "main")
    commit(work)
    git(work, "apply", "--index", str(GOLDEN / f"{name}.patch"))
    monkeypatch.chdir(work)
    result = CliRunner().invoke(commands, ["diff", "HEAD"])
    assert result.exit_code == 0, result.output
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("DRILLBOOK_GOLDEN"):
        file.write_text(result.stdout, encoding="utf-8")
    assert result.stdout == file.read_text(encoding="utf-8")
