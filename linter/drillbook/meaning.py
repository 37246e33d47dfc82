"""Two states of a runbook, by their effective values -> what changed, in words, and how big a version that asks for. Pure.

Major: a threshold, a decision, an authority or the rollback. Minor: a step, or what surrounds one. Patch: wording. What a default
changes counts as much as what the runbook itself says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from drillbook import duration, words
from drillbook.model import Rollback, Runbook, Signal, Step
from drillbook.repository import Repository

LEVELS = ("patch", "minor", "major")
_MAJOR = ("authority", "roles")
_MINOR = (
    *("components", "environments", "inputs", "objectives", "severity", "escalation", "communication"),
    *("evidence", "governance", "postmortem", "owners", "drills"),
)
_APART = ("signals", "rollback", "version", "changelog", "review", "waivers", "schema", "id", "status")
"""What is looked at by itself, or says nothing of what one does."""
_SIGNAL_MAJOR = ("source", "query", "samples", "per", "unit", "tier", "no_data", "latched", "cleared_by", "alert")
_STEP_MAJOR = ("changes", "approve_also", "moves_data", "answers")
_STEP_PATCH = ("title", "expect", "compensates", "blast_radius", "takes")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different: the ``level`` that it asks for, and the ``words`` for a reviewer."""

    level: str
    words: str


def changes(before: Runbook, after: Runbook) -> tuple[Change, ...]:
    """What is different, the biggest first, otherwise in the order of the runbook. Prose between the steps is not looked at."""
    found = [
        *_signals(before, after),
        *_rollback(before, after),
        *_steps(before, after),
        *_rest(before.data, after.data),
    ]
    return tuple(sorted(found, key=lambda change: -LEVELS.index(change.level)))


def level(found: tuple[Change, ...]) -> str:
    """The biggest level of some changes; a patch where there is none to name."""
    return max((change.level for change in found), key=LEVELS.index, default="patch")


def bumped(version: str, size: str) -> str:
    """The next version of a size: ``2.1.3`` and minor is ``2.2.0``."""
    major, minor, patch = (int(part) for part in version.split("."))
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0"}.get(size, f"{major}.{minor}.{patch + 1}")


def step_of(old: str, new: str) -> str:
    """How big the step between two versions is; empty where the new one is not larger."""
    a, b = ([int(part) for part in each.split(".")] for each in (old, new))
    if b <= a:
        return ""
    return "major" if b[0] > a[0] else "minor" if b[1] > a[1] else "patch"


def _signals(before: Runbook, after: Runbook) -> Iterator[Change]:
    old = {signal.id: signal for signal in before.signals}
    for signal in after.signals:
        was = old.pop(signal.id, None)
        if was is None:
            fires = f", fires {words.fires(signal)}" if signal.fires else ""
            yield Change("major", f"{signal.id} is a new signal{fires}")
        else:
            yield from _signal(was, signal)
    yield from (Change("major", f"{name} is no signal any more") for name in old)


def _signal(was: Signal, now: Signal) -> Iterator[Change]:
    for verb, side in (("fires", words.fires), ("clears", words.clears)):
        if side(was) != side(now):
            yield Change("major", f"{now.id} {verb} {side(now) or 'never'}, was {side(was) or 'never'}")
    for key in _SIGNAL_MAJOR:
        a, b = getattr(was, key), getattr(now, key)
        if a != b and (key != "cleared_by" or was.latched == now.latched):
            yield Change("major", f"{now.id} {_named(key, a, b)}")
    if was.leads_to != now.leads_to:
        yield Change("minor", f"{now.id} leads to {now.leads_to or 'nothing'}, was {was.leads_to or 'nothing'}")
    if was.title != now.title or was.links != now.links or was.set_by != now.set_by:
        yield Change("patch", f"{now.id} is described in other words")


def _rollback(before: Runbook, after: Runbook) -> Iterator[Change]:
    was, now = before.rollback, after.rollback
    if was is None or now is None:
        if (was is None) != (now is None):
            yield Change("major", "there is a rollback now" if now else "there is no rollback any more")
        return
    for each in fields(Rollback):
        a, b = getattr(was, each.name), getattr(now, each.name)
        if a != b:
            yield Change("major", f"rollback {_named(each.name, a, b)}")


def _steps(before: Runbook, after: Runbook) -> Iterator[Change]:
    old = {step.id: step for step in before.steps}
    kept = [step.id for step in after.steps if step.id in old]
    if kept != [name for name in old if name in kept]:
        yield Change("minor", "the steps stand in another order")
    for step in after.steps:
        was = old.pop(step.id, None)
        if was is None:
            yield Change("minor", f"{step.id} is a new step: {step.title}")
        else:
            yield from _step(was, step)
    yield from (Change("minor", f"{name} is no step any more") for name in old)


def _step(was: Step, now: Step) -> Iterator[Change]:
    for each in fields(Step):
        a, b = getattr(was, each.name), getattr(now, each.name)
        if a == b or each.name == "action":
            continue
        decides = each.name in _STEP_MAJOR or (each.name == "text" and "decide" in (was.action, now.action))
        size = "major" if decides else "patch" if each.name in _STEP_PATCH else "minor"
        if each.name == "text":
            said = (
                f"the step {now.id} asks another question"
                if now.action == "decide"
                else f"the step {now.id} does something else"
            )
            yield Change(
                size, said if was.action == now.action else f"the step {now.id} is to {now.action}, was to {was.action}"
            )
        else:
            yield Change(size, f"the step {now.id} {_named(each.name, a, b)}")


def _rest(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*after, *before)):
        if key in _APART or before.get(key) == after.get(key):
            continue
        size = "major" if key in _MAJOR else "minor" if key in _MINOR else "patch"
        for path, a, b in _leaves(before.get(key), after.get(key), key):
            yield Change(size, _named(path, a, b))


def _leaves(a: object, b: object, path: str) -> Iterator[tuple[str, object, object]]:
    """Where two values differ, as deep as mappings reach."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in dict.fromkeys((*b, *a)):
            if a.get(key) != b.get(key):
                yield from _leaves(a.get(key), b.get(key), f"{path}.{key}")
    else:
        yield path, a, b


def _named(key: str, a: object, b: object) -> str:
    """``unit is seconds, was ratio``; of long texts only that they changed."""
    shown = [_shown(each) for each in (b, a)]
    if any(len(each) > 80 for each in shown):
        return f"{key.replace('_', ' ')} changed"
    return f"{key.replace('_', ' ')} is {shown[0]}, was {shown[1]}"


def _shown(value: object) -> str:
    if value is None or value in ("", (), [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return duration.show(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_shown(each)}" for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_shown(each) for each in value)
    return str(value)


def of(name: str, before: Repository, now: Repository) -> tuple[Change, ...]:
    """What changed in a runbook between two repositories, that it came or went included; nothing where it cannot be read."""
    was, here = before.runbook(name), now.runbook(name)
    if was is None or here is None:
        return (Change("major", "a new runbook" if here else "the runbook is gone"),) if was or here else ()
    old, new = before.model(was), now.model(here)
    if old is None or new is None:
        broken = "now" if new is None else "then"
        return (
            ()
            if was.data == here.data
            else (Change("major", f"it breaks the contract {broken}: what changed cannot be told"),)
        )
    found = changes(old, new)
    if not found and was.data != here.data and old.version == new.version:
        return (Change("patch", "the prose changed"),)
    return found
