"""``drillbook export codeowners``, held to the rules of the hosts; patterns are judged by git, whose rules they are."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook.cli import commands
from tests.test_integrations import git

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
BOOK = "runbooks/fraud-accuracy-drop.md"
OWNERS = ["@example/fraud-ml", "@example/ml-platform"]
REVIEWERS = ["@example/sre", "@example/ml-governance"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "runbooks").mkdir()
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    shutil.copy(ROOT / BOOK, tmp_path / "runbooks")
    git("init", "--quiet", cwd=tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, ["export", "codeowners", *(str(each) for each in arguments)])


def owned(text: str, path: str, folder: Path) -> list[str]:
    """Who owns a path by the rules of GitHub: the last line whose pattern matches, as git matches patterns."""
    lines = [
        re.split(r"(?<!\\)\s+", line.strip()) for line in text.splitlines() if line.strip() and line[0] not in "#["
    ]
    patterns = folder / "patterns"
    for pattern, *owners in reversed(lines):
        patterns.write_text(f"{pattern}\n")
        if git("-c", f"core.excludesFile={patterns}", "check-ignore", "--no-index", path, cwd=folder).returncode == 0:
            return owners
    return []


def sections(text: str) -> dict[str, str]:
    """The sections of GitLab: what stands above the first is one, too; equal names are one."""
    found: dict[str, str] = {"": ""}
    name = ""
    for line in text.splitlines(keepends=True):
        heading = re.match(r"\^?\[([^\]]+)\](?:\[\d+\])?", line)
        name = heading[1].lower() if heading else name
        found[name] = found.get(name, "") + ("" if heading else line)
    return found


def test_github_asks_owner_deputy_and_reviewers(here: Path) -> None:
    (here / "CODEOWNERS").write_text("* @example/everybody\nrunbooks/ @example/writers\n")
    assert run().exit_code == 0
    text = (here / "CODEOWNERS").read_text()
    assert not (here / ".github").exists(), "a second file would hide the first"
    assert text.startswith("* @example/everybody\nrunbooks/ @example/writers\n\n# Made by")
    assert owned(text, BOOK, here) == [*OWNERS, *REVIEWERS]
    assert owned(text, "runbooks/another.md", here) == ["@example/writers"]
    assert owned(text, f"old/{BOOK}", here) == ["@example/writers"], "a pattern counts from the top only"
    assert owned(text, "src/main.py", here) == ["@example/everybody"]


def test_gitlab_asks_an_owner_and_a_reviewer(here: Path) -> None:
    (here / "CODEOWNERS").write_text("* @everybody\n\n^[Docs][2] @writers\n*.md\n")
    assert run("--host", "gitlab").exit_code == 0
    found = sections((here / "CODEOWNERS").read_text())
    assert set(found) == {"", "docs", "runbook owners", "runbook reviewers"}
    assert owned(found["runbook owners"], BOOK, here) == OWNERS
    assert owned(found["runbook reviewers"], BOOK, here) == REVIEWERS
    assert owned(found[""], BOOK, here) == ["@everybody"]
    assert [each for each in found["docs"].splitlines() if each[:1] not in ("", "#")] == ["*.md"], (
        "nothing of ours falls into a section of theirs"
    )


def test_what_few_may_read_is_looked_at_by_security(here: Path) -> None:
    book = here / BOOK
    book.write_text(book.read_text().replace("governance:\n", "governance:\n  classification: restricted\n", 1))
    run()
    assert owned((here / ".github/CODEOWNERS").read_text(), BOOK, here)[-1] == "@example/security"


@pytest.mark.parametrize("folder", ["ops", "two words/and more"])
def test_paths_begin_at_the_top_of_git_and_their_spaces_are_escaped(
    here: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    inner = here / folder
    inner.mkdir(parents=True)
    for each in ("runbooks", "catalog"):
        (here / each).rename(inner / each)
    (inner / "runbooks" / "by team").mkdir()
    (inner / BOOK).rename(inner / "runbooks" / "by team" / "fraud-accuracy-drop.md")
    monkeypatch.chdir(inner)
    result = run()
    assert result.exit_code == 0, result.output
    text = (here / ".github/CODEOWNERS").read_text()
    path = f"{folder}/runbooks/by team/fraud-accuracy-drop.md"
    assert "/" + path.replace(" ", "\\ ") + " @example" in text
    assert owned(text, path, here) == [*OWNERS, *REVIEWERS]


def test_check_tells_each_drift_and_writes_nothing(here: Path) -> None:
    file = here / ".github/CODEOWNERS"
    assert run("--check").exit_code == 1
    assert not file.exists()
    run()
    assert run("--check").stdout == f"{file} is what the runbooks say.\n"
    good = file.read_text()
    for old, new, said in [
        ("@example/sre ", "", "is owned by @example/fraud-ml @example/ml-platform @example/ml-governance, expected"),
        ("/runbooks/fraud", "/runbooks/fraudulent", "/runbooks/fraud-accuracy-drop.md is missing"),
        (
            "/runbooks/fraud",
            "/runbooks/gone.md @x\n/runbooks/fraud",
            "/runbooks/gone.md is no runbook and no drill any more",
        ),
        ("codeowners made.\n", "codeowners made.\n* @example/all\n", "lines stand behind those of drillbook"),
    ]:
        file.write_text(good.replace(old, new, 1))
        changed = file.read_text()
        result = run("--check")
        assert (result.exit_code, said in result.stdout) == (1, True), result.output
        assert "Run: drillbook export codeowners" in result.stderr
        assert file.read_text() == changed
    run()
    assert file.read_text() == f"* @example/all\n\n{good}"
    assert run("--check").exit_code == 0


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_other_lines_are_kept_to_the_byte_and_writing_twice_changes_nothing(here: Path, line: str) -> None:
    file = here / "docs/CODEOWNERS"
    file.parent.mkdir()
    theirs = line.join(["# ours ", "", "*\t@example/all # inline", "/a\\ b/ @example/x"]).encode()
    file.write_bytes(theirs)
    run()
    first = file.read_bytes()
    assert first.startswith(theirs + line.encode() * 2)
    assert first.count(b"\r\n") == (first.count(b"\n") if line == "\r\n" else 0)
    run()
    assert file.read_bytes() == first


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda here: _edit(here / "catalog/teams.yaml", '@example/sre"', '@example sre"'), "handles: {github: ...}"),
        (
            lambda here: _edit(here / "catalog/teams.yaml", "    handles:", "    # handles:"),
            "for fraud-ml, ml-platform, sre",
        ),
        (
            lambda here: (here / BOOK).rename(here / "runbooks/[x].md"),
            "runbooks/[x].md: no line of CODEOWNERS can name",
        ),
        (lambda here: (here / "CODEOWNERS").write_text("# End of what drillbook export codeowners made.\n"), "marks"),
        (lambda here: (here / "CODEOWNERS").write_bytes(b"\xff"), "no utf-8 text"),
        (lambda here: (here / BOOK).unlink(), "no runbook and no drill has an owner"),
    ],
)
def test_half_a_set_is_never_written(here: Path, change: object, said: str) -> None:
    assert callable(change)
    change(here)
    result = run()
    assert (result.exit_code, said in result.stderr) == (2, True), result.output
    assert not (here / ".github/CODEOWNERS").exists()


def _edit(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def test_a_handle_is_a_team_and_no_person(here: Path) -> None:
    _edit(here / "catalog/teams.yaml", 'github: "@example/sre"', 'github: "@alex"')
    result = CliRunner().invoke(commands, ["lint", "--as-of=2026-11-22", "catalog/teams.yaml"])
    assert result.exit_code == 1
    assert 'expected a team of an organisation such as "@example/fraud-ml"' in result.stdout


def test_this_repository_has_a_handle_for_every_team_that_reviews(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    for host in ("github", "gitlab"):
        result = run("--host", host, "--to", tmp_path / host)
        assert result.exit_code == 0, result.output
        assert len((tmp_path / host).read_text().splitlines()) > 14
