"""``drillbook log`` in real git repositories: renames, merges, reviewers, shallow clones, and what was never there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drillbook.cli import commands
from tests.cli.test_since import NAME, ROOT, change, commit, git, here  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow

WIDER = ("value: [-0.04, 0.04]", "value: [-0.05, 0.05]")
WORDS = "decision-shift fires below −0.05 or above 0.05, was below −0.04 or above 0.04"


def log(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["log", *arguments])


def data(*arguments: str) -> list[Any]:
    result = log("--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout)["runbooks"])


def release(folder: Path, version: str, message: str, old: str = '"2.1.1"') -> str:
    change(folder, f"version: {old}", f'version: "{version}"')
    entry = f'  - version: "{version}"\n    date: 2026-11-22\n    by: fraud-ml\n    because: a drill\n    changes: [Mended]\n'
    change(folder, f"  - version: {old}", f"{entry}  - version: {old}")
    return commit(folder, message)


def test_versions_with_commits_reviewers_and_what_they_changed(here: Path) -> None:  # noqa: F811
    first = git(here, "rev-parse", "HEAD")
    change(here, *WIDER)
    commit(here, "forgotten version")
    third = release(
        here, "3.0.0", "x\n\nReviewed-by: Ada <ada@example.com>\nReviewed-by: Bo <bo@example.com>\nSigned-off-by: C"
    )
    day = git(here, "log", "-1", "--format=%cs")
    assert log("fraud-accuracy-drop").stdout == (
        "fraud-accuracy-drop\n"
        f"  3.0.0  {day}  {third[:9]}  by a; reviewed by: Ada <ada@example.com>, Bo <bo@example.com>\n"
        f"    major  {WORDS}\n"
        f"  2.1.1  {day}  {first[:9]}  by a; reviewed by: none recorded\n"
        "           the first version\n"
    )
    change(here, 'version: "3.0.0"', 'version: "4.0.0"')
    assert "\n  4.0.0  not committed yet\n  3.0.0  " in log(NAME).stdout
    (book,) = data()
    assert book["not_committed"] == "4.0.0"
    assert book["versions"][0]["changes"] == [{"level": "major", "words": WORDS}]
    assert book["versions"][0]["commit"] == third
    page = log("--format", "markdown").stdout
    assert f"| 3.0.0 | {day} | {third[:9]} | a | Ada \\<ada@<!-- -->example.com\\>, Bo" in page


def test_a_version_that_says_less_than_it_changed_is_told(here: Path) -> None:  # noqa: F811
    change(here, *WIDER)
    release(here, "2.1.2", "small")
    assert "(what changed asks for a major version after 2.1.1)" in log().stdout
    assert data()[0]["versions"][0]["asks_for"] == "major"


def test_a_changed_default_is_told_with_the_version_that_it_led_to(here: Path) -> None:  # noqa: F811
    change(here, "reversible: [sre]", "reversible: [owner]", "catalog/defaults.yaml")
    release(here, "3.0.0", "x")
    assert "major  who approves a reversible step is owner, was sre" in log().stdout


def test_a_rename_is_followed_and_what_is_gone_is_told(here: Path) -> None:  # noqa: F811
    other = "runbooks/fraud.md"
    git(here, "mv", NAME, other)
    change(here, "id: fraud-accuracy-drop", "id: fraud", other)
    change(here, 'version: "2.1.1"', 'version: "2.1.2"', other)
    commit(here)
    (book,) = data("fraud")
    assert [each["version"] for each in book["versions"]] == ["2.1.2", "2.1.1"]
    assert (book["path"], book["gone"]) == (other, False)
    (here / other).unlink()
    commit(here)
    assert log("fraud").stdout.startswith("fraud, which is no more\n  2.1.2  ")
    shutil.copy(ROOT / NAME, here / other)
    change(here, 'version: "2.1.1"', 'version: "2.2.0"', other)
    commit(here)
    assert [each["version"] for each in data("fraud")[0]["versions"]] == ["2.2.0", "2.1.2", "2.1.1"]


def test_a_merge_is_one_version_by_those_who_wrote_and_reviewed_it(here: Path) -> None:  # noqa: F811
    git(here, "checkout", "-q", "-b", "mine")
    change(here, *WIDER)
    git(here, "commit", "-q", "-a", "--author=Di <di@example.com>", "-m", "x\n\nreviewed-by: Ada")
    release(here, "2.2.0", "first try\n\nReviewed-by: Bo")
    change(here, 'version: "2.2.0"', 'version: "3.0.0"')
    commit(here, "second try")
    git(here, "checkout", "-q", "main")
    (here / "other.txt").write_text("x")
    commit(here)
    git(here, "merge", "-q", "--no-ff", "mine", "-m", "Merge\n\nReviewed-by: Cy")
    new, old = data()[0]["versions"]
    assert (new["version"], new["before"], old["version"]) == ("3.0.0", "2.1.1", "2.1.1")
    assert new["commit"] == git(here, "rev-parse", "HEAD")
    assert (new["authors"], new["reviewers"]) == (["a", "Di"], ["Cy", "Bo", "Ada"])
    assert new["changes"] == [{"level": "major", "words": WORDS}]
    git(here, "checkout", "-q", "--detach")
    assert data()[0]["versions"][0]["version"] == "3.0.0"


def test_a_shallow_clone_says_that_its_history_is_cut(
    here: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(here, *WIDER)
    release(here, "3.0.0", "x")
    git(tmp_path, "clone", "-q", "--depth", "1", here.as_uri(), "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    result = log()
    assert "           what came before was not fetched\n" in result.stdout
    assert result.stdout.endswith("git fetch --unshallow brings it.\n")
    assert "the first version" not in result.stdout
    assert data()[0]["versions"][0]["complete"] is False


def test_a_repository_in_a_folder_and_a_submodule(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / "x.md").write_text("no runbook\n")
    commit(other)
    (here / "ops").mkdir()
    for name in ("catalog", "runbooks"):
        git(here, "mv", name, f"ops/{name}")
    git(here, "submodule", "add", "-q", str(other), "ops/runbooks/theirs.md")
    commit(here)
    change(here / "ops", *WIDER)
    release(here / "ops", "3.0.0", "x")
    monkeypatch.chdir(here / "ops")
    (book,) = data()
    assert (book["path"], [each["version"] for each in book["versions"]]) == (NAME, ["3.0.0", "2.1.1"])


def test_what_a_commit_says_forges_no_entry_and_moves_no_cursor(here: Path) -> None:  # noqa: F811
    forged = "x\n\nReviewed-by: \x1e\x1f\x1dcommit\x1b[2J | <b>Eve</b>"
    release(here, "2.1.2", forged)
    result = log()
    assert result.stdout.count("reviewed by:") == 2
    assert "\x1b" not in result.stdout
    assert "\\| \\<b\\>Eve\\</b\\>" in log("--format", "markdown").stdout


def test_broken_and_other_files_are_no_versions(here: Path) -> None:  # noqa: F811
    change(here, 'version: "2.1.1"', 'version: "two"')
    commit(here)
    change(here, 'version: "two"', "version: '2.2.0'  # a comment")
    change(here, "op: outside", "op: outsid")
    commit(here)
    (here / "runbooks/README.md").write_text("# About\n")
    (here / "runbooks/empty.md").write_text("")
    commit(here)
    assert "\n    major  it breaks the contract now: what changed cannot be told\n" in log("fraud-accuracy-drop").stdout
    assert log("empty").stdout == "empty\n"


@pytest.mark.usefixtures("here")
def test_wrong_calls_say_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        'no commit of this branch holds a runbook "fraud-accuracy-dro", did you mean'
        in log("fraud-accuracy-dro").stderr
    )
    new = tmp_path / "new"
    (new / "runbooks").mkdir(parents=True)
    shutil.copy(ROOT / NAME, new / NAME)
    monkeypatch.chdir(new)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert "not in a working tree of git" in log().stderr
    git(new, "init", "-q")
    assert "has no commit yet" in log().stderr
    git(new, "commit", "-q", "--allow-empty", "-m", "x")
    result = log()
    assert (result.exit_code, "no commit of this branch holds a runbook, so" in result.stderr) == (2, True)


def test_settings_of_git_change_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    change(here, *WIDER)
    release(here, "3.0.0", "x")
    before = log().stdout
    settings = {"log.showSignature": "true", "diff.noprefix": "true", "diff.relative": "true", "diff.renames": "false"}
    settings |= {"log.showRoot": "false", "color.ui": "always", "log.follow": "true", "format.pretty": "oneline"}
    settings |= {"log.date": "relative", "diff.external": "false", "i18n.logOutputEncoding": "latin1"}
    for key, value in settings.items():
        git(here, "config", key, value)
    assert log().stdout == before
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_TRACE", "1")
    assert log().stdout == before
