"""Points of a signal -> fires, clears, neither or inconclusive; signals -> rollback criteria met, rollback verified. Pure.

Page, checker, alerts, drills and incidents all ask here, so that a threshold means one thing. Truth has three values: True,
False, and None for "cannot be known". Of several, ``every`` is False as soon as one is False, ``some`` is True as soon as one is
True; otherwise one that is unknown makes the whole unknown (Kleene's logic).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil, isnan

from drillbook.model import Rollback, Signal, Threshold

Truth = bool | None
Labels = tuple[tuple[str, str], ...]
LATCHED = timedelta(hours=24)
"""So far back one looks for an event that does not heal by itself."""
HISTORY = timedelta(hours=1)
"""So much further than its thresholds one looks back on a signal: to say since when, and to know series that vanished."""


class State(StrEnum):
    """What a signal, or one series of it, says at a time."""

    FIRES = "fires"
    CLEARS = "clears"
    NEITHER = "neither"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Point:
    """One evaluation of one series: ``value`` in the signal's unit, None where none came; ``error`` where asking failed."""

    at: datetime
    value: float | None = None
    samples: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """The evaluations of one set of labels, oldest first, one for each interval and none left out."""

    labels: Labels
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one series says at its last point, and ``since`` when without a break; ``whole`` where its beginning was seen.

    ``why`` is the reason for what is inconclusive, or how far a series that does neither is on its way to a side.
    """

    labels: Labels
    state: State
    since: datetime
    whole: bool
    value: float | None
    samples: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a signal says, and each of its series."""

    state: State
    series: tuple[Judged, ...] = ()
    why: str = ""


def every(truths: Iterable[Truth]) -> Truth:
    """Whether all hold: no as soon as one does not, unknown as long as one is."""
    found = set(truths)
    return False if False in found else None if None in found else True


def some(truths: Iterable[Truth]) -> Truth:
    """Whether any holds: yes as soon as one does, unknown as long as one is."""
    found = set(truths)
    return True if True in found else None if None in found else False


def evaluations(threshold: Threshold | None, interval: timedelta) -> int:
    """In how many evaluations in a row a threshold must hold; the first and the last of ``for`` both count."""
    if threshold is None:
        return 1
    if threshold.times is not None:
        return threshold.times
    return ceil(threshold.hold / interval) + 1 if threshold.hold else 1


def needed(signal: Signal, interval: timedelta) -> timedelta:
    """How far back a signal's thresholds look."""
    return (max(evaluations(signal.fires, interval), evaluations(signal.clears, interval)) - 1) * interval


def window(signal: Signal, interval: timedelta) -> timedelta:
    """How far back one has to look to say what a signal says, since when, and which series vanished."""
    return LATCHED if signal.latched else needed(signal, interval) + HISTORY


def judge(point: Point, signal: Signal, side: str) -> tuple[Truth, str]:
    """Whether one evaluation is on a side of a signal, ``fires`` or ``clears``; where that is unknown, why.

    The order is that of the contract: an error, then no value, then too few samples, then the threshold.
    """
    threshold: Threshold | None = getattr(signal, side)
    if point.error:
        return None, point.error
    if threshold is None:
        return False, ""
    value = None if point.value is None or isnan(point.value) else point.value
    if threshold.op == "absent":
        return value is None, ""
    if value is None:
        return (
            (None, "no data")
            if signal.no_data == "inconclusive"
            else ((signal.no_data == "fires") == (side == "fires"), "")
        )
    least = threshold.min_samples
    if least is not None and (point.samples is None or isnan(point.samples) or point.samples < least):
        return None, f"too few samples: {_counted(point.samples)} of {least:g}"
    return compares(value, threshold), ""


def _counted(samples: float | None) -> str:
    return "none" if samples is None or isnan(samples) else f"{samples:g}"


