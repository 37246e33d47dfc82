"""Values of a runbook -> when its next review is due, and on which days it was changed. Pure.

Days are text, ``2026-11-22``: in alphabetical order they are in order. What is no day has its own finding and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from drillbook import duration
from drillbook.validation import is_date


def due(review: object) -> date | None:
    """The last day on which the last review still counts; None where there was none, or nobody says how often."""
    if not isinstance(review, dict):
        return None
    last, every = review.get("last"), review.get("every")
    length = duration.parse(every) if isinstance(every, str) else None
    if not isinstance(last, str) or not is_date(last) or length is None:
        return None
    try:
        return date.fromisoformat(last) + length
    except OverflowError:  # behind the end of the calendar
        return None


def released(front: Mapping[str, object]) -> Iterator[tuple[int, str, str]]:
    """The entries of a changelog that have a day: number, version, day."""
    entries = front.get("changelog")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict) and (day := _day(entry.get("date"))):
            yield index, str(entry.get("version", "")), day


def thresholds(front: Mapping[str, object]) -> Iterator[tuple[int, str, str]]:
    """The signals whose thresholds were set on a day: number, id, day."""
    signals = front.get("signals")
    for index, signal in enumerate(signals if isinstance(signals, list) else ()):
        said = signal.get("set_by") if isinstance(signal, dict) else None
        if isinstance(said, dict) and (day := _day(said.get("date"))):
            yield index, str(signal.get("id", "")), day


def _day(value: object) -> str:
    return value if isinstance(value, str) and _is_day(value) else ""


_is_day = lru_cache(maxsize=1024)(is_date)
"""The days of a repository are few, and each stands in many places."""
