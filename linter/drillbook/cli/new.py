"""``drillbook new runbook ID``, which asks for what is missing, and ``new drill RUNBOOK``: drafts that lint."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import append, document, engine, files, settings, starter
from drillbook.cli import stop
from drillbook.cli._types import Day
from drillbook.repository import Repository
from drillbook.rules import all_rules
from drillbook.starter import scenario
from drillbook.suggest import hint
from drillbook.validation import is_id


@click.group("new")
def command() -> None:
    """Begin something new."""


@command.command("runbook")
@click.argument("id", required=False)
@click.option("--title", help="The symptom in plain words.")
@click.option("--summary", help="What it means, for a reader who is no engineer.")
@click.option("--owner", help="The team that answers for it.")
@click.option("--as-of", type=Day(), help="The day of the first changelog entry.  [default: today]")
def runbook(id: str | None, title: str | None, summary: str | None, owner: str | None, as_of: date | None) -> None:
    """Write runbooks/ID.md, the smallest draft that lints; asks on a terminal for what is missing."""
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    day = as_of or datetime.now(UTC).date()
    teams = list(repository.entries("teams"))
    if not teams:
        stop("catalog/teams.yaml lists no team; drillbook init writes one")
    given = {"id": id, "title": title, "summary": summary, "owner": owner}
    missing = [name for name, value in given.items() if value is None]
    if missing and not sys.stdin.isatty():
        words = " and ".join("ID" if name == "id" else f"--{name}" for name in missing)
        stop(f"{words} {'is' if len(missing) == 1 else 'are'} missing, and there is no terminal to ask on")
    answers = {"id": "x", "title": "x", "summary": "x", "owner": teams[0]}
    for name, question in _questions(teams).items():
        answers[name] = _answer(name, question, given[name], answers, repository, day)
    path = f"runbooks/{answers['id']}.md"
    try:
        append.create(found.root / path, starter.runbook(day=day, **answers))
    except FileExistsError:
        stop(f"{path}: {_TAKEN}")
    except OSError as error:
        stop(f"{path}: cannot be written: {error.strerror}")
    shown = os.path.relpath(found.root / path)
    click.echo(f"Wrote {shown}, a draft. What an active runbook needs besides: drillbook lint --status active {shown}")


@command.command("drill")
@click.argument("runbook")
@click.option("--id", help="Its id.  [default: RUNBOOK-tabletop]")
@click.option("--as-of", type=Day(), help="The day of the first changelog entry.  [default: today]")
def drill(runbook: str, id: str | None, as_of: date | None) -> None:
    """Write drills/ID.md, a draft that rehearses RUNBOOK: objectives, injects and values from what the runbook says."""
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    known = {document.id: document for document in repository.of("runbook")}
    book = repository.model(known[runbook]) if runbook in known else None
    if runbook not in known:
        stop(f'there is no runbook "{runbook}", {hint(runbook, known)}')
    if book is None or not book.steps:
        path = known[runbook].path
        stop(f"{path}: breaks the contract, so nothing can be derived from it; run drillbook lint {path}")
    name = id or f"{book.id}-tabletop"
    if not is_id(name):
        stop(f'"{name}" is no id, expected words in kebab case such as {book.id}-tabletop')
    path = f"drills/{name}.md"
    text = scenario.drill(book, list(repository.entries("teams")), name, as_of or datetime.now(UTC).date())
    try:
        append.create(found.root / path, text)
    except FileExistsError:
        stop(f"{path}: {_TAKEN}")
    except OSError as error:
        stop(f"{path}: cannot be written: {error.strerror}")
    shown = os.path.relpath(found.root / path)
    click.echo(f"Wrote {shown}, a draft. What an active drill needs besides: drillbook lint --status active {shown}")


_TAKEN = "there is a file of this name already; choose another id"


def _questions(teams: list[str]) -> dict[str, str]:
    return {
        "id": "Its id, in kebab case, such as late-scores",
        "title": "What does one see",
        "summary": "What does it mean, for a reader who is no engineer",
        "owner": f"Which team answers for it ({', '.join(teams[:8])})",
    }


def _answer(
    name: str, question: str, given: str | None, answers: dict[str, str], repository: Repository, day: date
) -> str:
    """An answer that lints: one that was given and does not ends the command, one that was typed is asked for again."""
    while True:
        answer = (str(click.prompt(question)) if given is None else given).strip()
        why = _wrong(name, {**answers, name: answer}, repository, day)
        if not why:
            return answer
        if given is not None:
            stop(why)
        click.echo(why, err=True)


def _wrong(name: str, answers: dict[str, str], repository: Repository, day: date) -> str:
    """What is wrong with one of the answers, in a sentence; nothing is written that would not lint."""
    path = f"runbooks/{answers['id']}.md"
    if name == "id" and path in repository.by_path:
        return f"{path}: {_TAKEN}"
    teams = repository.entries("teams")
    if answers["owner"] not in teams:
        return f'team "{answers["owner"]}" is not in catalog/teams.yaml, {hint(answers["owner"], teams)}'
    draft = document.parse(path, "runbook", starter.runbook(day=day, **answers).encode())
    whole = Repository((*(each for each in repository.documents if each.path != path), draft))
    found = (each for each in engine.lint(whole, all_rules(), day, only=[path]) if each.path == path)
    return next((f"{name} would not lint: {each.message} [{each.rule}]" for each in found), "")
