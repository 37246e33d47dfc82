"""Planned drills -> a calendar (RFC 5545) that people subscribe to. Pure.

An event is known by the drill and the number of the run: when the day moves, so does the event, until the record of the run is
there. What happened is not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from drillbook.schedule import Planned


def calendar(drills: Sequence[Planned], as_of: date, address: str = "") -> bytes:
    """The next run of every drill, and the later ones within a year, as events of a whole day."""
    whole = Calendar()
    whole.add("prodid", "-//Drillbook//Drills//EN")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", "Drills")
    whole.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    for drill in drills:
        for number, day in enumerate((drill.next, *drill.later), start=drill.runs + 1):
            whole.add_component(_event(drill, number, day, as_of, address))
    text: bytes = whole.to_ical()
    return text


def _event(drill: Planned, number: int, day: date, as_of: date, address: str) -> Event:
    event = Event()
    event.add("uid", f"{drill.id}-{number}@drillbook")
    event.add("dtstamp", datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC))
    event.add("sequence", (as_of - date(2026, 1, 1)).days)
    event.add("summary", f"Drill: {drill.title}")
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED" if number == drill.runs + 1 else "TENTATIVE")
    words = (
        f"{drill.mode}, {drill.duration}. Runbook {drill.runbook}, team {drill.owner}. drillbook drill run {drill.id}"
    )
    event.add("description", words)
    event.add("categories", [drill.owner, drill.runbook])
    if address:
        event.add("url", f"{address.rstrip('/')}/drills/{drill.id}/")
    return event
