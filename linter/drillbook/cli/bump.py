"""``drillbook bump RUNBOOK``: the version that a change asks for and its changelog entry, written into the runbook."""

from __future__ import annotations

import difflib
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

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


class _Nothing(Exception):
    """Why there is nothing to bump, without a dot at the end."""


@dataclass(frozen=True, slots=True)
class _Next:
    """A runbook's next version, ready to be written: ``told`` is what the user reads of it."""

    here: Document
    data: bytes
    told: tuple[str, ...]


@dataclass(slots=True)
class _Wish:
    """What the call says, the same for every runbook in it; ``because`` is asked for when the first of them needs it."""

    because: str | None
    level: str | None
    by: str | None
    day: date


@click.command("bump")
@click.argument("runbooks", metavar="RUNBOOK...", nargs=-1, required=True)
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
    runbooks: tuple[str, ...],
    because: str | None,
    level: str | None,
    by: str | None,
    since: str | None,
    as_of: date | None,
    only_show: bool,
) -> None:
    """Write the next version of each RUNBOOK, an id or a path, and a changelog entry that says what changed.

    How big the version is follows from what changed: a threshold, a decision, an authority or the rollback is major, a step
    minor, wording a patch. Everything else in the file stays as it is, to the byte.
    """
    found = settings.find(Path())
    now = files.load(found.root, found.exclude)
    every = {here.path: here for name in runbooks for here in [_named(name, now)]}
    if by and (teams := now.entries("teams")) and by not in teams:
        stop(f'team "{by}" is not in catalog/teams.yaml, {hint(by, teams)}')
    try:
        git = vcs.find(found.root)
        commit = git.left() if since is None else git.base(since)
        before = git.repository(commit, found.exclude)
    except vcs.VcsError as error:
        stop(str(error))
    wish = _Wish(because, level, by, as_of or datetime.now(UTC).date())
    ready, idle = [], []
    for here in every.values():
        try:
            ready.append(_next(here, before, now, commit, found, wish))
        except _Nothing as why:
            idle.append(plain(str(why)))
    for each in () if only_show else ready:  # before a word is said: whoever reads may stop reading, as head does
        _write(found.root / each.here.path, each.here, each.data)
    for why_not in idle:
        click.echo(f"Nothing to bump: {why_not}.")
    for each in ready:
        click.echo("\n".join(each.told))
        if not only_show:
            click.echo(f"\nWrote {os.path.relpath(found.root / each.here.path)}.")


def _next(here: Document, before: Repository, now: Repository, commit: str, found: Settings, wish: _Wish) -> _Next:
    """The next version of a runbook. Raises _Nothing where it needs none."""
    was, new, changes = _compared(here, before, now, commit)
    size = _size(wish.level, changes)
    step = meaning.step_of(was.version, new.version)
    if step and LEVELS.index(step) >= LEVELS.index(size):
        raise _Nothing(
            f'version "{new.version}" of "{here.id}" is {step} after "{was.version}", which is what is asked for'
        )
    version = meaning.bumped(was.version, size)
    told = _untold(changes, here, was.version)
    entry = Entry(version, wish.day.isoformat(), wish.by or new.owner, _reason(wish), told)
    try:
        data = changelog.written(here, entry)
    except changelog.Refused as error:
        stop(str(error))
    notes = _judged(here, data, now, found, wish.day)
    return _Next(
        here,
        data,
        (
            f"{here.path}: {new.version} to {version}, {size}",
            *(f"  {each.level:5}  {plain(each.words)}" for each in changes),
            "",
            *_difference(here, data),
            *(f"\nnote: {plain(note.message)} [{note.rule}]" for note in notes),
        ),
    )


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
    """The runbook then and now, and what changed."""
    new = meaning.model(here, now)
    if new is None:
        stop(
            f"{here.path}: breaks the contract, so nobody can tell what changed; drillbook lint {here.path} says where"
        )
    was = before.was(here)
    if was is None:
        raise _Nothing(f'"{here.id}" is new since {commit[:9]}, and its version is the one that it begins with')
    old = meaning.model(was, before)
    if old is None:
        stop(
            f"{was.path}: broke the contract at {commit[:9]}, so nobody can tell what changed; --since names another commit"
        )
    changes = meaning.between(was, before, here, now)
    if not changes:
        raise _Nothing(f'"{here.id}" means what it meant at {commit[:9]}; --since names another commit to compare with')
    return old, new, changes


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


def _reason(wish: _Wish) -> str:
    if wish.because is None:
        if not sys.stdin.isatty():
            stop("--because is missing: what led to the change, for the changelog")
        wish.because = str(click.prompt("What led to the change"))
    if not plain(wish.because):
        stop("--because is empty, expected what led to the change")
    return plain(wish.because)


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