def compares(value: float, threshold: Threshold) -> bool:
    """Whether a value is on the side of a threshold; ``between`` includes both ends, ``outside`` neither."""
    bound = threshold.value
    if isinstance(bound, tuple):
        inside = bound[0] <= value <= bound[1]
        return inside if threshold.op == "between" else not inside
    if bound is None:
        return False
    return {
        "lt": value < bound,
        "lte": value <= bound,
        "gt": value > bound,
        "gte": value >= bound,
        "eq": value == bound,
        "ne": value != bound,
    }[threshold.op]


def held(truths: Sequence[Truth], count: int) -> list[Truth]:
    """At each evaluation, whether something held in the last ``count`` of them; unknown where they reach back too far."""
    found: list[Truth] = []
    no, unknown = -count, -1  # before the beginning nothing is known
    for index, truth in enumerate(truths):
        no = index if truth is False else no
        unknown = index if truth is None else unknown
        first = index - count + 1
        found.append(False if no >= first else None if unknown >= first else True)
    return found


def states(
    signal: Signal, points: Sequence[Point], interval: timedelta, cleared: datetime | None = None
) -> list[State]:
    """What a series says at each of its points. What cannot be judged now is inconclusive, whatever was before."""
    start = [judge(point, signal, "fires")[0] for point in points]
    fires = held(start, evaluations(signal.fires, interval))
    if signal.latched:
        return _latched(points, fires, cleared)
    end = [judge(point, signal, "clears")[0] for point in points]
    clears = held(end, evaluations(signal.clears, interval))
    unknown = [None in each for each in zip(start, end, strict=True)]
    return [_state(*each) for each in zip(fires, clears, unknown, strict=True)]


def _state(fires: Truth, clears: Truth, unknown: bool) -> State:
    if fires:
        return State.FIRES
    if clears:
        return State.CLEARS
    return State.INCONCLUSIVE if unknown or fires is None or clears is None else State.NEITHER


def _latched(points: Sequence[Point], fires: Sequence[Truth], cleared: datetime | None) -> list[State]:
    """An event goes on until it is cleared, whatever the value does meanwhile."""
    found: list[State] = []
    on = False
    for point, now in zip(points, fires, strict=True):
        if cleared is not None and point.at <= cleared:
            on = False  # what came before was dealt with
            found.append(State.FIRES if now else State.INCONCLUSIVE if now is None else State.CLEARS)
            continue
        on = on or now is True
        found.append(State.FIRES if on else State.INCONCLUSIVE if now is None else State.CLEARS)
    return found


def outcome(signal: Signal, series: Sequence[Series], interval: timedelta, cleared: datetime | None = None) -> Outcome:
    """What a signal says: any series that fires wins, then inconclusive, then all clear. Nothing at all follows ``no_data``."""
    judged = tuple(_judged(signal, each, interval, cleared) for each in series if each.points)
    if not judged:
        state = {"ok": State.CLEARS, "fires": State.FIRES}.get(signal.no_data, State.INCONCLUSIVE)
        return Outcome(state, (), "no data")
    state = together(each.state for each in judged)
    wanting = state in (State.FIRES, State.INCONCLUSIVE)
    return Outcome(
        state, judged, next((each.why for each in judged if wanting and each.state is state and each.why), "")
    )


def together(states: Iterable[State]) -> State:
    """Over the series of a signal: any that fires wins, then one that is inconclusive, then all clear."""
    found = set(states)
    for state in (State.FIRES, State.INCONCLUSIVE):
        if state in found:
            return state
    return State.CLEARS if found == {State.CLEARS} else State.NEITHER


def _judged(signal: Signal, series: Series, interval: timedelta, cleared: datetime | None) -> Judged:
    found = states(signal, series.points, interval, cleared)
    first = len(found) - 1
    while first and found[first - 1] is found[-1]:
        first -= 1
    # As if all was before as it was at first: what goes on from there began before anybody looked.
    more = max(evaluations(signal.fires, interval), evaluations(signal.clears, interval)) - 1
    before = states(signal, [series.points[0]] * more + [*series.points], interval, cleared)
    last = series.points[-1]
    return Judged(
        labels=series.labels,
        state=found[-1],
        since=series.points[first].at,
        whole=any(state is not found[-1] for state in before[more:]),
        value=None if last.value is None or isnan(last.value) else last.value,
        samples=None if last.samples is None or isnan(last.samples) else last.samples,
        why=_why(signal, series.points, found[-1], interval),
    )


