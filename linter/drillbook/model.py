"""Checked values -> frozen runbooks, signals and steps. Pure.

A model exists only for a document that satisfies its schema: the functions here trust what they are given. What a draft may
leave out is None or empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from drillbook import duration

Data = Mapping[str, Any]

ACTIONS = ("run", "do", "check", "query", "decide", "wait")
"""What a step may be: one of these keys."""
OUTCOMES = ("restored", "degraded", "not-the-model", "escalated")
"""How a path through a runbook ends."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One side of a signal: a comparison, for how long or how often in a row, and over how many samples at least.

    ``value`` is a number in the signal's unit, two of them for ``between`` and ``outside``, None for ``absent``.
    """

    op: str
    value: float | tuple[float, float] | None = None
    hold: timedelta | None = None
    times: int | None = None
    min_samples: float | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that can be seen: it fires, or it clears, or it is between the two."""

    id: str
    title: str = ""
    source: str = ""
    alert: str = ""
    query: str = ""
    samples: str = ""
    per: tuple[str, ...] = ()
    unit: str = ""
    tier: str = ""
    fires: Threshold | None = None
    clears: Threshold | None = None
    no_data: str = "inconclusive"
    latched: bool = False
    cleared_by: str = ""
    leads_to: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    set_by: Data | None = None
    by: str = ""

    @property
    def human(self) -> bool:
        """A cue that people notice; no query stands behind it."""
        return self.source == "people"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a person does, checks or decides, and where it goes from there."""

    id: str
    title: str
    action: str
    text: str
    phase: str
    by: str = "operations"
    source: str = ""
    state: str = "clears"
    passes: Threshold | None = None
    until: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    within: timedelta | None = None
    takes: timedelta | None = None
    needs: tuple[str, ...] = ()
    precondition: str = ""
    only_if: Data | None = None
    also: tuple[str, ...] = ()
    changes: str = "nothing"
    moves_data: bool = False
    blast_radius: str = ""
    keeps_visibility: bool = True
    compensates: str = ""
    approve_also: tuple[str, ...] = ()
    expect: str = ""
    success: tuple[str, ...] = ()
    then: str = ""
    outcome: str = ""
    if_not: str = ""
    if_unknown: str = ""
    at_most: int = 1
    undo: str = ""
    ramp: tuple[float, ...] = ()
    hold: timedelta | None = None
    fallback: bool = False
    auto: str = ""
    sets: str = ""


@dataclass(frozen=True, slots=True)
class Rollback:
    """The rollback criteria, who decides, the steps, and what proves that it worked."""

    to: Mapping[str, str]
    when_all: bool
    when: tuple[str, ...]
    unless: tuple[str, ...]
    by: str
    decide_within: timedelta
    steps: tuple[str, ...]
    verify: tuple[str, ...]
    hold: timedelta
    give_up_after: timedelta
    later: tuple[str, ...]
    if_unavailable: str
    if_inconclusive: str
    if_failed: str


@dataclass(frozen=True, slots=True, eq=False)
class Runbook:
    """A runbook's effective values; ``data`` holds all of them, the fields those that are computed with.

    It is only equal to itself, so that what is found out about it can be kept.
    """

    id: str
    title: str
    summary: str
    version: str
    status: str
    owner: str
    signals: tuple[Signal, ...]
    steps: tuple[Step, ...]
    rollback: Rollback | None
    data: Data

    def step(self, name: str) -> Step | None:
        """The step with an id."""
        return next((step for step in self.steps if step.id == name), None)

    def signal(self, name: str) -> Signal | None:
        """The signal with an id."""
        return next((signal for signal in self.signals if signal.id == name), None)


def runbook(effective: Data, steps: Sequence[tuple[Data, str]]) -> Runbook:
    """The model of effective front matter and step blocks (each with the H2 section it stands in)."""
    rollback = effective.get("rollback")
    return Runbook(
        id=effective["id"],
        title=effective["title"],
        summary=effective["summary"],
        version=effective["version"],
        status=effective["status"],
        owner=effective["owner"],
        signals=tuple(_signal(signal) for signal in effective.get("signals", ())),
        steps=tuple(_step(step, phase) for step, phase in steps),
        rollback=_rollback(rollback) if rollback and rollback.get("applicable", True) else None,
        data=effective,
    )


def _length(text: str | None) -> timedelta | None:
    return None if text is None else duration.parse(text)


def _threshold(data: Data | None) -> Threshold | None:
    if data is None or "op" not in data:
        return None
    value = data.get("value")
    return Threshold(
        op=data["op"],
        value=(value[0], value[1]) if isinstance(value, list) else value,
        hold=_length(data.get("for")),
        times=data.get("times"),
        min_samples=data.get("min_samples"),
    )


def _signal(data: Data) -> Signal:
    plain = (
        "id",
        "title",
        "source",
        "alert",
        "query",
        "samples",
        "unit",
        "tier",
        "no_data",
        "latched",
        "cleared_by",
        "by",
    )
    return Signal(
        **{key: data[key] for key in plain if key in data},
        per=tuple(data.get("per", ())),
        fires=_threshold(data.get("fires")),
        clears=_threshold(data.get("clears")),
        leads_to=data.get("leads_to", ""),
        links={key: data[key] for key in ("dashboard", "logs", "traces") if key in data},
        set_by=data.get("set_by"),
    )


def _step(data: Data, phase: str) -> Step:
    plain = [
        "id",
        "title",
        "by",
        "source",
        "until",
        "answers",
        "precondition",
        "only_if",
        "changes",
        "moves_data",
        "blast_radius",
        "keeps_visibility",
        "compensates",
        "expect",
        "then",
        "outcome",
        "if_not",
        "if_unknown",
        "at_most",
        "undo",
        "fallback",
        "auto",
        "sets",
    ]
    lists = ("needs", "also", "approve_also", "success", "ramp")
    action = next((name for name in ACTIONS if name in data), "")
    text = data.get(action, "")
    within = data.get("within", text if action == "wait" else None)
    given: dict[str, Any] = {key: data[key] for key in plain if key in data}
    given |= {key: tuple(data[key]) for key in lists if key in data}
    return Step(
        **given,
        action=action,
        text="\n".join(text) if isinstance(text, list) else text,
        phase=phase,
        state=data.get("is", "clears"),
        passes=_threshold(data.get("passes")),
        within=_length(within),
        takes=_length(data.get("takes")),
        hold=_length(data.get("hold")),
    )


def _rollback(data: Data) -> Rollback:
    when, verify, decide = data.get("when", {}), data.get("verify", {}), data.get("decide", {})
    return Rollback(
        to=data.get("to", {}),
        when_all="all" in when,
        when=tuple(when.get("all", when.get("any", ()))),
        unless=tuple(when.get("unless", ())),
        by=decide.get("by", ""),
        decide_within=_length(decide.get("within")) or timedelta(),
        steps=tuple(data.get("steps", ())),
        verify=tuple(verify.get("all", ())),
        hold=_length(verify.get("hold")) or timedelta(),
        give_up_after=_length(verify.get("give_up_after")) or timedelta(),
        later=tuple(verify.get("later", ())),
        if_unavailable=data.get("if_unavailable", ""),
        if_inconclusive=data.get("if_inconclusive", ""),
        if_failed=data.get("if_failed", ""),
    )
