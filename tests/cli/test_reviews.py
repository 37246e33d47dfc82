"""``drillbook reviews due`` and the scheduled job of a new repository, run as it stands with a stand-in for GitHub."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from drillbook.cli import commands
from drillbook.export import issues

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
BOOK = "runbooks/fraud-accuracy-drop.md"
WORKFLOW = ROOT / "linter/drillbook/starter/repository/dot-github/workflows/duties.yml"
LATE = "--as-of=2027-01-15"
MARK = "<!-- drillbook:review:fraud-accuracy-drop -->"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository"
    (root / "runbooks").mkdir(parents=True)
    shutil.copytree(ROOT / "catalog", root / "catalog")
    shutil.copy(ROOT / BOOK, root / "runbooks")
    monkeypatch.chdir(root)
    return root


def due(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["reviews", "due", *arguments])


def edit(file: Path, old: str, new: str) -> None:
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


@pytest.mark.usefixtures("here")
def test_a_review_is_due_on_the_day_after_it_counted_last() -> None:
    assert due("--as-of=2027-01-10").stdout == "Nothing is due.\n"
    assert due("--as-of=2027-01-11").stdout == "fraud-accuracy-drop  due 2027-01-10, 1 day ago  fraud-ml\n"


@pytest.mark.usefixtures("here")
def test_each_format_says_the_same() -> None:
    assert json.loads(due(LATE, "--format=json").stdout) == {
        "as_of": "2027-01-15",
        "due": [
            {
                "kind": "review",
                "id": "fraud-accuracy-drop",
                "path": BOOK,
                "title": "Fraud scores no longer match confirmed fraud",
                "owner": "fraud-ml",
                "due": "2027-01-10",
                "late_days": 5,
            }
        ],
    }
    [github] = json.loads(due(LATE, "--format=github").stdout)
    [gitlab] = json.loads(due(LATE, "--format=gitlab").stdout)
    assert (github["mark"], github["title"], github["label"]) == (
        MARK,
        "Overdue review: fraud-accuracy-drop",
        "runbook-review",
    )
    assert github["body"].startswith(MARK + "\n")
    assert "| team | @example/fraud-ml |" in github["body"]
    assert (gitlab["mark"], gitlab["labels"], gitlab["due_date"]) == (MARK, "runbook-review", "2027-01-10")
    assert "| 2027-01-10 | 5 |" in due(LATE, "--format=markdown").stdout
    assert set(issues.FORMS) == {"text", "github", "gitlab", "markdown", "json"}


def test_the_text_of_an_issue_does_not_depend_on_the_day(here: Path) -> None:
    assert due(LATE, "--format=github").stdout == due("--as-of=2028-03-01", "--format=github").stdout
    (here / BOOK).write_text((here / BOOK).read_text().replace("status: active", "status: draft"))
    assert due(LATE, "--format=github").stdout == "[]\n", "a draft owes no review"


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        (BOOK, "---\n: [\n---\n", f"{BOOK}: cannot be read, so nobody can say what is due"),
        ("catalog/defaults.yaml", "a: [", "catalog/defaults.yaml: cannot be read"),
        (BOOK, None, "nothing to look at"),
    ],
)
def test_what_cannot_be_read_is_not_taken_for_done(here: Path, file: str, content: str | None, said: str) -> None:
    if content is None:
        (here / file).unlink()
    else:
        (here / file).write_text(content)
    result = due(LATE, "--format=github")
    assert (result.exit_code, result.stdout, said in result.stderr) == (2, "", True), result.output


class Job:
    """The scheduled job, with a directory of programs before all others: ``gh``, and ``drillbook`` on a day of our choice."""

    def __init__(self, folder: Path, kind: str = "review") -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.issues = folder / "issues.json"
        due = yaml.safe_load(WORKFLOW.read_text())["jobs"]["due"]
        [step] = [each for each in due["steps"] if each.get("name")]
        self.step: dict[str, Any] = step
        [self.duty] = [each for each in due["strategy"]["matrix"]["include"] if each["kind"] == kind]
        self._program("gh", f'exec "{sys.executable}" "{ROOT}/tests/fake_gh.py" "$@"')

    def _program(self, name: str, line: str) -> None:
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{line}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def run(self, day: str = "2027-01-15") -> subprocess.CompletedProcess[str]:
        self._program("drillbook", f'exec "{Path(sys.executable).parent}/drillbook" "$@" --as-of={day}')
        given = {
            "GH_TOKEN": "t",
            "GH_REPO": "example/runbooks",
            "GH_ISSUES": str(self.issues),
            **{name.upper(): value for name, value in self.duty.items()},
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", self.step["run"]],
            env={**os.environ, **given, "PATH": f"{self.bin}:{os.environ['PATH']}"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def state(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.issues.read_text())["issues"]
        return found

    def wrote(self) -> int:
        return sum(each not in ("label create", "issue list") for each in json.loads(self.issues.read_text())["calls"])


@pytest.fixture
def job(here: Path, tmp_path: Path) -> Job:  # noqa: ARG001 - it runs there
    return Job(tmp_path)


def test_the_job_opens_an_issue_once_and_closes_it_when_the_review_is_done(job: Job, here: Path) -> None:
    for _ in range(3):
        done = job.run()
        assert done.returncode == 0, done.stderr
    [issue] = job.state()
    assert (issue["title"], issue["state"], job.wrote()) == ("Overdue review: fraud-accuracy-drop", "open", 1)
    edit(here / BOOK, "last: 2026-10-12", "last: 2027-01-14")
    for _ in range(2):
        assert job.run().returncode == 0
    [issue] = job.state()
    assert (issue["state"], issue["comments"], job.wrote()) == ("closed", ["The review is done."], 2)
    assert job.run("2027-06-01").returncode == 0
    assert [each["state"] for each in job.state()] == ["closed", "open"], "the next one has an issue of its own"


def test_the_job_edits_an_issue_whose_runbook_changed_and_closes_one_too_many(job: Job, here: Path) -> None:
    job.run()
    edit(here / BOOK, "Fraud scores no longer match confirmed fraud", "Scores and fraud differ")
    job.run()
    job.run()
    [issue] = job.state()
    assert ("Scores and fraud differ" in issue["body"], job.wrote()) == (True, 2)
    data = json.loads(job.issues.read_text())
    data["issues"].append(issue | {"number": 9})
    job.issues.write_text(json.dumps(data))
    job.run()
    assert [(each["number"], each["state"]) for each in job.state()] == [(1, "open"), (9, "closed")]


def test_the_job_leaves_the_issues_of_others_alone(job: Job) -> None:
    theirs = [
        {"number": 1, "title": "a", "body": f"{MARK}\r\n", "labels": [], "state": "open", "comments": []},
        {
            "number": 2,
            "title": "b",
            "body": f"see {MARK}",
            "labels": ["runbook-review"],
            "state": "open",
            "comments": [],
        },
        {"number": 3, "title": "c", "body": "", "labels": ["runbook-review"], "state": "open", "comments": []},
    ]
    job.issues.write_text(json.dumps({"labels": [], "issues": theirs, "calls": []}))
    assert job.run().returncode == 0
    assert job.state()[:3] == theirs
    assert [each["number"] for each in job.state()[3:]] == [4]


def test_the_job_closes_nothing_when_the_runbooks_cannot_be_read(job: Job, here: Path) -> None:
    job.run()
    (here / BOOK).write_text("---\n: [\n---\n")
    assert job.run().returncode == 2
    assert [each["state"] for each in job.state()] == ["open"]


def test_no_text_of_a_runbook_becomes_a_command_or_a_mark(job: Job, here: Path) -> None:
    bad = '$(touch pwned) `touch pwned` \\"; touch pwned #  ::set-output name=x::y <!-- drillbook:review:other --> @everybody'
    edit(here / BOOK, "title: Fraud scores no longer match confirmed fraud", f'title: "{bad}"')
    (here / BOOK).rename(here / "runbooks/--title=$(touch pwned).md")
    done = job.run()
    assert done.returncode == 0, done.stderr
    assert not list(here.rglob("pwned"))
    [issue] = job.state()
    assert issue["title"] == "Overdue review: -_title___touch_pwned_"
    assert "::" not in done.stdout + issue["body"]
    assert issue["body"].count("<!--") == 1
    assert "@everybody" not in issue["body"]
    assert job.run().returncode == 0
    assert len(job.state()) == 1


def test_the_workflow_asks_for_no_more_than_it_needs() -> None:
    read = yaml.safe_load(WORKFLOW.read_text())
    assert read["permissions"] == {"contents": "read", "issues": "write"}
    assert set(read[True]) == {"schedule", "workflow_dispatch"}, "no pull request starts it"
    [step] = [each for each in read["jobs"]["due"]["steps"] if each.get("name")]
    assert "${{" not in step["run"]
    labels = {each["kind"]: each["label"] for each in read["jobs"]["due"]["strategy"]["matrix"]["include"]}
    assert labels == issues.LABELS