def _why(signal: Signal, points: Sequence[Point], state: State, interval: timedelta) -> str:
    """What makes a series inconclusive, or how long it has been on its way to a state."""
    if state in (State.FIRES, State.CLEARS):
        return ""
    for side in ("fires", "clears"):
        judged = [judge(point, signal, side) for point in reversed(points)]
        if state is State.INCONCLUSIVE:
            count = evaluations(getattr(signal, side), interval)
            for point, (truth, why) in zip(reversed(points), judged[:count], strict=False):
                if truth is None:
                    return why if point is points[-1] else f"{why}, at {point.at:%H:%M} UTC"
            continue
        run = next((number for number, (truth, _) in enumerate(judged) if not truth), len(judged))
        if run:
            return f"on the side of {side} in {run} of {evaluations(getattr(signal, side), interval)} evaluations"
    return ""


def side_by_side(
    said: Mapping[str, Sequence[tuple[datetime, State]]],
) -> list[tuple[datetime, dict[str, State]]]:
    """What signals said, each at evaluations of its own -> what all of them said at each time, oldest first.

    What a signal says counts until its next evaluation: one that is evaluated more rarely is not unknown in between.
    """
    times = sorted((at, name, state) for name, states in said.items() for at, state in states)
    found: list[tuple[datetime, dict[str, State]]] = []
    for at, name, state in times:
        before = found[-1][1] if found else {}
        if not found or found[-1][0] != at:
            found.append((at, dict(before)))
        found[-1][1][name] = state
    return found


def criteria(rollback: Rollback, signals: Mapping[str, State]) -> Truth:
    """Whether the rollback criteria are met: any or all of ``when`` fire, and none of ``unless``."""
    when = [_fires(signals.get(name)) for name in rollback.when]
    held_back = some(_fires(signals.get(name)) for name in rollback.unless)
    return every((every(when) if rollback.when_all else some(when), None if held_back is None else not held_back))


def _fires(state: State | None) -> Truth:
    return None if state in (None, State.INCONCLUSIVE) else state is State.FIRES


def _clears(state: State | None) -> Truth:
    return None if state in (None, State.INCONCLUSIVE) else state is State.CLEARS


class Verdict(StrEnum):
    """What is known of a rollback after its last step."""

    VERIFIED = "verified"
    NOT_YET = "not yet"
    INCONCLUSIVE = "inconclusive"
    FAILED = "failed"


def verified(
    rollback: Rollback, since: datetime, now: datetime, seen: Sequence[tuple[datetime, Mapping[str, State]]]
) -> Verdict:
    """Whether a rollback that ended at ``since`` is proven at ``now``, by what its signals said, oldest first.

    Verified: all signals of ``verify`` were clear for the whole of ``hold``, none of it before the rollback, all of it before
    ``give_up_after``. When that time is over: failed where a signal does not clear then or did not for the whole of
    ``hold``, inconclusive where that cannot be known.
    """
    deadline = since + rollback.give_up_after
    clear = [
        (at, every(_clears(states.get(name)) for name in rollback.verify))
        for at, states in seen
        if since <= at <= min(now, deadline)
    ]
    begun: datetime | None = None
    for at, truth in clear:
        begun = (begun or at) if truth else None
        if begun is not None and at - begun >= rollback.hold:
            return Verdict.VERIFIED
    if now < deadline:
        return Verdict.NOT_YET
    last = clear[-1][1] if clear else None
    if last is not True:
        return Verdict.INCONCLUSIVE if last is None else Verdict.FAILED
    whole = every(truth for at, truth in clear if at >= deadline - rollback.hold)
    return Verdict.FAILED if whole is False else Verdict.INCONCLUSIVE
