"""A tabletop drill and the time of its clock -> what ``drillbook check`` answers from, so that the players can look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from drillbook import duration, journal
from drillbook.cli import stop
from drillbook.drills import session
from drillbook.drills.scenario import NotReadyError, Scenario, scenario
from drillbook.drills.session import Phase
from drillbook.model import Runbook
from drillbook.probes import fixtures
from drillbook.repository import Repository
from drillbook.suggest import hint

RECORDS = Path("drills", "records")
_BEFORE = timedelta(days=60)
"""The first value of a series held for so long before the drill: longer than any threshold looks back."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The values of a drill, the time that its clock shows, and what people notice then."""

    replay: fixtures.Replay
    environment: str
    begun: datetime
    clock: timedelta | None
    values: Mapping[str, Sequence[Mapping[str, Any]]]

    def now(self) -> datetime:
        """The time to look at: that of the clock, or now."""
        return self.begun + self.clock if self.clock is not None else datetime.now(UTC).replace(microsecond=0)

    def noticed(self, cue: str) -> bool | None:
        """What people notice at this time, as far as the scenario says it."""
        passed = [each for each in self.values.get(cue, ()) if _at(each) <= self.now() - self.begun]
        value = passed[-1].get("value") if passed else None
        return None if value is None else bool(value)


def scene(repository: Repository, root: Path, book: Runbook, name: str, clock: timedelta | None) -> Scene:
    """The drill of a runbook at a time of its clock, or at the time of the run that goes on now."""
    known = {document.id: document for document in repository.of("drill")}
    document = known.get(Path(name).stem)
    if document is None:
        stop(f'there is no drill "{name}", {hint(name, known)}')
    try:
        told = scenario(repository, document)
    except NotReadyError as error:
        stop(str(error))
    if told.runbook != book.id:
        stop(f'the drill "{told.id}" is one of {told.runbook}, not of {book.id}')
    values = told.data.get("fixtures")
    if not values:
        stop(f"{document.path}: has no fixtures, so nobody can look; ask the facilitator")
    begun = datetime.now(UTC).replace(microsecond=0) - (clock or timedelta())
    if clock is None:
        begun, clock = _running(told, root)
    record = {signal: _held(entries) for signal, entries in values.items()}
    return Scene(fixtures.reader(record, begun - _BEFORE), told.environment, begun, clock, values)


def _held(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The values with times counted from long before the drill, and the first of each series from there on."""
    found, seen = [], set()
    for entry in sorted(entries, key=_at):
        labels = tuple(sorted(entry.get("labels", {}).items()))
        at = timedelta() if labels not in seen else _BEFORE + _at(entry)
        seen.add(labels)
        found.append({**entry, "at": duration.show(at) if at else "0"})
    return found


def _at(entry: Mapping[str, Any]) -> timedelta:
    return duration.parse(str(entry["at"])) or timedelta()


def _running(told: Scenario, root: Path) -> tuple[datetime, timedelta]:
    """When the run that goes on now would have begun without its pauses, and its clock."""
    now = datetime.now(UTC).replace(microsecond=0)
    for path in sorted((root / RECORDS).glob(f"????-??-??-{told.id}*.jsonl"), reverse=True):
        values = [each.value for each in journal.read(path.read_bytes()).entries]
        state = session.state(told, values, now)
        if path.stem[11:].startswith(told.id) and state.phase in (Phase.RUNNING, Phase.PAUSED):
            return now - state.clock, state.clock
    return stop(f'no run of "{told.id}" goes on now: say the time of its clock with --clock, such as --clock 18m')
