"""``drillbook lint --since REF`` in real git repositories: what the change brought, wherever it shows, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook import files, vcs
from drillbook.cli import commands

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
DAY = "--as-of=2026-11-22"
NAME = "runbooks/fraud-accuracy-drop.md"


def git(folder: Path, *arguments: str) -> str:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *who, "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **own})
    return done.stdout.strip()


def commit(folder: Path, message: str = "x") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    shutil.copytree(ROOT / "catalog", folder / "catalog")
    (folder / "runbooks").mkdir()
    shutil.copy(ROOT / NAME, folder / NAME)
    commit(folder)
    monkeypatch.chdir(folder)
    return folder


def change(folder: Path, old: str, new: str, name: str = NAME) -> None:
    file = folder / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def since(ref: str, *more: str) -> Result:
    return CliRunner().invoke(commands, ["lint", DAY, "--select", "DB1", "--select", "DB2", "--since", ref, *more])


def told(result: Result) -> list[str]:
    return [line.split(": ")[0].split(":")[0] for line in result.stdout.splitlines() if " error: " in line]


def test_nothing_changed_nothing_is_told(here: Path) -> None:
    change(here, "op: outside", "op: outsid")
    commit(here)
    result = since("HEAD")
    assert (result.exit_code, told(result)) == (0, [])
    assert told(since("HEAD~1")) == [NAME]


def test_what_stood_before_is_not_told_although_its_line_moved(here: Path) -> None:
    change(here, "op: outside", "op: outsid")
    commit(here)
    change(here, "summary: >-", "# a comment\n# and another\nsummary: >-")
    change(here, "op: lt,", "op: ltt,")
    result = since("HEAD")
    assert result.stdout.count(" error: ") == 1
    assert '"ltt"' in result.stdout


def test_what_a_change_breaks_elsewhere_is_told(here: Path) -> None:
    text = (here / "catalog/teams.yaml").read_text()
    begin = text.index("  fraud-ml:\n")
    end = text.index("\n  ", text.index("\n", begin) + 5)
    while text[end + 3] == " ":
        end = text.index("\n  ", end + 1)
    (here / "catalog/teams.yaml").write_text(text[:begin] + text[end + 1 :])
    assert NAME in told(since("HEAD"))


def test_a_renamed_file_keeps_its_findings(here: Path) -> None:
    change(here, "op: outside", "op: outsid")
    commit(here)
    git(here, "mv", NAME, "runbooks/fraud.md")
    result = since("HEAD")
    assert '"outsid"' not in result.stdout
    assert "runbooks/fraud.md" in told(result)  # whose id is no longer its name


def test_what_others_did_meanwhile_is_not_ours(here: Path) -> None:
    git(here, "checkout", "-q", "-b", "mine")
    change(here, "op: lt,", "op: ltt,")
    commit(here)
    git(here, "checkout", "-q", "main")
    change(here, "op: outside", "op: outsid")
    commit(here)
    git(here, "checkout", "-q", "mine")
    assert since("main").stdout.count(" error: ") == 1
    git(here, "merge", "-q", "main")
    assert '"outsid"' not in since("main").stdout


def test_everything_counts_where_the_settings_changed(here: Path) -> None:
    change(here, "op: outside", "op: outsid")
    commit(here)
    (here / "drillbook.toml").write_text('ignore = ["unfinished-text"]\n')
    assert NAME in told(since("HEAD"))


def test_a_shallow_clone_says_what_to_fetch(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = git(here, "rev-parse", "HEAD")
    commit(here, "two")
    commit(here, "three")
    git(tmp_path, "clone", "-q", "--depth", "1", here.as_uri(), "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    result = since(first)
    assert result.exit_code == 2
    assert "fetch it first, for example with fetch-depth: 0" in result.stderr
    assert since("HEAD").exit_code == 0


def test_a_detached_head_and_a_repository_in_a_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "ops").mkdir()
    for name in ("catalog", "runbooks"):
        git(here, "mv", name, f"ops/{name}")
    commit(here)
    git(here, "checkout", "-q", "--detach")
    monkeypatch.chdir(here / "ops")
    change(here / "ops", "op: lt,", "op: ltt,")
    assert told(since("main")) == [NAME]


def test_a_submodule_is_another_repository(here: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / "x.md").write_text("no runbook\n")
    commit(other)
    git(here, "submodule", "add", "-q", str(other), "runbooks/theirs")
    commit(here)
    assert since("HEAD").exit_code in (0, 1)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("ref", ["nowhere", "-x", "--output=evil", "HEAD:runbooks", "a b", "@{upstream}", ""])
def test_a_name_that_is_no_commit_is_one_sentence(ref: str) -> None:
    result = since(ref)
    assert result.exit_code == 2
    assert "git knows no commit" in result.stderr
    assert not Path("evil").exists()


def test_without_git_or_commits_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runbooks").mkdir()
    shutil.copy(ROOT / NAME, tmp_path / NAME)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "not in a working tree of git" in since("HEAD").stderr
    git(tmp_path, "init", "-q")
    assert "has no commit yet" in since("HEAD").stderr


def test_the_repository_at_a_commit_is_what_was_read_from_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this very repository: the same documents, files and site, whichever way they were read."""
    monkeypatch.chdir(ROOT)
    changed = git(ROOT, "status", "--porcelain")
    was, now = vcs.find(ROOT).repository("HEAD"), files.load(ROOT)
    tracked = set(git(ROOT, "ls-files").splitlines())
    assert [each.path for each in was.documents if each.path not in changed] == [
        each.path for each in now.documents if each.path in tracked and each.path not in changed
    ]
    assert was.paths == now.paths & tracked
    assert was.site == now.site or "mkdocs.yml" in changed


