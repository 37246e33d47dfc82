"""A runbook's changelog and its versions in git -> the versions as pages and feed show them. Pure.

What git has is told in the words of ``drillbook diff``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drillbook.meaning import Change
from drillbook.site.render import Open
from drillbook.trail import Version

History = Mapping[str, Sequence[Version]]
"""The versions of each runbook that git has, by the name of its file; nothing where there is no git."""
NONE: History = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """A version: what its author says that it changed, and ``found``, what the files say beyond that."""

    version: str
    date: str
    by: str
    because: str
    changes: tuple[str, ...]
    found: tuple[Change, ...]


def entries(data: Mapping[str, Any], versions: Sequence[Version]) -> list[Entry]:
    """The versions of a runbook, the newest first; one that git has and the changelog does not is among them."""
    known = {each.version: each for each in reversed(versions)}
    written = [_entry(Open(each), known) for each in _list(data.get("changelog")) if isinstance(each, dict)]
    said = {each.version for each in written}
    forgotten = [
        Entry(each.version, each.commit.date, "", "", (), each.changes)
        for each in known.values()
        if each.version not in said and each.changes
    ]
    return sorted([*written, *forgotten], key=lambda each: _order(each.version), reverse=True) if forgotten else written


def _entry(entry: Any, known: Mapping[str, Version]) -> Entry:
    version = str(entry.version)
    said = tuple(str(change) for change in _list(entry.changes))
    found = known[version].changes if version in known else ()
    return Entry(
        version, str(entry.date), str(entry.by), str(entry.because), said, tuple(_unsaid(found, frozenset(said)))
    )


def _unsaid(found: Sequence[Change], said: frozenset[str]) -> Iterator[Change]:
    """What drillbook bump wrote into the changelog is not told twice."""
    yield from (each for each in found if each.words not in said)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
