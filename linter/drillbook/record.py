"""A drill's journal -> what its record says that nobody can type in: times, what was done when, objectives reached. Pure.

The clock of a drill stands still while it is paused, so a time of the drill is none of the day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from drillbook import duration
from drillbook.journal import Entry, Journal

ENDS = ("end", "abort")
"""The kinds of the entry with which the clock stops for good."""
AFTER = ("rating", "gap", "action")
"""The kinds of the entries that come when the clock has stopped."""


def moment(text: object) -> datetime:
    """A time of the contract, ``2026-10-08T09:18:00Z``. Raises ValueError."""
    return datetime.fromisoformat(str(text))


def stamp(at: datetime) -> str:
    """A time as the contract writes it, to the second, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fingerprint(value: object) -> str:
    """The SHA-256 of what a step or a signal says, whatever the order of its keys and the form of its text."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def timed(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], timedelta]]:
    """Each entry with the time of the drill's clock at which it happened."""
    begun: datetime | None = None
    stood = timedelta()
    since: datetime | None = None
    for value in entries:
        at = moment(value["at"])
        begun = begun or at
        yield value, max(timedelta(), (since or at) - begun - stood)
        if value["kind"] == "pause" and since is None:
            since = at
        elif value["kind"] in ("resume", *ENDS) and since is not None:
            stood += at - since
            since = None


def derived(journal: Journal, id: str) -> dict[str, Any]:
    """The record of a journal that begins with a start and has ended: everything that stands in drills/records/<id>.yaml."""
    values = [each.value for each in journal.entries]
    start = values[0]
    end = next(value for value in values if value["kind"] in ENDS)
    pin = start["pin"]
    found: dict[str, Any] = {
        "schema": "drill-record/1",
        "id": id,
        "drill": {"id": start["drill"], "version": start["version"]},
        "runbook": {key: pin[key] for key in ("id", "version", "commit")},
        "environment": start["environment"],
        "started": start["at"],
        "ended": end["at"],
        "journal": {"entries": len(values), "tip": journal.tip},
    }
    if start.get("fictional"):
        found["fictional"] = True
    found["participants"] = list(start["participants"])
    found["objectives"] = list(_objectives(start, values))
    found["gaps"] = [value["gap"] for value in values if value["kind"] == "gap"]
    found["actions"] = [value["action"] for value in values if value["kind"] == "action"]
    return found


def _objectives(start: Mapping[str, Any], values: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    took = reached(values)
    ratings = {value["rating"]["id"]: value["rating"] for value in values if value["kind"] == "rating"}
    for objective in start.get("objectives", ()):
        rated = ratings.get(objective["id"], {})
        found = {"id": objective["id"], "rating": rated.get("rating", "U")}
        if objective["step"] in took:
            found["took"] = duration.show(took[objective["step"]])
        if rated.get("note"):
            found["note"] = rated["note"]
        yield found


def reached(values: Iterable[Mapping[str, Any]]) -> dict[str, timedelta]:
    """The time of the drill at which each step was first done."""
    found: dict[str, timedelta] = {}
    for value, at in timed(values):
        if value["kind"] == "done":
            found.setdefault(str(value["step"]), at - at % timedelta(seconds=1))
    return found


def finished(journal: Journal) -> bool:
    """Whether a journal has a start and an end, so that a record can be derived from it."""
    kinds = [each.kind for each in journal.entries]
    return kinds[:1] == ["start"] and any(kind in ENDS for kind in kinds)


def differences(record: Mapping[str, Any], journal: Journal) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The places where a record says something else than its journal, each with what the journal says.

    Actions are not compared, nor which action mends a gap: both go on after the drill.
    """
    for key, value in derived(journal, str(record.get("id"))).items():
        if key == "actions":
            continue
        if key == "objectives":
            yield from _apart(record.get(key, []), value)
        elif key == "gaps":
            if [_bare(each) for each in record.get(key, ())] != [_bare(each) for each in value]:
                yield (key,), _shown(value)
        elif record.get(key, False if key == "fictional" else None) != value:
            yield (key,), _shown(value)
    if record.get("fictional") and not journal.entries[0].value.get("fictional"):
        yield ("fictional",), "false"


def _bare(gap: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in gap.items() if key != "action"}


def _apart(said: list[Mapping[str, Any]], derived: list[dict[str, Any]]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if [each["id"] for each in said] != [each["id"] for each in derived]:
        yield ("objectives",), ", ".join(each["id"] for each in derived)
        return
    for index, (one, other) in enumerate(zip(said, derived, strict=True)):
        for key in ("rating", "took", "note"):
            if one.get(key) != other.get(key):
                yield ("objectives", index, *([key] if key in one else [])), f"{key} {other.get(key, 'left out')}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return f"{len(value)} entries" if isinstance(value, list) else str(value)


def entries(journal: Journal | None) -> tuple[Entry, ...]:
    """The entries of a journal that may be missing."""
    return journal.entries if journal else ()
