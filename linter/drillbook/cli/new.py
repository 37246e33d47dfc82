"""``drillbook new runbook ID``: asks on a terminal for what is missing and writes a draft that lints."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import append, document, engine, files, settings, starter
from drillbook.cli import stop
from drillbook.cli._types import Day
from drillbook.repository import Repository
from drillbook.rules import all_rules
from drillbook.suggest import hint


@click.group("new")
def command() -> None:
    """Begin something new."""


@command.command("runbook")
@click.argument("id")
@click.option("--title", help="The symptom in plain words.")
@click.option("--summary", help="What it means, for a reader who is no engineer.")
@click.option("--owner", help="The team that answers for it.")
@click.option("--as-of", type=Day(), help="The day of the first changelog entry.  [default: today]")
def runbook(id: str, title: str | None, summary: str | None, owner: str | None, as_of: date | None) -> None:
    """Write runbooks/ID.md, the smallest draft that lints; asks on a terminal for what is missing."""
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    teams = list(repository.entries("teams"))
    path = f"runbooks/{id}.md"
    if not teams:
        stop("catalog/teams.yaml lists no team; drillbook init writes one")
    title = _asked("title", "What does one see", title)
    summary = _asked("summary", "What does it mean, for a reader who is no engineer", summary)
    owner = _asked("owner", f"Which team answers for it ({', '.join(teams[:8])})", owner)
    if owner not in teams:
        stop(f'team "{owner}" is not in catalog/teams.yaml, {hint(owner, teams)}')
    day = as_of or datetime.now(UTC).date()
    text = starter.runbook(id, title, summary, owner, day)
    _must_lint(path, text, repository, day)
    try:
        append.create(found.root / path, text)
    except FileExistsError:
        stop(f"{path}: there is a file of this name already; choose another id")
    except OSError as error:
        stop(f"{path}: cannot be written: {error.strerror}")
    click.echo(f"Wrote {path}, a draft. What an active runbook needs besides: drillbook lint --status active {path}")


def _asked(option: str, question: str, given: str | None) -> str:
    if given is not None:
        return given.strip()
    if not sys.stdin.isatty():
        stop(f"--{option} is missing, and there is no terminal to ask on")
    return str(click.prompt(question)).strip()


def _must_lint(path: str, text: str, repository: Repository, day: date) -> None:
    """Nothing is written that would not pass: a bad id or a title that is too long is told before."""
    draft = document.parse(path, "runbook", text.encode())
    whole = Repository((*(each for each in repository.documents if each.path != path), draft))
    for finding in engine.lint(whole, all_rules(), day):
        if finding.path == path:
            stop(f"{path} would not lint: {finding.message} [{finding.rule}]")
