"""``drillbook bump`` in real git repositories: the level, the entry, what it refuses, and that it writes nothing else."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drillbook.cli import commands
from tests.cli.test_since import DAY, NAME, ROOT, change, commit, git, here  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow

RUNBOOKS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "runbooks").glob("*.md"))


def bump(*arguments: str, because: str = "a drill") -> Result:
    return CliRunner().invoke(commands, ["bump", DAY, "--because", because, *arguments])


def test_a_threshold_is_a_major_version_and_says_so(here: Path) -> None:  # noqa: F811
    change(here, "value: [-0.04, 0.04]", "value: [-0.05, 0.05]")
    before = (here / NAME).read_text()
    result = bump("fraud-accuracy-drop", because="drill 2026-11-20")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        f"{NAME}: 2.1.1 to 3.0.0, major\n"
        "  major  decision-shift fires below −0.05 or above 0.05, was below −0.04 or above 0.04\n"
    )
    entry = (
        'changelog:\n  - version: "3.0.0"\n    date: 2026-11-22\n    by: fraud-ml\n    because: drill 2026-11-20\n    changes:\n'
        "      - decision-shift fires below −0.05 or above 0.05, was below −0.04 or above 0.04\n"
    )
    after = before.replace('version: "2.1.1"', 'version: "3.0.0"', 1).replace("changelog:\n", entry, 1)
    assert (here / NAME).read_text() == after
    assert "+    because: drill 2026-11-20" in result.stdout
    assert result.stdout.endswith(f"\nWrote {NAME}.\n")
    lint = CliRunner().invoke(commands, ["lint", DAY, "--select", "DB7", "--since", "HEAD"])
    assert lint.exit_code == 0, lint.output
    assert bump("fraud-accuracy-drop").stdout.startswith("Nothing to bump: version")
    assert (here / NAME).read_text() == after


@pytest.mark.parametrize(
    ("old", "new", "version"),
    [
        ("leads_to: which-feature\n    dashboard", "leads_to: ours-or-the-world\n    dashboard", "2.2.0"),
        ("## Contain\n", "## Contain\n\nDo this first.\n", "2.1.2"),
    ],
)
def test_the_level_follows_from_the_change_and_may_be_raised(here: Path, old: str, new: str, version: str) -> None:  # noqa: F811
    change(here, old, new)
    assert f"2.1.1 to {version}, " in bump(NAME, "--diff").stdout
    assert f'version: "{version}"' not in (here / NAME).read_text()
    assert "2.1.1 to 3.0.0, major" in bump(NAME, "--level", "major").stdout
    assert 'version: "3.0.0"' in (here / NAME).read_text()


def test_a_level_that_is_too_small_is_refused_with_the_reason(here: Path) -> None:  # noqa: F811
    change(here, "value: [-0.04, 0.04]", "value: [-0.05, 0.05]")
    result = bump(NAME, "--level", "minor")
    assert result.exit_code == 2
    assert "--level minor is less than the change is, major: decision-shift fires below −0.05" in result.stderr
    assert 'version: "2.1.1"' in (here / NAME).read_text()


def test_a_default_asks_a_version_of_a_file_that_did_not_change(here: Path) -> None:  # noqa: F811
    change(here, "reversible: [sre]", "reversible: [owner]", "catalog/defaults.yaml")
    assert "2.1.1 to 3.0.0, major" in bump(NAME).stdout
    assert "- who approves a reversible step is owner, was sre\n" in (here / NAME).read_text()


def test_several_runbooks_are_bumped_together_or_not_at_all(here: Path) -> None:  # noqa: F811
    other = "runbooks/ranker-latency-regression.md"
    shutil.copy(ROOT / other, here / other)
    commit(here)
    change(here, "due: 5d", "due: 6d", "catalog/defaults.yaml")
    result = bump(NAME, other, "--level", "major")
    assert [line for line in result.stdout.splitlines() if line.startswith("Wrote ")] == [
        f"Wrote {NAME}.",
        f"Wrote {other}.",
    ]
    git(here, "checkout", "-q", NAME, other)
    change(here, "op: gt", "op: gtt", other)
    before = (here / NAME).read_bytes()
    assert bump(NAME, other).exit_code == 2
    assert (here / NAME).read_bytes() == before


def test_several_are_written_although_nobody_reads_to_the_end(here: Path) -> None:  # noqa: F811
    other = "runbooks/ranker-latency-regression.md"
    shutil.copy(ROOT / other, here / other)
    commit(here)
    change(here, "due: 5d", "due: 6d", "catalog/defaults.yaml")
    shut, out = os.pipe()
    os.close(shut)  # as head does when it has its lines
    subprocess.run(
        [sys.executable, "-u", "-m", "drillbook", "bump", DAY, "--because", "a drill", NAME, other],
        stdout=out,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    os.close(out)
    assert [git(here, "diff", "--name-only", "--", each) for each in (NAME, other)] == [NAME, other]


def test_an_empty_commit_is_no_commit(here: Path) -> None:  # noqa: F811
    change(here, "due: 5d", "due: 6d", "catalog/defaults.yaml")
    result = bump(NAME, "--since", "")
    assert (result.exit_code, "git knows no commit" in result.stderr) == (2, True)


def test_a_repository_without_a_default_branch_is_compared_with_its_last_commit(here: Path) -> None:  # noqa: F811
    git(here, "branch", "-m", "trunk")
    change(here, "## Contain\n", "## Contain\n\nDo this first.\n")
    assert "2.1.1 to 2.1.2, patch" in bump(NAME).stdout


def test_nothing_to_bump_is_said_and_no_fault(here: Path) -> None:  # noqa: F811
    change(here, "owner: fraud-ml", 'owner: "fraud-ml"  # as ever')
    result = bump(NAME)
    assert (result.exit_code, result.stdout[:58]) == (0, 'Nothing to bump: "fraud-accuracy-drop" means what it meant')
    shutil.copy(here / NAME, here / "runbooks/new.md")
    change(here, "id: fraud-accuracy-drop", "id: new", "runbooks/new.md")
    assert '"new" is new since' in bump("new").stdout


def test_on_a_branch_it_compares_with_where_the_branch_began(here: Path) -> None:  # noqa: F811
    git(here, "checkout", "-q", "-b", "mine")
    change(here, "## Contain\n", "## Contain\n\nDo this first.\n")
    assert "2.1.1 to 2.1.2, patch" in bump(NAME).stdout
    commit(here)
    change(here, "value: [-0.04, 0.04]", "value: [-0.05, 0.05]")
    commit(here)
    git(here, "checkout", "-q", "main")
    change(here, "op: lt,", "op: lte,")
    commit(here, "what others did")
    git(here, "checkout", "-q", "mine")
    assert "2.1.2 to 3.0.0, major" in bump(NAME).stdout
    text = (here / NAME).read_text()
    assert text.index('version: "3.0.0"\n    date') < text.index('version: "2.1.2"\n    date')
    assert text.count("the text under Contain changed") == 1, (
        "what an entry of this branch says already is not said again"
    )
    assert "or equal" not in text
    commit(here)
    git(here, "checkout", "-q", "--detach")
    assert bump(NAME).stdout.startswith(
        'Nothing to bump: version "3.0.0" of "fraud-accuracy-drop" is major after "2.1.1"'
    )
    assert "means what it meant" in bump(NAME, "--since", "HEAD").stdout


def test_the_default_branch_is_the_one_of_origin(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    git(here, "branch", "-m", "trunk")
    git(tmp_path, "clone", "-q", str(here), "clone")
    there = tmp_path / "clone"
    monkeypatch.chdir(there)
    git(there, "checkout", "-q", "-b", "mine")
    change(there, "## Contain\n", "## Contain\n\nDo this first.\n")
    commit(there)
    assert "2.1.1 to 2.1.2, patch" in bump(NAME).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nope"], 'there is no runbook "nope"'),
        ([NAME, "--since", "nowhere"], 'git knows no commit "nowhere"'),
        ([NAME, "--because", " \n"], "--because is empty"),
        ([NAME, "--because", "x" * 301], "nothing was written, since it would not lint"),
        ([NAME, "--by", "fraud-mk"], 'team "fraud-mk" is not in catalog/teams.yaml, did you mean "fraud-ml"'),
        ([NAME, "--as-of", "2020-01-01"], "nothing was written, since it would not lint"),
        ([NAME, "--level", "huge"], 'there is no level "huge"'),
    ],
)
def test_a_wrong_call_is_one_sentence_and_writes_nothing(here: Path, arguments: list[str], says: str) -> None:  # noqa: F811
    change(here, "value: [-0.04, 0.04]", "value: [-0.05, 0.05]")
    before = (here / NAME).read_bytes()
    result = bump(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert (here / NAME).read_bytes() == before


def test_what_led_to_it_is_asked_for_only_where_it_is_needed(here: Path) -> None:  # noqa: F811
    call = ["bump", DAY, NAME]
    assert "Nothing to bump" in CliRunner().invoke(commands, call).stdout
    change(here, "value: [-0.04, 0.04]", "value: [-0.05, 0.05]")
    assert "--because is missing" in CliRunner().invoke(commands, call).stderr


def test_a_broken_runbook_is_not_compared(here: Path) -> None:  # noqa: F811
    change(here, "op: outside", "op: outsid")
    assert "breaks the contract, so nobody can tell what changed" in bump(NAME).stderr
    commit(here)
    change(here, "op: outsid", "op: outside")
    assert "broke the contract at" in bump(NAME).stderr


def test_links_and_permissions_stay(here: Path) -> None:  # noqa: F811
    (here / "real").mkdir()
    real = (here / NAME).rename(here / "real/book.md")
    (here / NAME).symlink_to("../real/book.md")
    real.chmod(0o640)
    change(here, "## Contain\n", "## Contain\n\nDo this first.\n")
    assert "2.1.1 to 2.1.2" in bump(NAME).stdout
    assert (here / NAME).is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert 'version: "2.1.2"' in real.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_runbook_lints_as_before_after_a_bump(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("catalog", "runbooks", "drills", "incidents"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path)
    monkeypatch.chdir(tmp_path)
    text = (tmp_path / name).read_text()
    (tmp_path / name).write_text(
        text.replace("within: 15m", "within: 16m").replace("min_samples: ", "min_samples: 1", 1)
    )
    lint = ["lint", DAY, "--since", "HEAD"]
    old = [line for line in CliRunner().invoke(commands, lint).stdout.splitlines() if " error: " in line]
    assert [line for line in old if "[unversioned-change]" in line]
    before = (tmp_path / name).read_bytes().splitlines(keepends=True)
    result = bump(name)
    assert result.exit_code == 0, result.output
    new = [line for line in CliRunner().invoke(commands, lint).stdout.splitlines() if " error: " in line]
    assert len(new) == len(old) - 1
    after = iter((tmp_path / name).read_bytes().splitlines(keepends=True))
    assert all(line in after for line in before if not line.startswith(b"version: ")), "a line is gone or moved"
