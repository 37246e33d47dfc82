"""The hook, the action and the job of docs/ci.md: their own commands, run in a real Git repository."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.shell_completion import get_completion_class

from drillbook.report import formats
from tests.cli.test_lint import TEAM, write
from tests.test_packaging import requirements

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
DOCS = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ENV = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "GITHUB_"))} | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(each) for each in command],
        cwd=cwd,
        env=ENV | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def git(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    return run("git", *who, *arguments, cwd=cwd, **env)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A committed repository whose runbooks lie in ``ops/``."""
    top = tmp_path / "repository"
    for folder in ("runbooks", "catalog"):
        (top / "ops" / folder).mkdir(parents=True)
    (top / "ops" / "catalog" / "teams.yaml").write_text(TEAM, encoding="utf-8")
    write(top / "ops", "late-scores")
    git("init", "--quiet", cwd=top)
    git("add", ".", cwd=top)
    assert git("commit", "--quiet", "-m", "first", cwd=top).returncode == 0
    return top


def installable(tmp_path: Path) -> dict[str, str]:
    """What pip needs to install the versions that are tested."""
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("".join(f"{line.split(' --hash', 1)[0].strip()}\n" for line in requirements()))
    return {"PIP_CONSTRAINT": str(constraints), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def fenced(heading: str) -> Any:
    """The YAML block below a heading of docs/ci.md."""
    section = re.split(rf"^## {heading}\n", DOCS, maxsplit=1, flags=re.MULTILINE)[1]
    found = re.search(r"^```yaml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found
    return yaml.safe_load(found[1])


def hook() -> dict[str, Any]:
    [only] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(only, dict)
    return only


def test_the_docs_ask_for_the_hook_by_its_name() -> None:
    [repo] = fenced("Before a commit")["repos"]
    assert repo["hooks"] == [{"id": hook()["id"]}]


def test_git_refuses_a_commit_that_breaks_a_runbook(repository: Path) -> None:
    script = repository / ".git" / "hooks" / "pre-commit"
    entry = shlex.join([*shlex.split(hook()["entry"]), "ops"])
    assert hook()["always_run"] is True, "what was deleted is no file that changed"
    script.write_text(f"#!/bin/sh\n{entry}\n")
    script.chmod(0o755)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    write(repository / "ops", "late-scores", owner="rankin")
    refused = git("commit", "--quiet", "-am", "broken", cwd=repository, PATH=path)
    assert refused.returncode == 1
    assert 'team "rankin" is not in catalog/teams.yaml' in refused.stdout + refused.stderr
    write(repository / "ops", "late-scores")
    (repository / "ops" / "catalog" / "teams.yaml").write_text(TEAM.replace("  ranking:", "  ranked:"))
    assert git("commit", "--quiet", "-am", "broken elsewhere", cwd=repository, PATH=path).returncode == 1
    (repository / "ops" / "catalog" / "teams.yaml").write_text(TEAM)
    write(repository / "ops", "other")
    git("add", ".", cwd=repository)
    assert git("commit", "--quiet", "-m", "sound", cwd=repository, PATH=path).returncode == 0


class Action:
    """The steps of action.yml in a real repository, with a stand-in for GitHub's command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.setup, self.install, self.words, self.lint = yaml.safe_load((ROOT / "action.yml").read_text())["runs"][
            "steps"
        ]
        self.summary, self.state = folder / "summary.md", folder / "github.json"
        programs = folder / "bin"
        programs.mkdir()
        gh = programs / "gh"
        gh.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/tests/fake_gh.py" "$@"\n')
        gh.chmod(0o755)
        self.env = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(folder),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GH_ISSUES": str(self.state),
        }

    def installed(self) -> Action:
        """With this very package in place of an installed one."""
        (self.folder / "drillbook").mkdir()
        (self.folder / "drillbook" / "bin").symlink_to(Path(sys.executable).parent)
        return self

    def step(self, what: dict[str, Any], cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
        script = self.folder / "step.sh"
        script.write_text(what["run"])
        return run("bash", "--noprofile", "--norc", "-eo", "pipefail", script, cwd=cwd, **(self.env | env))

    def tell(self, cwd: Path, base: str, **env: str) -> subprocess.CompletedProcess[str]:
        """The step that says what a change means."""
        change = git("rev-parse", "HEAD", cwd=cwd).stdout.strip()
        given = {
            "BASE": base,
            "CHANGE": change,
            "NUMBER": "7",
            "REPOSITORY": "example/books",
            "PLACE": "ops",
            "COMMENT": "true",
        }
        return self.step(self.words, cwd, **(given | {"GH_TOKEN": "t"} | env))

    def comments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.state.read_text())["comments"] if self.state.exists() else []
        return found


def commit(repository: Path, words: str) -> str:
    git("add", ".", cwd=repository)
    assert git("commit", "--quiet", "-m", words, cwd=repository).returncode == 0
    return git("rev-parse", "HEAD", cwd=repository).stdout.strip()


def change(repository: Path, old: str, new: str) -> None:
    file = repository / "ops/runbooks/late-scores.md"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


@pytest.mark.slow
def test_the_action_annotates_and_writes_the_summary(repository: Path, tmp_path: Path) -> None:
    action = Action(tmp_path)
    assert action.setup["uses"].startswith("actions/setup-python@")
    assert action.install["env"] == {"PYTHON": "${{ steps.python.outputs.python-path }}"}
    assert action.lint["working-directory"] == action.words["working-directory"] == "${{ inputs.path }}"
    action.env |= installable(tmp_path) | {"PYTHON": sys.executable, "STRICT": ""}
    installed = action.step(action.install, repository)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    done = action.step(action.lint, repository / "ops")
    assert (done.returncode, done.stdout) == (0, "Nothing found in 2 files.\n")
    write(repository / "ops", "late-scores", owner="rankin")
    done = action.step(action.lint, repository / "ops")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=ops/runbooks/late-scores.md,line=8,col=8,endLine=8,endColumn=14,")
    summary = action.summary.read_text(encoding="utf-8")
    assert summary.startswith("## Runbooks\n\nNothing found in 2 files.\n## Runbooks\n\n1 error and 0 warnings")
    done = action.step(action.lint, tmp_path)
    assert done.returncode == 2
    assert action.summary.read_text(encoding="utf-8") == summary


@pytest.mark.parametrize("merged", [False, True])
def test_the_action_asks_a_version_of_a_changed_runbook(repository: Path, tmp_path: Path, merged: bool) -> None:
    action = Action(tmp_path).installed()
    shutil.rmtree(repository / "ops")
    for folder in ("catalog", "runbooks"):
        shutil.copytree(ROOT / "tests/golden/diff/before" / folder, repository / "ops" / folder)
    base = commit(repository, "begin")
    git("switch", "--quiet", "-c", "change", cwd=repository)
    file = repository / "ops/runbooks/fraud-accuracy-drop.md"
    file.write_text(file.read_text().replace("value: [-0.04, 0.04]", "value: [-0.05, 0.05]", 1))
    mine = commit(repository, "mine")
    if merged:
        git("switch", "--quiet", "--detach", base, cwd=repository)
        assert git("merge", "--quiet", "--no-ff", "-m", "merge", mine, cwd=repository).returncode == 0
    said = 'version "2.1.1" stands as before although its content changed'
    env = {"BASE": base, "CHANGE": mine, "STRICT": ""}
    done = action.step(action.lint, repository / "ops", **env)
    assert (done.returncode, done.stdout.startswith("::error file=ops/runbooks/fraud-accuracy-drop.md,line=5,")) == (
        1,
        True,
    )
    assert said in done.stdout
    assert "`unversioned-change`" in action.summary.read_text()
    assert said not in action.step(action.lint, repository / "ops", **(env | {"BASE": ""})).stdout, "a push has no base"
    there = action.step(action.lint, repository / "ops", **(env | {"BASE": "0" * 40})).stdout
    assert (said in there) == merged, "a base that was not fetched is no fault; a merge holds what it was merged into"


def test_no_expression_of_github_stands_in_a_script() -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    assert [each["name"] for each in steps if "${{" in each.get("run", "")] == []


def test_the_action_says_what_a_change_means_in_one_comment(repository: Path, tmp_path: Path) -> None:
    action = Action(tmp_path).installed()
    base = git("rev-parse", "HEAD", cwd=repository).stdout.strip()
    assert action.tell(repository / "ops", base).returncode == 0
    assert action.comments() == [], "nothing to say is no comment"
    change(repository, "title: ", "title: Very ")
    commit(repository, "change")
    for _ in range(2):
        done = action.tell(repository / "ops", base)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    [comment] = action.comments()
    assert comment["issue"] == 7
    assert comment["body"].startswith(
        "<!-- drillbook:diff:ops -->\n## What this changes in the runbooks\n\n### `late-scores`\n"
    )
    assert comment["body"] in action.summary.read_text()
    change(repository, "title: Very ", "title: ")
    commit(repository, "back")
    action.tell(repository / "ops", base)
    [comment] = action.comments()
    assert comment["body"].endswith("\n\nNothing changed in what the runbooks mean.\n"), "the comment says so in place"


def test_a_merge_is_compared_with_the_base_of_now(repository: Path, tmp_path: Path) -> None:
    action = Action(tmp_path).installed()
    base = git("rev-parse", "HEAD", cwd=repository).stdout.strip()
    git("switch", "--quiet", "-c", "change", cwd=repository)
    change(repository, "title: ", "title: Mine ")
    mine = commit(repository, "mine")
    git("switch", "--quiet", "--detach", base, cwd=repository)
    write(repository / "ops", "of-others")
    commit(repository, "theirs")
    assert git("merge", "--quiet", "--no-ff", "-m", "merge", mine, cwd=repository).returncode == 0
    fetched = tmp_path / "fetched"
    assert git("clone", "--quiet", "--depth=2", f"file://{repository}", fetched, cwd=tmp_path).returncode == 0
    done = action.tell(fetched / "ops", base, CHANGE=mine)
    assert (done.returncode, done.stdout) == (0, "")
    [comment] = action.comments()
    assert "late-scores" in comment["body"]
    assert "of-others" not in comment["body"]


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"GH_READS_ONLY": "1"}, "the token may not write a comment"),
        ({"GH_TOKEN": ""}, "the token may not write a comment"),
        ({"BASE": "0123456789012345678901234567890123456789"}, "what the change means could not be told"),
        ({"COMMENT": "false"}, ""),
    ],
)
def test_where_no_comment_can_be_written_the_job_goes_on(
    repository: Path, tmp_path: Path, env: dict[str, str], said: str
) -> None:
    action = Action(tmp_path).installed()
    base = git("rev-parse", "HEAD", cwd=repository).stdout.strip()
    change(repository, "title: ", "title: Very ")
    commit(repository, "change")
    done = action.tell(repository / "ops", base, **env)
    assert (done.returncode, said in done.stdout, action.comments()) == (0, True, [])
    assert action.summary.exists() == ("BASE" not in env)


def test_the_comment_of_another_is_not_changed(repository: Path, tmp_path: Path) -> None:
    action = Action(tmp_path).installed()
    base = git("rev-parse", "HEAD", cwd=repository).stdout.strip()
    theirs = {"id": 1, "issue": 7, "body": "<!-- drillbook:diff:ops -->\n", "user": {"login": "mallory"}}
    action.state.write_text(json.dumps({"labels": [], "issues": [], "calls": [], "comments": [theirs]}))
    change(repository, "title: ", "title: Very ")
    commit(repository, "change")
    action.tell(repository / "ops", base)
    assert action.comments()[0] == theirs
    assert len(action.comments()) == 2


def test_no_text_of_a_change_commands_anything(repository: Path, tmp_path: Path) -> None:
    action = Action(tmp_path).installed()
    base = git("rev-parse", "HEAD", cwd=repository).stdout.strip()
    bad = r"$(touch pwned) `touch pwned` '; touch pwned # ::error::x ##[error]y @everybody https://evil.example.com <img src=x>"
    file = repository / "ops/runbooks/late-scores.md"
    text = re.sub(r"^title: .*$", lambda _: f"title: {json.dumps(bad)}", file.read_text(), flags=re.MULTILINE)
    file.write_text(re.sub(r"^id: late-scores$", lambda _: f"id: {json.dumps(bad)}", text, flags=re.MULTILINE))
    file.rename(file.with_name("::error::$(touch pwned) @everybody.md"))
    commit(repository, "bad")
    done = action.tell(repository / "ops", base)
    assert (done.returncode, done.stdout) == (0, "")
    assert not [*repository.rglob("pwned"), *tmp_path.glob("pwned")]
    [comment] = action.comments()
    shown = comment["body"]
    assert "touch pwned" in shown, "it is told, and does nothing"
    assert "@everybody" not in shown
    assert "https://" not in shown
    assert not re.search(r"(?<!\\)<(?!!-- -->|code>|/code>|!-- drillbook)", shown)
    assert not re.search(r"(?<!\\)`touch", shown)
    linted = action.step(action.lint, repository / "ops", STRICT="")
    commands = [line for line in linted.stdout.splitlines() if line.lstrip().startswith("::")]
    assert all(
        line.startswith(("::error file=ops/", "::warning file=ops/", "::notice title=drillbook::and"))
        for line in commands
    )
    assert "##[" not in linted.stdout


def test_words_that_are_longer_than_a_comment_are_cut_at_a_line(repository: Path, tmp_path: Path) -> None:
    action = Action(tmp_path).installed()
    base = git("rev-parse", "HEAD", cwd=repository).stdout.strip()
    for number in range(900):
        write(repository / "ops", f"late-scores-of-a-runbook-with-a-long-name-{number:04}")
    commit(repository, "many")
    done = action.tell(repository / "ops", base)
    assert (done.returncode, done.stdout) == (0, "")
    [comment] = action.comments()
    assert comment["body"].endswith("\nAnd more, which `drillbook diff` tells.\n")
    assert 50_000 < len(comment["body"]) < 62_000


@pytest.mark.slow
def test_the_job_for_gitlab_writes_both_reports(repository: Path, tmp_path: Path) -> None:
    job = fenced("GitLab")["runbooks"]
    write(repository / "ops", "late-scores", owner="rankin")
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    path = f"{tmp_path}/venv/bin:{os.environ['PATH']}"
    lines = "\n".join(job["script"])
    done = run(
        "bash",
        "-eo",
        "pipefail",
        "-c",
        lines,
        cwd=repository / "ops",
        PATH=path,
        DRILLBOOK=str(ROOT),
        **installable(tmp_path),
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert 'team "rankin"' in done.stdout
    reports = {kind: repository / "ops" / name for kind, name in job["artifacts"]["reports"].items()}
    [issue] = json.loads(reports["codequality"].read_text(encoding="utf-8"))
    assert issue["location"] == {"path": "ops/runbooks/late-scores.md", "lines": {"begin": 8, "end": 8}}
    root = ET.fromstring(reports["junit"].read_text(encoding="utf-8"))  # noqa: S314 - our own
    assert [case.get("name") for case in root.iter("testcase")] == ["catalog/teams.yaml", "runbooks/late-scores.md"]
    assert len([*root.iter("failure")]) == 1


def test_the_docs_name_every_format() -> None:
    section = DOCS.split("## Formats\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(formats())


def test_what_the_docs_say_for_shells_is_what_click_offers() -> None:
    shells = re.findall(r"_DRILLBOOK_COMPLETE=(\w+)_source", DOCS)
    assert shells == ["bash", "zsh", "fish"]
    assert all(get_completion_class(shell) for shell in shells)
