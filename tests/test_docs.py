"""The ten minutes of docs/first-runbook.md, as somebody would type them."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook.cli import commands

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "first-runbook.md").read_text(encoding="utf-8")
DAY = "--as-of=2026-11-22"


def typed(line: str) -> Result:
    words = shlex.split(line.replace("\\\n", " "))
    assert words[0] == "drillbook"
    day = [] if words[1] == "rule" else [DAY]
    return CliRunner().invoke(commands, [*words[1:], *day])


def test_the_first_ten_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    begin, new, status = shell[0], shell[1], shell[2]
    monkeypatch.chdir(tmp_path)
    assert typed(begin.splitlines()[1]).exit_code == 0
    monkeypatch.chdir(tmp_path / "runbooks-of-my-team")
    clean = typed("drillbook lint")
    assert clean.stdout in TEXT.replace("`Nothing", "Nothing").replace("files.`", "files.\n")
    assert typed(new).exit_code == 0
    signal = re.search(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert signal
    file = Path("runbooks/late-scores.md")
    file.write_text(file.read_text().replace("changelog:", f"{signal[1]}changelog:", 1))
    linted = typed("drillbook lint")
    assert (linted.exit_code, "Nothing found" in linted.stdout) == (0, True), linted.stdout
    missing = typed(status)
    assert missing.exit_code == 1
    assert '"objectives" is missing' in missing.stdout


def test_every_page_says_what_it_is() -> None:
    for page in (ROOT / "docs").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert re.search(r"^# \S", text, re.MULTILINE), page
        for target in re.findall(r"\]\(([a-z/-]+\.md)", text):
            generated = target.startswith(("schema/", "rules/"))
            assert generated or (ROOT / "docs" / target).is_file(), f"{page}: {target}"


def test_the_check_that_needs_no_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
    text = text[text.index("## Try it without a source") :]
    record, shell, said = (
        re.search(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) for kind in ("yaml", "sh", "text")
    )
    assert record
    assert shell
    assert said
    for folder in ("catalog", "runbooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    Path("night.yaml").write_text(record[1], encoding="utf-8")
    result = CliRunner().invoke(commands, shlex.split(shell[1])[1:])
    assert (result.exit_code, result.stdout) == (1, said[1])
