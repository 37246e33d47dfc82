"""The clocks that a runbook names and those of the catalog -> which obligation has none. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from drillbook.validation import is_date

Data = Mapping[str, Any]


def named(effective: Data) -> list[str] | None:
    """The clocks of a runbook, in their order; None where it does not say which there are."""
    governance = effective.get("governance")
    clocks = governance.get("clocks") if isinstance(governance, dict) else None
    if not isinstance(clocks, list):
        return None
    found = [each.get("clock") if isinstance(each, dict) else None for each in clocks]
    return [each if isinstance(each, str) else "" for each in found]


def lacking(clocks: Sequence[str], concern: str, catalog: Mapping[str, Data], as_of: date) -> str:
    """What is missing among the named ``clocks`` for a concern, as the end of a message; empty where nothing is.

    Where no clock of the catalog says what it concerns, any will do; those that apply only later are not missed.
    """
    if any(name not in catalog for name in clocks):
        return ""  # one that nobody knows has its own finding, and may be the one
    if any(concern in _list(catalog[name].get("concerns")) for name in clocks):
        return ""
    every = [name for name, clock in catalog.items() if concern in _list(clock.get("concerns"))]
    fitting = [name for name in every if not _later(catalog[name].get("applies_from"), as_of)]
    if not every:
        return "" if clocks else "expected a clock of catalog/clocks.yaml"
    if not fitting:
        return ""
    words = " or ".join(f'"{name}"' for name in fitting[:3])
    return f"expected {words}"


def _later(day: object, as_of: date) -> bool:
    return isinstance(day, str) and is_date(day) and date.fromisoformat(day) > as_of


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


_LONGEST = 10_000
"""No deadline has more units than that."""


def due(started: datetime, within: object) -> datetime | None:
    """When a clock of the catalog has run out that began at a time; None where it does not say how long it runs.

    A month is one of the calendar; a working day is none of a weekend, and of holidays nothing is known here.
    """
    if not isinstance(within, dict) or not isinstance(within.get("value"), int):
        return None
    count, unit = within["value"], within.get("unit")
    if not 0 < count <= _LONGEST:
        return None
    if unit in ("hours", "days"):
        return started + timedelta(**{unit: count})
    if unit == "months":
        month = started.month - 1 + count
        year, month = started.year + month // 12, month % 12 + 1
        return started.replace(year=year, month=month, day=min(started.day, monthrange(year, month)[1]))
    if unit == "working-days":
        day = started
        while count > 0:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    return None
