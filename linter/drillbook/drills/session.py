"""A scenario + what was recorded -> the state of a drill, and the entry that a key adds to it. Pure: the time is given.

The journal is the only memory. Whoever resumes a drill reads it and has the same state as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from drillbook import record
from drillbook.drills.scenario import Inject, Objective, Scenario
from drillbook.duration import show
from drillbook.record import moment, stamp

Values = Sequence[Mapping[str, Any]]


class Phase(StrEnum):
    """Where a drill stands."""

    WAITING = "not started"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class RefusedError(Exception):
    """Why a key does nothing now, in one sentence."""


@dataclass(frozen=True, slots=True)
class State:
    """A drill at a moment: the clock, what was given, and what the players still owe.

    ``clock`` is the time of the drill, without pauses. ``open`` are the expected steps of the injects given so far that are
    neither done nor missed, in the order of the scenario.
    """

    scenario: Scenario
    phase: Phase
    clock: timedelta
    given: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    done: Mapping[str, timedelta] | None = None
    missed: tuple[str, ...] = ()
    hinted: tuple[str, ...] = ()
    aborted: bool = False

    @property
    def now(self) -> Inject | None:
        """The inject that was given last."""
        return self.scenario.inject(self.given[-1]) if self.given else None

    @property
    def next(self) -> Inject | None:
        """The next inject that was neither given nor skipped."""
        gone = {*self.given, *self.skipped}
        return next((each for each in self.scenario.injects if each.id not in gone), None)

    @property
    def due(self) -> bool:
        """Whether the time of the next inject has come."""
        return self.phase is Phase.RUNNING and self.next is not None and self.next.at <= self.clock

    @property
    def open(self) -> tuple[str, ...]:
        """The steps that are expected of the players now."""
        gone = {*(self.done or {}), *self.missed}
        wanted = [step for name in self.given for step in _expected(self.scenario, name)]
        return tuple(step for step in dict.fromkeys(wanted) if step not in gone)

    def took(self, objective: Objective) -> timedelta | None:
        """The time of the drill at which an objective was reached."""
        return (self.done or {}).get(objective.step)


def _expected(scenario: Scenario, name: str) -> tuple[str, ...]:
    inject = scenario.inject(name)
    return inject.expect if inject else ()


def state(scenario: Scenario, values: Values, now: datetime) -> State:
    """What a journal's entries say of a drill at a time."""
    if not values:
        return State(scenario, Phase.WAITING, timedelta())
    last = [each["kind"] for each in values if each["kind"] in ("start", "pause", "resume", *record.ENDS)][-1]
    phase = {"pause": Phase.PAUSED, "end": Phase.ENDED, "abort": Phase.ENDED}.get(last, Phase.RUNNING)
    upto = [each for each in values if each["kind"] not in record.AFTER]
    tick = {"at": stamp(max(now, moment(upto[-1]["at"]))), "kind": "tick"}
    *_, (_, clock) = record.timed([*upto, tick] if phase in (Phase.RUNNING, Phase.PAUSED) else upto)

    def named(kind: str, key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(each[key]) for each in values if each["kind"] == kind))

    done = record.reached(values)
    missed = tuple(each for each in named("missed", "step") if each not in done)
    return State(
        scenario,
        phase,
        clock,
        given=named("inject", "inject"),
        skipped=named("skip", "inject"),
        done=done,
        missed=missed,
        hinted=named("hint", "inject"),
        aborted=last == "abort",
    )


def begin(
    scenario: Scenario, at: datetime, commit: str, teams: Sequence[str], fictional: bool = False
) -> dict[str, Any]:
    """The first entry: what is run, with whom, and what the runbook says at this moment."""
    entry: dict[str, Any] = {
        **_stamped(at, "start"),
        "text": f"{scenario.title}: the clock runs",
        "drill": scenario.id,
        "version": scenario.version,
        "environment": scenario.environment,
        "participants": list(teams),
        "objectives": [{"id": each.id, "step": each.step, "within": show(each.within)} for each in scenario.objectives],
        "shows": list(scenario.shows),
        "pin": {"id": scenario.runbook, "version": scenario.runbook_version, "commit": commit, **scenario.pins},
    }
    return entry | ({"fictional": True} if fictional else {})


def _stamped(at: datetime, kind: str) -> dict[str, Any]:
    return {"at": stamp(at), "recorded_at": stamp(at), "kind": kind}


_WHILE_PAUSED = ("resume", "note", "end", "abort", "contingency")


def act(now: State, kind: str, at: datetime, text: str = "", name: str = "", by: str = "") -> dict[str, Any]:
    """The entry that a key adds; ``name`` is the inject or the step that it is about. Raises RefusedError."""
    if now.phase is Phase.WAITING:
        raise RefusedError("the drill has not started")
    if now.phase is Phase.ENDED:
        raise RefusedError("the drill has ended")
    if now.phase is Phase.PAUSED and kind not in _WHILE_PAUSED:
        raise RefusedError("the clock stands still: go on first")
    if kind == "resume" and now.phase is not Phase.PAUSED:
        raise RefusedError("the clock runs already")
    entry = {**_stamped(at, kind), **_about(now, kind, name)}
    entry["text"] = (text or _words(now, kind, name)).strip() or kind
    return entry | ({"by": by} if by else {})


def _about(now: State, kind: str, name: str) -> dict[str, str]:
    """What an entry is about, where it has to be about something."""
    if kind in ("inject", "skip"):
        if now.scenario.inject(name) is None:
            raise RefusedError(f'there is no inject "{name}"' if name else "there is no inject left")
        if name in (*now.given, *now.skipped):
            raise RefusedError(f'the inject "{name}" was given or skipped already')
        return {"inject": name}
    if kind == "hint":
        inject = now.scenario.inject(name)
        if inject is None or name not in now.given:
            raise RefusedError("there is nothing to give a hint for yet")
        if not inject.hint:
            raise RefusedError(f'the inject "{name}" has no hint')
        return {"inject": name}
    if kind in ("done", "missed"):
        if name not in now.scenario.steps:
            raise RefusedError(f'the runbook has no step "{name}"' if name else "no step is expected now")
        if kind == "missed" and name in (now.done or {}):
            raise RefusedError(f'the step "{name}" was done already')
        return {"step": name}
    return {}


def _words(now: State, kind: str, name: str) -> str:
    """What an entry says when nobody adds a word."""
    inject = now.scenario.inject(name)
    if kind == "inject" and inject:
        return inject.says
    if kind == "hint" and inject:
        return inject.hint
    if kind == "skip":
        return "Left out"
    if kind in ("done", "missed"):
        return f"{now.scenario.steps[name]}: {'they did it' if kind == 'done' else 'they missed it'}"
    return {"pause": "The clock stands still", "resume": "The clock runs again", "end": "The drill is over"}.get(
        kind, ""
    )


def rating(at: datetime, objective: str, letter: str, note: str = "") -> dict[str, Any]:
    """The entry for how an objective went: P, S, M or U."""
    rated = {"id": objective, "rating": letter} | ({"note": note} if note else {})
    return {**_stamped(at, "rating"), "text": f"{objective}: {letter}", "rating": rated}


def gap(at: datetime, kind: str, what: str, step: str = "", action: str = "") -> dict[str, Any]:
    """The entry for what was missing, confusing or wrong."""
    found = {"kind": kind} | ({"step": step} if step else {}) | {"what": what} | ({"action": action} if action else {})
    return {**_stamped(at, "gap"), "text": what, "gap": found}


def action(at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """The entry for what is to be done."""
    return {**_stamped(at, "action"), "text": str(given["do"]), "action": dict(given)}
