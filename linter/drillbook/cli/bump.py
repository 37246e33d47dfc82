"""``drillbook bump RUNBOOK``: the version that a change asks for and its changelog entry, written into the runbook."""

from __future__ import annotations

import difflib
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import click

from drillbook import append, changelog, document, engine, files, meaning, settings, vcs
from drillbook.changelog import Entry
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._telling import line, plain
from drillbook.cli._types import Day
from drillbook.document import Document
from drillbook.finding import Finding, Severity
from drillbook.meaning import LEVELS, Change
from drillbook.model import Runbook
from drillbook.repository import Repository
from drillbook.rules import all_rules
from drillbook.settings import Settings
from drillbook.suggest import hint

_MOST = 20
"""So many changes stand in one changelog entry, each in so many characters at most:"""
_LONGEST = 300


@click.command("bump")
@click.argument("runbook")
@click.option("--because", metavar="TEXT", help="What led to the change: a drill, an incident, a review, a release.")
@click.option("--level", type=OneOf("level", lambda: LEVELS), help="A bigger version than the change asks for.")
@click.option("--by", metavar="TEAM", help="The team that made the change.  [default: the owner]")
@click.option(
    "--since",
    metavar="REF",
    help="The commit to compare with.  [default: where this branch left the default branch, on that one HEAD]",
)
@click.option("--as-of", type=Day(), help="The day of the entry, in UTC.  [default: today]")
@click.option("--diff", "only_show", is_flag=True, help="Show what would be written, and write nothing.")
def command(
    runbook: str,
    because: str | None,
    level: str | None,
    by: str | None,
    since: str | None,
    as_of: date | None,
    only_show: bool,
) -> None:
    """Write the next version of RUNBOOK, an id or a path, and a changelog entry that says what changed.

    How big the version is follows from what changed: a threshold, a decision, an authority or the rollback is major, a step
    minor, wording a patch. Everything else in the file stays as it is, to the byte.
    """
    found = settings.find(Path())
    now = files.load(found.root, found.exclude)
    here = _named(runbook, now)
    try:
        git = vcs.find(found.root)
        commit = git.base(since) if since else git.left()
        before = git.repository(commit, found.exclude)
    except vcs.VcsError as error:
        stop(str(error))
    was, now_model, changes = _compared(here, before, now, commit)
    size = _size(level, changes)
    step = meaning.step_of(was.version, now_model.version)
    if step and LEVELS.index(step) >= LEVELS.index(size):
        _nothing(
            f'version "{now_model.version}" is {step} after "{was.version}" already, and {size} is what is asked for'
        )
    teams = now.entries("teams")
    if by and teams and by not in teams:
        stop(f'team "{by}" is not in catalog/teams.yaml, {hint(by, teams)}')
    version = meaning.bumped(was.version, size)
    told = _untold(changes, here, was.version)
    day = as_of or datetime.now(UTC).date()
    entry = Entry(version, day.isoformat(), by or now_model.owner, _reason(because), told)
    try:
        data = changelog.written(here, entry)
    except changelog.Refused as error:
        stop(str(error))
    notes = _judged(here, data, now, found, day)
    click.echo(f"{here.path}: {now_model.version} to {version}, {size}")
    for each in changes:
        click.echo(f"  {each.level:5}  {plain(each.words)}")
    click.echo("\n" + "\n".join(_difference(here, data)))
    for note in notes:
        click.echo(f"\nnote: {plain(note.message)} [{note.rule}]")
    if not only_show:
        _write(found.root / here.path, here, data)
        click.echo(f"\nWrote {os.path.relpath(found.root / here.path)}.")


def _named(name: str, now: Repository) -> Document:
    """The runbook that somebody means by its id or its file."""
    here = now.runbook(name) or now.runbook(Path(name).stem) or now.by_file.get(Path(name).stem)
    if here is None:
        stop(
            f'there is no runbook "{name}", {hint(Path(name).stem, [each.id for each in now.of("runbook") if each.id])}'
        )
    return here


