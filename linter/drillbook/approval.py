"""A runbook and a step -> which team runs it and which teams approve it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from drillbook.model import Runbook, Step


@dataclass(frozen=True, slots=True)
class Approval:
    """Teams by name, ``owner`` resolved. ``kinds`` are the keys of ``authority.approve`` that count for the step."""

    runner: str
    approvers: frozenset[str]
    kinds: tuple[str, ...]


def team(runbook: Runbook, name: str) -> str:
    """The team that a name stands for."""
    return runbook.owner if name == "owner" else name


def approval(runbook: Runbook, step: Step) -> Approval | None:
    """Who runs and approves a step; None where nobody has to approve it, or a draft does not say yet who does."""
    kinds = ((step.changes,) if step.changes != "nothing" else ()) + (("data_movement",) if step.moves_data else ())
    if not kinds:
        return None
    approve = runbook.data.get("authority", {}).get("approve", {})
    if any(kind not in approve for kind in kinds):
        return None
    names = [*step.approve_also, *(name for kind in kinds for name in approve[kind])]
    runner = runbook.data.get("roles", {}).get(step.by, "")
    return Approval(team(runbook, runner), frozenset(team(runbook, name) for name in names), kinds)
