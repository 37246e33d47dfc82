"""The commits of a branch and what files said then -> the versions of each runbook, and what each changed. Pure.

Told is the way of the branch itself: what came with a merge came into force with the merge. What changed in a version is the
difference to the version before it, so a change that somebody made without a version is told with the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from drillbook import document, meaning
from drillbook.document import Document
from drillbook.meaning import Change
from drillbook.repository import DEFAULTS, Repository
from drillbook.validation import is_semver

FOLDERS = ("runbooks", DEFAULTS)
"""What a runbook's effective values are made from."""
_VERSION = re.compile(rb"^version:[ \t]*[\"']?([0-9.]+)[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that a commit wrote: where it is, where it was, and the object that holds it; none where it is gone."""

    path: str
    was: str
    holds: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the branch: ``date`` is its day in UTC, ``parents`` are empty where nothing before it is known."""

    id: str
    parents: tuple[str, ...]
    date: str
    author: str
    reviewers: tuple[str, ...]
    touched: tuple[Touched, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a runbook as it came into force: ``path`` is the file's name then, ``was`` the version before it.

    ``changes`` is what it changed; empty for the first one. ``begins`` is true where nothing older is known.
    """

    version: str
    was: str
    path: str
    commit: Commit
    changes: tuple[Change, ...]

    @property
    def begins(self) -> bool:
        """Whether this is the first version that the history has."""
        return not self.was

    @property
    def understated(self) -> str:
        """The level that the change asks for where the version grew by less; otherwise empty."""
        asked = meaning.level(self.changes)
        step = meaning.step_of(self.was, self.version) if self.was and self.changes else asked
        return "" if step and meaning.LEVELS.index(step) >= meaning.LEVELS.index(asked) else asked


@dataclass(frozen=True, slots=True)
class _State:
    """A runbook at a commit, and the defaults that counted then."""

    path: str
    holds: str
    defaults: str
    commit: Commit


@dataclass(slots=True)
class Trails:
    """The states of every runbook, by the path where it is now or was last; ``gone`` are those that are no more."""

    states: dict[str, list[_State]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def objects(self) -> list[str]:
        """The objects whose text is needed, each once."""
        every = (name for states in self.states.values() for each in states for name in (each.holds, each.defaults))
        return [name for name in dict.fromkeys(every) if name]

    def only(self, path: str) -> Trails:
        """The trail of one file."""
        return Trails({name: each for name, each in self.states.items() if name == path}, self.gone & {path})


def follow(commits: Iterable[Commit]) -> Trails:
    """The states of each runbook from the oldest commit on, across renames."""
    trails, defaults = Trails(), ""
    for commit in commits:
        defaults = next((each.holds for each in commit.touched if each.path == DEFAULTS), defaults)
        books = [each for each in commit.touched if document.kind_of(each.path) == "runbook"]
        moved = {each.path: trails.states.pop(each.was, []) for each in books if each.was != each.path}
        for each in books:
            if not each.holds:
                trails.gone.add(each.path)
                continue
            trails.gone.discard(each.path)
            states = [*moved.get(each.path, []), *trails.states.pop(each.path, [])]
            trails.states[each.path] = [*states, _State(each.path, each.holds, defaults, commit)]
    return trails


def versions(trails: Trails, texts: Mapping[str, bytes]) -> dict[str, tuple[Version, ...]]:
    """The versions of each runbook, the newest first, by the path where it is now or was last."""
    return {path: tuple(_versions(states, texts))[::-1] for path, states in trails.states.items()}


def _versions(states: Sequence[_State], texts: Mapping[str, bytes]) -> Iterator[Version]:
    last, old = "", None
    for state in states:
        version = _version(texts[state.holds])
        if not version or version == last:
            continue
        new = _read(state, texts)
        yield Version(version, last, state.path, state.commit, meaning.between(*old, *new) if old else ())
        last, old = version, new


def _version(data: bytes) -> str:
    """The version that a file's front matter gives; looked for before anything is read, since most states bring none."""
    found = _VERSION.search(data[: data.find(b"\n---", 4) + 1 or len(data)])
    text = (
        found[1].decode() if found else str(document.parse("runbooks/x.md", "runbook", data).front.get("version", ""))
    )
    return text if is_semver(text) else ""


def _read(state: _State, texts: Mapping[str, bytes]) -> tuple[Document, Repository]:
    book = document.parse(state.path, "runbook", texts[state.holds])
    if not state.defaults:
        return book, Repository((book,))
    return book, Repository((document.parse(DEFAULTS, "defaults", texts[state.defaults]), book))


def name(path: str) -> str:
    """What people call the runbook of a file: its id is the file's name."""
    return PurePosixPath(path).stem
