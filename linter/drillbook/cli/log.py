"""``drillbook log [RUNBOOK]``: the versions of runbooks with their commits, who reviewed them, and what they changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from drillbook import files, settings, trail, vcs
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._telling import markdown, plain
from drillbook.repository import Repository
from drillbook.suggest import hint
from drillbook.trail import Version

_FORMS = ("text", "markdown", "json")
_NOBODY = "none recorded"
_CUT = (
    "The history of this clone is cut: what came before its oldest commit is not told; git fetch --unshallow brings it."
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A version as it is shown: ``authors`` wrote what a merge brought."""

    version: Version
    authors: tuple[str, ...]
    reviewers: tuple[str, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class _Book:
    """A runbook's versions, the newest first; ``gone`` where it is no more, ``open`` a version that is not committed yet."""

    id: str
    path: str
    gone: bool
    open: str
    versions: tuple[_Told, ...]


@click.command("log")
@click.argument("runbook", required=False)
@click.option("--format", "form", type=OneOf("format", lambda: _FORMS), default="text", show_default=True)
def command(runbook: str | None, form: str) -> None:
    """Tell when each version of RUNBOOK, or of every runbook, came into force, who wrote and reviewed it, and what it changed.

    Told is the way of this branch; reviewers are those that commits name in Reviewed-by lines.
    """
    found = settings.find(Path())
    now = files.load(found.root, found.exclude)
    try:
        git = vcs.find(found.root)
        trails = git.trails(found.exclude)
        if runbook is not None:
            trails = trails.only(_path(runbook, [*trails.states]))
        shallow = git.shallow
        every = git.versions(trails)
        paths = sorted(every, key=lambda path: (path in trails.gone, trail.name(path), path))
        books = [_book(path, every[path], path in trails.gone, now, git, shallow) for path in paths]
    except vcs.VcsError as error:
        stop(str(error))
    if not books:
        stop("no commit of this branch holds a runbook, so there is nothing to tell; commit one")
    click.echo(_rendered(books, form, shallow), nl=False)


def _path(runbook: str, paths: Sequence[str]) -> str:
    """The file that is meant by an id, a path, or a name that it had."""
    wanted = Path(runbook).stem
    named = [path for path in paths if path == runbook] or [path for path in paths if trail.name(path) == wanted]
    if not named:
        stop(
            f'no commit of this branch holds a runbook "{runbook}", {hint(wanted, [trail.name(each) for each in paths])}'
        )
    return named[0]


def _book(path: str, versions: Sequence[Version], gone: bool, now: Repository, git: vcs.Git, shallow: bool) -> _Book:
    told = tuple(_told(each, git, shallow) for each in versions)
    here = now.by_path.get(path)
    version = str(here.front.get("version", "")) if here and here.readable else ""
    newest = versions[0].version if versions else ""
    return _Book(trail.name(path), path, gone, version if version != newest else "", told)


def _told(version: Version, git: vcs.Git, shallow: bool) -> _Told:
    """A version with the people behind it: those of the merge and of what it brought."""
    merge = version.commit
    brought = git.brought(merge, version.path)
    authors = tuple(dict.fromkeys(each.author for each in brought)) or (merge.author,)
    reviewers = tuple(dict.fromkeys(who for each in (merge, *brought) for who in each.reviewers))
    return _Told(version, authors, reviewers, version.begins and shallow and not merge.parents)


def _rendered(books: Sequence[_Book], form: str, shallow: bool) -> str:
    if form == "json":
        data = {"complete": not shallow, "runbooks": [_data(book) for book in books]}
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    lines = _markdown if form == "markdown" else _text
    parts = ["".join(f"{line}\n" for line in lines(book)) for book in books]
    note = f"\n{_CUT}\n" if shallow else ""
    return "\n".join(parts) + note


def _text(book: _Book) -> Iterator[str]:
    yield plain(book.id) + (", which is no more" if book.gone else "")
    if book.open:
        yield f"  {plain(book.open)}  not committed yet"
    for each in book.versions:
        commit = each.version.commit
        yield (
            f"  {each.version.version}  {commit.date}  {commit.id[:9]}  by {_names(each.authors, plain)}; "
            f"reviewed by: {_names(each.reviewers, plain) or _NOBODY}"
        )
        yield from (f"    {level:5}  {plain(words)}" for level, words in _said(each))


def _markdown(book: _Book) -> Iterator[str]:
    yield f"## {markdown(book.id)}{', which is no more' if book.gone else ''}\n"
    yield "| version | came into force | commit | by | reviewed by | what it changed |"
    yield "|---|---|---|---|---|---|"
    if book.open:
        yield f"| {markdown(book.open)} | not committed yet | | | | |"
    for each in book.versions:
        commit = each.version.commit
        said = "<br>".join(f"{level}: {markdown(words)}" if level else markdown(words) for level, words in _said(each))
        who = f"{_names(each.authors, markdown)} | {_names(each.reviewers, markdown) or _NOBODY}"
        yield f"| {each.version.version} | {commit.date} | {commit.id[:9]} | {who} | {said} |"


def _said(told: _Told) -> Iterator[tuple[str, str]]:
    """What a version changed, a level and words each."""
    version = told.version
    if version.begins:
        yield "", "what came before was not fetched" if told.cut else "the first version"
    for each in version.changes:
        yield each.level, each.words
    if not version.begins and not version.changes:
        yield "", "nothing in what it means"
    if version.understated:
        yield "", f"(what changed asks for a {version.understated} version after {version.was})"


def _names(names: Sequence[str], safe: Callable[[str], str]) -> str:
    return ", ".join(safe(name) for name in names)


def _data(book: _Book) -> dict[str, Any]:
    return {
        "id": book.id,
        "path": book.path,
        "gone": book.gone,
        "not_committed": book.open or None,
        "versions": [
            {
                "version": each.version.version,
                "before": each.version.was or None,
                "date": each.version.commit.date,
                "commit": each.version.commit.id,
                "authors": [plain(name) for name in each.authors],
                "reviewers": [plain(name) for name in each.reviewers],
                "complete": not each.cut,
                "asks_for": each.version.understated or None,
                "changes": [{"level": one.level, "words": plain(one.words)} for one in each.version.changes],
            }
            for each in book.versions
        ],
    }
