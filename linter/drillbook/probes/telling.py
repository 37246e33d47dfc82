"""What signals said -> text for a terminal, and plain data for machines. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite, isinf
from typing import Any

from drillbook import duration, words
from drillbook.contract import Judged, State, Truth, Verdict
from drillbook.model import Rollback, Runbook
from drillbook.probes.evaluate import Answer

MARKS = {State.FIRES: "!", State.CLEARS: "+", State.NEITHER: "-", State.INCONCLUSIVE: "?"}
COLOURS = {State.FIRES: "red", State.CLEARS: "green", State.NEITHER: "yellow", State.INCONCLUSIVE: "magenta"}
_SHOWN = 10
"""So many series of one signal are shown; the ones that fire stand first."""
_ORDER = (State.FIRES, State.INCONCLUSIVE, State.NEITHER, State.CLEARS)


@dataclass(frozen=True, slots=True)
class Decision:
    """The rollback at a time: whether its criteria are met, what stands in its way, and what came of it.

    ``missing``: why its target is not there. ``forbidden``: why it may not be done here. ``verdict`` once it was rolled back.
    """

    rollback: Rollback
    met: Truth
    missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    verdict: Verdict | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A runbook, where and when it was asked, and what was said."""

    runbook: Runbook
    environment: str
    at: datetime
    answers: Sequence[Answer]
    unasked: frozenset[str] = field(default_factory=frozenset)
    decision: Decision | None = None

    @property
    def status(self) -> int:
        """0 no signal fires, 1 one does, 3 none does and one is inconclusive. A cue that nobody was asked about is left out.

        Of a rollback: 0 the criteria are not met, or it is verified; 1 they are met, or it failed; 3 that is not known yet.
        """
        if self.decision is not None and self.decision.verdict is not None:
            return {Verdict.VERIFIED: 0, Verdict.FAILED: 1}.get(self.decision.verdict, 3)
        if self.decision is not None:
            return {True: 1, False: 0, None: 3}[self.decision.met]
        found = {each.outcome.state for each in self.answers if each.signal.id not in self.unasked}
        return 1 if State.FIRES in found else 3 if State.INCONCLUSIVE in found else 0

    @property
    def said(self) -> object:
        """What is worth another line when it changes: states and verdicts, not values."""
        decided = self.decision and (self.decision.met, self.decision.verdict)
        return [each.outcome.state for each in self.answers], decided


def text(check: Check) -> Iterator[tuple[str, str]]:
    """Lines, each with its colour or none."""
    runbook = check.runbook
    yield f"{runbook.id} {runbook.version} in {check.environment} at {_time(check.at)}", ""
    for answer in sorted(check.answers, key=lambda each: _rank(each, check)):
        yield "", ""
        yield from _signal(answer, check)
    if check.decision is not None:
        yield "", ""
        yield from _decision(check.decision)


def _rank(answer: Answer, check: Check) -> int:
    """What fires stands first, then what cannot be known; what nobody was asked about stands last."""
    return 9 if answer.signal.id in check.unasked else _ORDER.index(answer.outcome.state)


def _signal(answer: Answer, check: Check) -> Iterator[tuple[str, str]]:
    signal, state = answer.signal, answer.outcome.state
    if signal.id in check.unasked:
        yield f"  ask  {signal.id}: {signal.title}", ""
        return
    yield f"{MARKS[state]} {state:12} {signal.id}: {signal.title}", COLOURS[state]
    if answer.outcome.why and not answer.outcome.series:
        yield f"    {answer.outcome.why}", ""
    ranked = sorted(answer.outcome.series, key=lambda each: (_ORDER.index(each.state), each.labels))
    for each in ranked[:_SHOWN]:
        yield f"    {_series(each, answer)}", ""
    if len(ranked) > _SHOWN:
        yield f"    and {len(ranked) - _SHOWN} more series", ""
    if state is State.FIRES and signal.leads_to:
        yield f"    leads to the step {signal.leads_to}", ""
    if state is State.CLEARS:
        return
    if signal.fires:
        yield f"    fires {words.fires(signal)}", ""
    if signal.clears or signal.latched:
        yield f"    clears {words.clears(signal)}", ""


def _series(each: Judged, answer: Answer) -> str:
    labels = ", ".join(f"{name}={value}" for name, value in each.labels)
    said = [words.quantity(round_to(each.value), answer.signal.unit)] if each.value is not None else []
    if each.samples is not None:
        said.append(f"{words.number(round_to(each.samples))} samples")
    if each.why:
        said.append(each.why)
    if each.value is not None or not each.why:
        since = "since" if each.whole else "since at least"
        said.append(f"{each.state} {since} {_time(each.since)}")
    return f"{labels + ': ' if labels else ''}{', '.join(said)}"


