"""The text of a recorded sequence -> the entries of a drill, as if somebody had pressed the keys. Pure.

A recorded sequence is a YAML file: ``drill``, ``started``, ``participants``, ``entries`` (each with ``after``, the time since
the start, ``kind``, and what the kind needs), and of an older runbook its ``pin``. What is made from it is
marked as fictional.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from drillbook import duration, validation
from drillbook.drills import session
from drillbook.drills.scenario import Scenario
from drillbook.drills.session import RefusedError
from drillbook.record import AFTER, ENDS, moment

_KEYS = ("after", "kind", "text", "by", "inject", "step", "objective", "rating", "note", "gap", "action")


def pinned(scenario: Scenario, given: Mapping[str, Any]) -> Scenario:
    """Scenario and runbook as they were when the sequence was recorded. Raises RefusedError."""
    version = given.get("version", scenario.version)
    if version != scenario.version:
        if not validation.is_semver(str(version)):
            raise RefusedError('"version" is none of three numbers in quotes such as "1.0.0"')
        scenario = replace(scenario, version=version, shows=())  # nobody knows which values an older one showed
    pin = given.get("pin")
    if pin is None:
        return scenario
    if not validation.holds(("common#/$defs/pin",), pin) or pin["id"] != scenario.runbook:
        raise RefusedError(f'"pin" is none of the runbook "{scenario.runbook}"')
    known = {step: scenario.steps.get(step, step) for step in pin["steps"]}
    pins = {"steps": pin["steps"], "signals": pin.get("signals", {})}
    return replace(scenario, runbook_version=pin["version"], pins=pins, steps=known)


def begun(scenario: Scenario, given: Mapping[str, Any]) -> datetime:
    """When the recorded drill started. Raises RefusedError where the sequence is none of this drill."""
    if given.get("drill") != scenario.id:
        raise RefusedError(f'it was recorded for the drill "{given.get("drill")}", not for "{scenario.id}"')
    if not validation.is_time(str(given.get("started"))):
        raise RefusedError('"started" is no time in UTC such as 2026-10-08T09:00:00Z')
    return moment(given["started"])


def play(scenario: Scenario, given: Mapping[str, Any], add: Callable[[Mapping[str, Any]], object], commit: str) -> None:
    """Give every entry of a sequence to ``add``, in order. Raises RefusedError at the first that cannot be."""
    start = begun(scenario, given)
    teams = given.get("participants", list(scenario.teams))
    values: list[Mapping[str, Any]] = []

    def keep(value: Mapping[str, Any]) -> None:
        add(value)
        values.append(value)

    keep(session.begin(scenario, start, str((given.get("pin") or {}).get("commit", commit)), teams, fictional=True))
    last = timedelta()
    for number, entry in enumerate(given.get("entries") or (), start=1):
        try:
            last = _after(entry, last)
            keep(_entry(session.state(scenario, values, start + last), entry, start + last))
        except RefusedError as error:
            raise RefusedError(f"entry {number}: {error}") from error
    if not any(value["kind"] in ENDS for value in values):
        raise RefusedError("it has no end, expected an entry of the kind end or abort")


def _after(entry: object, last: timedelta) -> timedelta:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("kind"), str):
        raise RefusedError("expected {after: 8m, kind: inject, inject: page}")
    unknown = next((str(key) for key in entry if key not in _KEYS), "")
    if unknown:
        raise RefusedError(f'unknown key "{unknown}"')
    after = duration.parse(str(entry["after"])) if "after" in entry else last
    if after is None or after < last:
        raise RefusedError(
            f'"after" is {entry.get("after")}, expected a time since the start that is not before the last'
        )
    return after


def _entry(now: session.State, entry: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    kind = entry["kind"]
    if kind in AFTER:
        if now.phase is not session.Phase.ENDED:
            raise RefusedError(f'"{kind}" comes after the end')
        return _asked(kind, entry, at)
    about = str(entry.get("inject", entry.get("step", "")))
    return session.act(now, kind, at, str(entry.get("text", "")), about, str(entry.get("by", "")))


def _asked(kind: str, entry: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    if kind == "rating":
        return session.rating(at, str(entry.get("objective")), str(entry.get("rating")), str(entry.get("note", "")))
    said = entry.get(kind)
    if not isinstance(said, Mapping):
        raise RefusedError(f'"{kind}" holds no keys')
    if kind == "gap":
        words = {key: str(said[key]) for key in ("kind", "what", "step", "action") if key in said}
        if "kind" not in words or "what" not in words:
            raise RefusedError('a gap needs "kind" and "what"')
        return session.gap(at, **words)
    if "do" not in said:
        raise RefusedError('an action needs "do"')
    return session.action(at, said)