def _compared(
    here: Document, before: Repository, now: Repository, commit: str
) -> tuple[Runbook, Runbook, tuple[Change, ...]]:
    """The runbook then and now, and what changed; where there is nothing to compare the command ends."""
    new = meaning.model(here, now)
    if new is None:
        stop(
            f"{here.path}: breaks the contract, so nobody can tell what changed; drillbook lint {here.path} says where"
        )
    was = before.runbook(here.id)
    if was is None:
        _nothing(f'"{here.id}" is new since {commit[:9]}, and its version is the one that it begins with')
    old = meaning.model(was, before)
    if old is None:
        stop(
            f"{was.path}: broke the contract at {commit[:9]}, so nobody can tell what changed; --since names another commit"
        )
    changes = meaning.between(was, before, here, now)
    if not changes:
        _nothing(f'"{here.id}" means what it meant at {commit[:9]}; --since names another commit to compare with')
    return old, new, changes


def _nothing(why: str) -> NoReturn:
    click.echo(f"Nothing to bump: {plain(why)}.")
    sys.exit(0)


def _size(level: str | None, changes: tuple[Change, ...]) -> str:
    """How big the version is to be: what the changes ask for, or more where somebody wants more."""
    asked = meaning.level(changes)
    if level and LEVELS.index(level) < LEVELS.index(asked):
        stop(f"--level {level} is less than the change is, {asked}: {meaning.summary(changes)}")
    return level or asked


def _untold(changes: tuple[Change, ...], here: Document, since: str) -> tuple[str, ...]:
    """The sentences of the entry: what changed and stands in no entry that is newer than a version."""
    entries = here.front.get("changelog")
    known: set[str] = set()
    for each in entries if isinstance(entries, list) else ():
        if isinstance(each, dict) and meaning.step_of(since, str(each.get("version"))):
            known |= {str(words) for words in each.get("changes") or ()}
    words = [plain(each.words)[:_LONGEST] for each in changes]
    told = [each for each in words if each not in known] or words
    rest = [f"And {len(told) - _MOST} more"] if len(told) > _MOST else []
    return (*told[:_MOST], *rest)


def _reason(because: str | None) -> str:
    if because is None:
        if not sys.stdin.isatty():
            stop("--because is missing: what led to the change, for the changelog")
        because = str(click.prompt("What led to the change"))
    if not plain(because):
        stop("--because is empty, expected what led to the change")
    return plain(because)


def _judged(here: Document, data: bytes, now: Repository, found: Settings, day: date) -> list[Finding]:
    """The warnings that the new version brings; an error in what was written ends the command, and nothing is written."""
    rules = [rule for rule in all_rules() if not any(rule.meant(word) for word in found.ignore)]
    old = Counter((each.rule, each.message) for each in engine.lint(now, rules, day, only=[here.path]))
    changed = document.parse(here.path, "runbook", data)
    whole = replace(now, documents=tuple(changed if each.path == here.path else each for each in now.documents))
    new = [each for each in engine.lint(whole, rules, day, only=[here.path]) if each.path == here.path]
    brought = [each for each in new if not old[each.rule, each.message]]
    for each in brought:
        if each.severity is Severity.ERROR:
            stop(f"nothing was written, since it would not lint: {each.message} [{each.rule}]")
    return brought


def _difference(here: Document, data: bytes) -> Iterator[str]:
    old, new = (text.decode("utf-8").splitlines() for text in (here.data, data))
    for each in difflib.unified_diff(old, new, f"a/{here.path}", f"b/{here.path}", lineterm=""):
        yield line(each)


def _write(path: Path, here: Document, data: bytes) -> None:
    """Write where the file really is, and not over what somebody saved meanwhile."""
    real = Path(os.path.realpath(path))
    try:
        if real.read_bytes() != here.data:
            stop(f"{here.path}: was saved by somebody else meanwhile; call drillbook bump again")
        append.replace(real, data)
    except OSError as error:
        stop(f"{here.path}: cannot be written: {(error.strerror or str(error)).lower()}")
