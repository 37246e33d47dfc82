"""A signal -> unit tests for ``promtool test rules`` that show when its alert starts, goes on and ends. Pure.

The tests give values to the recorded series that the alert reads, one evaluation after the other: on the side of fires,
between the two sides, on the side of clears, too few samples, no data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

from drillbook import duration
from drillbook.alerting import LABEL, recorded, rules
from drillbook.contract import LATCHED, compares, evaluations
from drillbook.environment import Environment
from drillbook.model import Runbook, Signal, Threshold

_LABELS = re.compile(re.escape(LABEL.format("NAME")).replace("NAME", r"(\w+)"))
MANY = 1_000_000
LONGEST = 3000
"""So many evaluations a case may have: promtool takes minutes for the two weeks that some alerts go on."""


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

    @property
    def length(self) -> int:
        """Its evaluations."""
        return sum(each.count for each in self.stretches)


def tests(runbook: Runbook, signal: Signal, environment: Environment, site: str) -> list[dict[str, Any]]:
    """The entries of a test file's ``tests`` for one signal that is exported; what would take too long to run is left out."""
    rule = rules(runbook, signal, environment, site)[-1]
    shown = (case for case in cases(signal, environment.interval(signal)) if case.length <= LONGEST)
    return [_written(runbook, signal, rule, case, environment) for case in shown]


def left_out(signal: Signal, environment: Environment) -> list[str]:
    """The cases that ``tests`` leaves out, each with the number of its evaluations."""
    found = (case for case in cases(signal, environment.interval(signal)) if case.length > LONGEST)
    return [f"{signal.id}: {case.name} ({case.length:,} evaluations)" for case in found]


def cases(signal: Signal, interval: timedelta) -> Iterator[Case]:
    """What is shown of a signal, at every bound of its thresholds; a case whose value does not exist is left out."""
    need, rest = evaluations(signal.fires, interval), evaluations(signal.clears, interval)
    many = _samples(signal)
    bad, good, between = _values_of(signal, "fires"), _values_of(signal, "clears"), _between(signal)
    never = {need + 4: False}
    for value in bad:
        yield Case(f"fires at {value:g}", (Stretch(need, value, many),), {need - 1: True, **_before(need)})
    for value in between:
        yield Case(f"does not start at {value:g}", (Stretch(need + 5, value, many),), never)
    least = signal.fires.min_samples if signal.fires is not None else None
    if bad and least is not None:
        yield Case("too few samples never start it", (Stretch(need + 5, bad[0], least - 1),), never)
    missed = signal.no_data == "fires" or (signal.fires is not None and signal.fires.op == "absent")
    yield Case("no data", (Stretch(need + 5, None, None),), {need + 4: missed})
    if bad and signal.latched:
        last = LATCHED // interval + need
        for value in between:
            event = (Stretch(need + 1, bad[0], many), Stretch(LATCHED // interval + 5, value, many))
            yield Case(f"goes on at {value:g} after the event", event, {need + 5: True, last: True, last + 1: False})
    if not bad or signal.latched or signal.clears is None:
        return
    starts, after = Stretch(need + 1, bad[0], many), need + rest + 5
    for value in good:
        ends = {need + rest: False, **({need + rest - 1: True} if rest > 1 else {})}
        yield Case(f"ends at {value:g}", (starts, Stretch(rest + 1, value, many)), ends)
    for value in between:
        yield Case(f"goes on at {value:g}", (starts, Stretch(rest + 5, value, many)), {after: True})
    if good and signal.clears.min_samples is not None:
        few = Stretch(rest + 5, good[0], signal.clears.min_samples - 1)
        yield Case("too few samples do not end it", (starts, few), {after: True})
    gone = Stretch(rest + 5, None, None)
    yield Case("the series is gone", (starts, gone), {after: signal.no_data != "ok"})


def _before(need: int) -> dict[int, bool]:
    return {need - 2: False} if need > 1 else {}


def _written(
    runbook: Runbook, signal: Signal, rule: Mapping[str, Any], case: Case, environment: Environment
) -> dict[str, Any]:
    interval = environment.interval(signal)
    labels = dict.fromkeys(signal.per, "x")
    own = {} if case.name == "no data" else labels  # nothing at all has no labels
    alert = {"exp_labels": {**own, **rule["labels"]}, "exp_annotations": _expanded(rule["annotations"], own)}
    inner = ", ".join(f'{label}="x"' for label in signal.per)
    series = [(what, [(each.count, getattr(each, what)) for each in case.stretches]) for what in ("value", "samples")]
    return {
        "name": f"{signal.id}: {case.name}",
        "interval": duration.show(interval),
        "input_series": [
            {"series": f"{recorded(runbook, signal, environment, what)}{{{inner}}}", "values": _values(counted)}
            for what, counted in series
            if any(number is not None for _, number in counted)
        ],
        "alert_rule_test": [
            {"eval_time": duration.show(at * interval), "alertname": signal.alert, "exp_alerts": [alert] if on else []}
            for at, on in sorted(case.on.items())
        ],
    }


def _expanded(annotations: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """The annotations as Prometheus shows them."""
    found = {}
    for name, text in annotations.items():
        for label in _LABELS.findall(text):
            text = text.replace(LABEL.format(label), quote_plus(labels.get(label, "")))
        found[name] = text.replace('{{ "{{" }}', "{{")
    return found


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


def _values_of(signal: Signal, side: str) -> list[float]:
    """Values on one side and not on the other, beside each bound of that side; none where no value is what is asked for."""
    threshold: Threshold | None = getattr(signal, side)
    other = signal.clears if side == "fires" else signal.fires
    found = []
    for bound in _bounds(threshold):
        on = (each for each in _beside(bound) if threshold is not None and compares(each, threshold))
        found += [next((each for each in on if other is None or not compares(each, other)), None)]
    return list(dict.fromkeys(each for each in found if each is not None))


def _between(signal: Signal) -> list[float]:
    """Values on neither side, beside each bound."""
    sides = [side for side in (signal.fires, signal.clears) if side is not None]
    found = []
    for bound in [bound for side in sides for bound in _bounds(side)]:
        free = (each for each in _beside(bound) if not any(compares(each, side) for side in sides))
        found += [next(free, None)]
    return list(dict.fromkeys(each for each in found if each is not None))


def _bounds(threshold: Threshold | None) -> tuple[float, ...]:
    value = threshold.value if threshold is not None else None
    return value if isinstance(value, tuple) else (value,) if value is not None else ()


def _beside(bound: float) -> tuple[float, float, float]:
    """A bound, and what lies next to it."""
    step = abs(bound) / 1000 or 0.001
    return float(bound), float(f"{bound - step:.12g}"), float(f"{bound + step:.12g}")
