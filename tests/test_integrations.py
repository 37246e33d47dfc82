"""The hook, the action and the job of docs/ci.md: their own commands, run in a real Git repository."""

from __future__ import annotations

import json
import os
import re
import shlex
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


@pytest.mark.slow
def test_the_action_annotates_and_writes_the_summary(repository: Path, tmp_path: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    setup, install, lint = action["runs"]["steps"]
    assert setup["uses"].startswith("actions/setup-python@")
    assert install["env"] == {"PYTHON": "${{ steps.python.outputs.python-path }}"}
    assert lint["working-directory"] == "${{ inputs.path }}"
    given = installable(tmp_path) | {
        "PYTHON": sys.executable,
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "STRICT": "",
    }

    def step(what: dict[str, Any], cwd: Path) -> subprocess.CompletedProcess[str]:
        script = tmp_path / "step.sh"
        script.write_text(what["run"])
        return run("bash", "--noprofile", "--norc", "-eo", "pipefail", script, cwd=cwd, **given)

    installed = step(install, repository)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    done = step(lint, repository / "ops")
    assert (done.returncode, done.stdout) == (0, "Nothing found in 2 files.\n")
    write(repository / "ops", "late-scores", owner="rankin")
    done = step(lint, repository / "ops")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=ops/runbooks/late-scores.md,line=8,col=8,endLine=8,endColumn=14,")
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("## Runbooks\n\nNothing found in 2 files.\n## Runbooks\n\n1 error and 0 warnings")
    done = step(lint, tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "summary.md").read_text(encoding="utf-8") == summary


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