def versions(ref: str = "HEAD") -> list[str]:
    """What the rules about versions say."""
    result = CliRunner().invoke(commands, ["lint", DAY, "--select", "DB74", "--since", ref])
    return [line for line in result.stdout.splitlines() if " error: " in line]


def test_a_changed_threshold_needs_a_major_version(here: Path) -> None:
    change(here, "value: [-0.04, 0.04]", "value: [-0.05, 0.05]")
    (line,) = versions()
    assert line.startswith(f'{NAME}:5:10: error: version "2.1.1" stands as before although its content changed: ')
    assert "decision-shift fires below −0.05 or above 0.05" in line
    assert line.endswith('expected "3.0.0" or later [unversioned-change]')
    change(here, 'version: "2.1.1"', 'version: "2.2.0"')
    (line,) = versions()
    assert 'went from "2.1.1" to "2.2.0", a minor version, while the change is major' in line
    change(here, 'version: "2.2.0"', 'version: "3.0.0"')
    assert versions() == []


def test_a_changed_default_needs_a_version_of_every_runbook_that_it_reaches(here: Path) -> None:
    name = "runbooks/ranker-latency-regression.md"
    shutil.copy(ROOT / name, here / name)
    commit(here)
    change(here, "reversible: [sre]", "reversible: [owner]", "catalog/defaults.yaml")
    lines = versions()
    assert [line.split(":")[0] for line in lines] == [NAME, name]
    assert all(
        "what it has from catalog/defaults.yaml changed: who approves a reversible step" in line for line in lines
    )


def test_a_version_is_asked_across_renames_and_not_of_a_new_runbook(here: Path) -> None:
    (here / "runbooks/fraud").mkdir()
    git(here, "mv", NAME, "runbooks/fraud/fraud-accuracy-drop.md")
    assert versions() == []
    change(here, "value: [-0.04, 0.04]", "value: [-0.05, 0.05]", "runbooks/fraud/fraud-accuracy-drop.md")
    assert len(versions()) == 1
    git(here, "mv", "runbooks/fraud/fraud-accuracy-drop.md", "runbooks/another.md")
    change(here, "id: fraud-accuracy-drop", "id: another", "runbooks/another.md")
    (line,) = versions()
    assert "fires below −0.05 or above 0.05, was below −0.04 or above 0.04; the name is another" in line
    shutil.copy(ROOT / NAME, here / NAME)
    assert len(versions()) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: active", "status: draft"),
        ("status: active", "status: retired"),
        ("last: 2026-", "last: 2025-"),
        ("op: outside", "op: outsid"),
        ("summary: >-", "# a comment\nsummary: >-"),
        ("## Detect\n", "## Detect\n\n"),
    ],
)
def test_what_asks_for_no_version(here: Path, old: str, new: str) -> None:
    change(here, old, new)
    assert versions() == []


@pytest.mark.parametrize(("site", "rule"), [(True, "dead-runbook-url"), (False, "orphaned-alert")])
def test_a_runbook_that_was_deleted_leaves_its_alerts_behind(here: Path, site: bool, rule: str) -> None:
    if site:
        shutil.copy(ROOT / "linter/drillbook/rules/dead_runbook_url/bad/mkdocs.yml", here)
    (here / "alerts.yaml").write_text(
        "groups:\n- name: a\n  rules:\n  - alert: FraudDecisionShift\n    expr: vector(1)\n    annotations:\n"
        "      runbook_url: https://runbooks.example.com/runbooks/fraud-accuracy-drop/\n"
    )
    commit(here)
    other = CliRunner().invoke(commands, ["lint", DAY, "--since", "HEAD"])
    assert "alerts.yaml" not in other.stdout
    (here / NAME).unlink()
    result = CliRunner().invoke(commands, ["lint", DAY, "--since", "HEAD"])
    told = [line for line in result.stdout.splitlines() if line.startswith("alerts.yaml:")]
    assert [f"[{rule}]" in line for line in told] == [True], result.stdout
