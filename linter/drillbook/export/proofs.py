"""A signal -> unit tests for ``promtool test rules`` that show when its alert starts, goes on and ends. Pure.

The tests give values to the recorded series that the alert reads, one evaluation after the other: on the side of fires,
between the two sides, on the side of clears, too few samples, no data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from drillbook import duration
from drillbook.contract import compares, evaluations
from drillbook.environment import Environment
from drillbook.export.alerts import recorded, rules
from drillbook.model import Runbook, Signal, Threshold

MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many evaluations with one value and one number of samples; None where there is none."""

    count: int
    value: float | None
    samples: float | None = MANY


@dataclass(frozen=True, slots=True)
class Case:
    """What happens, and whether the alert is on at some of the evaluations, counted from zero."""

    name: str
    stretches: tuple[Stretch, ...]
    on: Mapping[int, bool]


def tests(runbook: Runbook, signal: Signal, environment: Environment, site: str) -> list[dict[str, Any]]:
    """The entries of a test file's ``tests`` for one signal that is exported."""
    rule = rules(runbook, signal, environment, site)[-1]
    interval = environment.interval(signal)
    return [_written(runbook, signal, rule, case, interval) for case in cases(signal, interval)]


def cases(signal: Signal, interval: timedelta) -> Iterator[Case]:
    """What is shown of a signal; a case whose value does not exist is left out."""
    bad, good, between = _value(signal, "fires"), _value(signal, "clears"), _between(signal)
    need, rest = evaluations(signal.fires, interval), evaluations(signal.clears, interval)
    many = _samples(signal)
    starts = Stretch(need + 1, bad, many)
    if bad is None or signal.fires is None:
        return
    yield Case("fires", (Stretch(need, bad, many),), {need - 1: True, **({need - 2: False} if need > 1 else {})})
    least = signal.fires.min_samples
    if least is not None:
        yield Case("too few samples never start it", (Stretch(need + 5, bad, least - 1),), {need + 4: False})
    if between is not None:
        yield Case("between the two it does not start", (Stretch(need + 5, between, many),), {need + 4: False})
    yield Case("no data", (Stretch(need + 5, None, None),), {need + 4: signal.no_data == "fires"})
    if signal.latched or signal.clears is None:
        return
    if good is not None:
        ends = {need + rest - 1: True, need + rest: False} if rest > 1 else {need + rest: False}
        yield Case("recovered", (starts, Stretch(rest + 1, good, many)), ends)
        least = signal.clears.min_samples
        if least is not None:
            after = Stretch(rest + 5, good, least - 1)
            yield Case("too few samples do not end it", (starts, after), {need + rest + 5: True})
    if between is not None:
        yield Case("between the two it goes on", (starts, Stretch(rest + 5, between, many)), {need + rest + 5: True})
    gone = Stretch(rest + 5, None, None)
    yield Case("the series is gone", (starts, gone), {need + rest + 5: signal.no_data != "ok"})


def _written(
    runbook: Runbook, signal: Signal, rule: Mapping[str, Any], case: Case, interval: timedelta
) -> dict[str, Any]:
    labels = dict.fromkeys(signal.per, "x")
    alert = {"exp_labels": {**labels, **rule["labels"]}, "exp_annotations": _expanded(rule["annotations"])}
    if case.name == "no data" and signal.per:
        alert = {**alert, "exp_labels": dict(rule["labels"])}  # nothing at all has no labels
    inner = ", ".join(f'{label}="x"' for label in signal.per)
    series = [(what, [(each.count, getattr(each, what)) for each in case.stretches]) for what in ("value", "samples")]
    return {
        "name": f"{signal.id}: {case.name}",
        "interval": duration.show(interval),
        "input_series": [
            {"series": f"{recorded(runbook, signal, what)}{{{inner}}}", "values": _values(counted)}
            for what, counted in series
            if any(number is not None for _, number in counted)
        ],
        "alert_rule_test": [
            {"eval_time": duration.show(at * interval), "alertname": signal.alert, "exp_alerts": [alert] if on else []}
            for at, on in sorted(case.on.items())
        ],
    }


def _expanded(annotations: Mapping[str, str]) -> dict[str, str]:
    return {name: text.replace('{{ "{{" }}', "{{") for name, text in annotations.items()}


def _values(counted: Sequence[tuple[int, float | None]]) -> str:
    """In promtool's notation: ``0.5x9`` is ten times 0.5; a series that ends is stale from then on."""
    words: list[str] = []
    for count, number in counted:
        if number is not None:
            words.append(f"{number!r}x{count - 1}" if count > 1 else f"{number!r}")
        else:
            words += ["stale"] if words else ["_"]
            words += [f"_x{count - 1}"] if count > 1 else []
    return " ".join(words)


def _samples(signal: Signal) -> float:
    least = [side.min_samples or 0 for side in (signal.fires, signal.clears) if side is not None]
    return max([MANY, *least])


def _value(signal: Signal, side: str) -> float | None:
    """A value that is on one side and not on the other, None where there is none or no value is what is asked for."""
    threshold: Threshold | None = getattr(signal, side)
    other = signal.clears if side == "fires" else signal.fires
    if threshold is None or threshold.op == "absent":
        return None
    found = (each for each in _candidates(signal) if compares(each, threshold))
    return next((each for each in found if other is None or not compares(each, other)), None)


def _between(signal: Signal) -> float | None:
    """A value on neither side."""
    sides = [side for side in (signal.fires, signal.clears) if side is not None]
    if len(sides) < 2 or any(side.op == "absent" for side in sides):
        return None
    return next((each for each in _candidates(signal) if not any(compares(each, side) for side in sides)), None)


def _candidates(signal: Signal) -> list[float]:
    """The bounds of both sides, what lies between them, and what lies beyond."""
    bounds: set[float] = set()
    for side in (signal.fires, signal.clears):
        value = side.value if side is not None else None
        bounds |= set(value) if isinstance(value, tuple) else {value} if value is not None else set()
    known = sorted(float(each) for each in bounds)
    if not known:
        return []
    middles = [(low + high) / 2 for low, high in pairwise(known)]
    width = max(1.0, abs(known[0]), abs(known[-1]))
    return [*middles, *known, known[0] - width, known[-1] + width]
