"""Recorded values -> whoever answers questions with them, for drills and tests: no server is asked. Pure.

A record is a mapping from a signal's id to entries of ``at``, ``value``, ``samples`` and ``labels``. A value counts from its time
to the next entry of the same labels; ``value: null`` is no data, and ``error`` a source that does not answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from drillbook import duration
from drillbook.contract import Labels, Point, Series
from drillbook.probes.asking import Question, SourceError, labelled

_MOST = 10**300
"""A whole number that is larger is none that can be computed with."""


class WrongRecord(ValueError):
    """What in a record cannot be read, in one sentence."""


def moment(text: object, start: datetime | None = None) -> datetime:
    """A time with its zone (``2026-11-22T03:00Z``), or a length since ``start``. Raises WrongRecord."""
    words = str(text)
    length = duration.parse(words) if words != "0" else timedelta(0)
    try:
        found = start + length if length is not None and start is not None else datetime.fromisoformat(words)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None or not 1970 <= found.year < 9000:
        raise WrongRecord(f'"{words}" is no time, expected one with its zone such as 2026-11-22T03:00Z')
    return found


def reader(record: object, start: datetime | None = None) -> Replay:
    """Who answers from a record. Raises WrongRecord where it is none."""
    if not isinstance(record, Mapping):
        raise WrongRecord("expected signals by their id, each with a list of values")
    found: dict[str, list[tuple[datetime, Mapping[str, Any]]]] = {}
    for name, entries in record.items():
        if not isinstance(entries, Sequence) or isinstance(entries, str):
            raise WrongRecord(f'"{name}" holds no list of values')
        for entry in entries:
            _checked(str(name), entry)
            found.setdefault(str(name), []).append((moment(entry.get("at"), start), entry))
        found[str(name)].sort(key=lambda each: each[0])
    return Replay(found)


def _checked(name: str, entry: object) -> None:
    if not isinstance(entry, Mapping):
        raise WrongRecord(f'an entry of "{name}" is no mapping, expected {{at: 5m, value: 0.3}}')
    for key in ("value", "samples"):
        given = entry.get(key)
        if given is not None and (isinstance(given, bool) or not isinstance(given, (int, float))):
            raise WrongRecord(f'"{key}" of "{name}" is no number: {str(given)[:100]}')
        if isinstance(given, int) and abs(given) > _MOST:
            raise WrongRecord(f'"{key}" of "{name}" is too large')
    if not isinstance(entry.get("labels", {}), Mapping):
        raise WrongRecord(f'"labels" of "{name}" are no mapping')


class Replay:
    """Answers a question from a record."""

    def __init__(self, record: Mapping[str, Sequence[tuple[datetime, Mapping[str, Any]]]]) -> None:
        self.record = record

    def __call__(self, question: Question) -> tuple[Series, ...]:
        if question.signal.id not in self.record:
            raise SourceError("has nothing recorded for this signal")
        by_labels: dict[Labels, list[tuple[datetime, Mapping[str, Any]]]] = {}
        for at, entry in self.record[question.signal.id]:
            by_labels.setdefault(labelled(question.signal, entry.get("labels", {})), []).append((at, entry))
        return tuple(
            Series(labels, tuple(_point(at, entries) for at in question.times))
            for labels, entries in sorted(by_labels.items())
            if entries[0][0] <= question.at
        )


def _point(at: datetime, entries: Sequence[tuple[datetime, Mapping[str, Any]]]) -> Point:
    entry = next((entry for begin, entry in reversed(entries) if begin <= at), None)
    if entry is None:
        return Point(at)
    value, samples = entry.get("value"), entry.get("samples")
    return Point(
        at,
        None if value is None else float(value),
        None if samples is None else float(samples),
        str(entry.get("error", "")),
    )
