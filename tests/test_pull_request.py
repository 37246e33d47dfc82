"""A pull request from its first key to the site: change, lint, fix, bump, diff, merge, site, each by its command, in real git."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook.cli import commands
from tests.cli.test_since import DAY, NAME, ROOT, change, commit, git

WORDS = "decision-shift fires below −0.05 or above 0.05, was below −0.04 or above 0.04"
pytestmark = pytest.mark.slow


def run(*words: str) -> Result:
    return CliRunner().invoke(commands, [*words])


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose only branch is what everybody agreed on, and the branch ``mine`` checked out."""
    top = tmp_path / "books"
    for folder in ("catalog", "runbooks", "drills", "incidents"):
        shutil.copytree(ROOT / folder, top / folder)
    (top / "docs").mkdir()
    (top / "docs" / "note.md").write_text("# Note\n\nNothing.\n", encoding="utf-8")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = config[: config.index("  - Docs:")] + config[config.index("  - Rules:") :]
    (top / "mkdocs.yml").write_text(config, encoding="utf-8")
    git(top, "init", "-q", "-b", "main")
    commit(top, "Begin")
    git(top, "checkout", "-q", "-b", "mine")
    monkeypatch.chdir(top)
    return top


def test_a_pull_request_from_its_first_key_to_the_site(there: Path) -> None:
    lint = ["lint", DAY, "--since", "main"]
    assert run(*lint).stdout.startswith("Nothing found in ")
    change(there, "value: [-0.04, 0.04]", "value: [-0.05, 0.05]")
    change(there, "op: outside", "op: outsid")
    found = run(*lint)
    assert (found.exit_code, "[unknown-value] [*]" in found.stdout) == (1, True), found.output
    assert "it breaks the contract now" in run("diff", "main").stdout
    fixed = run("lint", DAY, "--fix", NAME)
    assert fixed.exit_code == 0, fixed.output
    found = run(*lint)
    assert found.stdout.count(" error: ") == 1
    assert f'{WORDS}; expected "3.0.0" or later [unversioned-change]' in found.stdout
    assert git(there, "diff", "--numstat", "--", NAME) == f"1\t1\t{NAME}"
    assert run("bump", DAY, "fraud-accuracy-drop", "--because", "a drill").exit_code == 0
    assert git(there, "diff", "--numstat", "--", NAME) == f"8\t2\t{NAME}"
    assert run(*lint).exit_code == 0
    assert run("diff", "main").stdout == f"fraud-accuracy-drop\n  major  {WORDS}\n"
    commit(there, "Page later")
    git(there, "checkout", "-q", "main")
    git(there, "merge", "-q", "--no-ff", "mine", "-m", "Merge\n\nReviewed-by: Site reliability <sre@example.com>")
    assert run("lint", DAY).exit_code == 0
    assert (
        "reviewed by: Site reliability <sre@example.com>\n    major  " + WORDS
        in run("log", "fraud-accuracy-drop").stdout
    )
    built = run("site", "build", "out", DAY)
    assert built.exit_code == 0, built.output
    page = (there / "out/runbooks/fraud-accuracy-drop/index.html").read_text(encoding="utf-8")
    assert ("3.0.0" in page, WORDS in page) == (True, True)
    [feed] = [each for each in (there / "out").rglob("*.xml") if WORDS in each.read_text(encoding="utf-8")]
    assert "3.0.0" in feed.read_text(encoding="utf-8")