def round_to(value: float, digits: int = 4) -> float:
    """A number with as many digits as people read."""
    return float(f"{value:.{digits}g}") if abs(value) < 10**digits or isinf(value) else float(round(value))


def _decision(decision: Decision) -> Iterator[tuple[str, str]]:
    rollback = decision.rollback
    said = {True: "met", False: "not met", None: "cannot be known: a signal is inconclusive"}[decision.met]
    asked = (" and " if rollback.when_all else " or ").join(rollback.when)
    unless = f", and not {' or '.join(rollback.unless)}" if rollback.unless else ""
    yield f"Rollback criteria: {said} ({asked} fires{unless})", "red" if decision.met else ""
    if decision.verdict is None:
        target = ", ".join(f"{name} to {version}" for name, version in rollback.to.items())
        for why in decision.missing:
            yield f"  not available: {why}; go to the step {rollback.if_unavailable}", "red"
        if not decision.missing:
            yield f"  available: {target}", ""
        for why in decision.forbidden:
            yield f"  not allowed: {why}", "red"
        if decision.met:
            within = duration.show(rollback.decide_within)
            yield f"  {rollback.by.replace('_', ' ')} decides within {within}, then {', '.join(rollback.steps)}", ""
        return
    yield f"  after the rollback: {decision.verdict}", {"verified": "green", "failed": "red"}.get(decision.verdict, "")
    hold = duration.show(rollback.hold)
    if decision.verdict is Verdict.NOT_YET and decision.until is not None:
        waiting = f"{' and '.join(rollback.verify)} {'was' if len(rollback.verify) == 1 else 'were'} clear for {hold}"
        yield f"  verified once {waiting}, at the latest {_time(decision.until)}", ""
    step = {Verdict.FAILED: rollback.if_failed, Verdict.INCONCLUSIVE: rollback.if_inconclusive}.get(decision.verdict)
    if step:
        yield f"  go to the step {step}", ""


def data(check: Check) -> dict[str, Any]:
    """The same for machines; ``schema/check.schema.json`` says what each key means."""
    return {
        "schema": "check/1",
        "runbook": check.runbook.id,
        "version": check.runbook.version,
        "environment": check.environment,
        "at": _iso(check.at),
        "signals": [_signal_data(each, check) for each in check.answers],
        **({"rollback": _decision_data(check.decision)} if check.decision is not None else {}),
    }


def _signal_data(answer: Answer, check: Check) -> dict[str, Any]:
    return {
        "id": answer.signal.id,
        "state": str(answer.outcome.state),
        "asked": answer.signal.id not in check.unasked,
        "unit": answer.signal.unit,
        "why": answer.outcome.why,
        "leads_to": answer.signal.leads_to,
        "series": [
            {
                "labels": dict(each.labels),
                "state": str(each.state),
                "since": _iso(each.since),
                "since_at_least": not each.whole,
                "value": _finite(each.value),
                "samples": _finite(each.samples),
                "why": each.why,
            }
            for each in answer.outcome.series
        ],
    }


def _decision_data(decision: Decision) -> dict[str, Any]:
    return {
        "criteria": {True: "met", False: "not met", None: "inconclusive"}[decision.met],
        "not_available": list(decision.missing),
        "not_allowed": list(decision.forbidden),
        "decides": decision.rollback.by,
        "verdict": str(decision.verdict) if decision.verdict is not None else None,
    }


def targets(rollback: Rollback, components: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Why what one would roll back to is not there, by the catalog."""
    found = []
    for name, wanted in rollback.to.items():
        entry = components.get(name, {})
        version = entry.get("previous_good") if wanted == "previous_good" else wanted
        known = {each.get("version") for each in entry.get("versions", ())} | {entry.get("in_service")}
        if not version:
            found.append(f"{name} has no previous good version in the catalog")
        elif version not in known:
            found.append(f"{name} {version} is not among its versions in the catalog")
    return tuple(found)


def not_allowed(runbook: Runbook, rollback: Rollback, environment: str, allow: str) -> tuple[str, ...]:
    """Why a step of the rollback may not be done in an environment."""
    allowed = {"nothing": ("nothing",), "reversible": ("nothing", "reversible")}.get(allow, ())
    steps = [step for step in (runbook.step(name) for name in rollback.steps) if step is not None]
    return tuple(
        f'the step {step.id} is {step.changes}, and "{environment}" allows {allow}'
        for step in steps
        if allowed and step.changes not in allowed
    )


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _finite(value: float | None) -> float | None:
    """JSON knows no infinite number."""
    return value if value is not None and isfinite(value) else None
