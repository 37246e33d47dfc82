"""Repository + day -> when each drill takes place next. Pure.

A drill takes place ``every`` so often after the last run that its journal proves, and on its ``first`` day before there was one.
A day on which nobody works moves to the next one on which somebody does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from drillbook import duration
from drillbook.document import Document
from drillbook.duties import Duty, handles
from drillbook.history import Run, history
from drillbook.repository import Repository

Quiet = tuple[tuple[date, date], ...]
"""Times in which nobody drills: first and last day of each."""
AHEAD = timedelta(days=14)
"""A drill is due so long before its day: people have to be invited."""
_YEAR = timedelta(days=366)
_TODO = "Run the drill with `drillbook drill run {}` and commit its record"


@dataclass(frozen=True, slots=True)
class Planned:
    """An active drill: the ``last`` run, its ``next`` day, the later days within a year, and how many runs there were."""

    id: str
    path: str
    title: str
    runbook: str
    owner: str
    mode: str
    every: str
    duration: str
    last: Run | None
    runs: int
    next: date
    later: tuple[date, ...]


def quiet(texts: tuple[str, ...]) -> Quiet:
    """The times that settings name: ``2026-12-24`` or ``2026-12-24/2027-01-01``. Raises ValueError with the text in it."""
    found = []
    for text in texts:
        first, _, last = text.partition("/")
        try:
            span = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise ValueError(text) from None
        if span[1] < span[0]:
            raise ValueError(text)
        found.append(span)
    return tuple(found)


def working(day: date, quiet: Quiet = ()) -> date:
    """The day, or the next one that is neither Saturday nor Sunday nor quiet."""
    for _ in range(400):
        within = next((last for first, last in quiet if first <= day <= last), None)
        if within is not None:
            day = within + timedelta(days=1)
        elif day.weekday() >= 5:
            day += timedelta(days=7 - day.weekday())
        else:
            break
    return day


def planned(
    repository: Repository, as_of: date, quiet: Quiet = (), only: tuple[Document, ...] = ()
) -> tuple[Planned, ...]:
    """The active drills, or ``only`` some, by their next day."""
    found = [each for document in only or repository.of("drill") for each in _of(document, repository, as_of, quiet)]
    return tuple(sorted(found, key=lambda each: (each.next, each.id)))


def _of(document: Document, repository: Repository, as_of: date, quiet: Quiet) -> Iterator[Planned]:
    front: Mapping[str, Any] = document.front
    if not document.readable or front.get("status") != "active" or repository.violations(document):
        return
    known = repository.once(history)
    runs = [run for run in known.runs if run.drill == document.id and not run.doubt and run.day <= as_of]
    every = max(duration.parse(front["schedule"]["every"]) or _YEAR, timedelta(days=1))
    first = date.fromisoformat(front["schedule"]["first"])
    try:
        planned = max(first, runs[-1].day + every) if runs else first
        later = [planned + every * number for number in range(1, _YEAR // every + 1)]
    except OverflowError:  # behind the end of the calendar
        return
    yield Planned(
        id=document.id,
        path=document.path,
        title=front["title"],
        runbook=front["runbook"],
        owner=front["owner"],
        mode=front["mode"],
        every=front["schedule"]["every"],
        duration=front["duration"],
        last=runs[-1] if runs else None,
        runs=len(runs),
        next=working(planned, quiet),
        later=tuple(working(day, quiet) for day in later if day <= as_of + _YEAR),
    )


def duty(drill: Planned, repository: Repository) -> Duty:
    """What the owner of a drill owes."""
    last = f"{drill.last.day} ({drill.last.id})" if drill.last else "never"
    return Duty(
        kind="drill",
        id=drill.id,
        path=drill.path,
        title=drill.title,
        owner=drill.owner,
        due=drill.next,
        facts=(("runbook", drill.runbook), ("mode", drill.mode), ("last run", last), ("every", drill.every)),
        todo=_TODO.format(drill.id),
        handles=handles(repository, drill.owner),
    )
