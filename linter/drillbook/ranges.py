"""Thresholds and units -> the values that they mean, as intervals, and how these lie to one another. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from drillbook.model import Signal, Threshold


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from ``low`` to ``high``; an open end does not belong to it. Infinite ends are open or closed alike."""

    low: float
    high: float
    open_low: bool = False
    open_high: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is no number in it."""
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def within(self, other: Interval) -> bool:
        """Whether the other holds all of it."""
        low = self.low > other.low or (self.low == other.low and (self.open_low or not other.open_low))
        high = self.high < other.high or (self.high == other.high and (self.open_high or not other.open_high))
        return self.empty or (low and high)


@lru_cache(maxsize=4096)
def reach(side: Threshold) -> tuple[Interval, ...] | None:
    """The values that satisfy a comparison; None where it compares with no number."""
    value = side.value
    if isinstance(value, tuple):
        low, high = value
        if low > high:
            return ()  # the wrong way round: that has its own finding
        if side.op == "outside":
            return Interval(-inf, low, open_high=True), Interval(high, inf, open_low=True)
        return (Interval(low, high),)
    if value is None:
        return None
    match side.op:
        case "lt":
            return (Interval(-inf, value, open_high=True),)
        case "lte":
            return (Interval(-inf, value),)
        case "gt":
            return (Interval(value, inf, open_low=True),)
        case "gte":
            return (Interval(value, inf),)
        case "eq":
            return (Interval(value, value),)
        case "ne":
            return (Interval(-inf, value, open_high=True), Interval(value, inf, open_low=True))
        case _:
            return None


def common(first: Interval, second: Interval) -> Interval:
    """The numbers that are in both."""
    low, high = max(first.low, second.low), min(first.high, second.high)
    return Interval(
        low,
        high,
        any(each.open_low for each in (first, second) if each.low == low),
        any(each.open_high for each in (first, second) if each.high == high),
    )


def overlap(some: Sequence[Interval], others: Sequence[Interval]) -> Interval | None:
    """The first stretch of numbers that are in both."""
    shared = (common(one, other) for one in some for other in others)
    return next((each for each in shared if not each.empty), None)


def touch(some: Sequence[Interval], others: Sequence[Interval]) -> float | None:
    """A number at which the one begins where the other ends."""
    ends = {end for each in some for end in (each.low, each.high)} & {
        end for each in others for end in (each.low, each.high)
    }
    meeting = (
        end
        for end in sorted(ends)
        if any(one.high == end == other.low or one.low == end == other.high for one in some for other in others)
    )
    return next(meeting, None)


_NEVER_BELOW_ZERO = (
    "percent",
    "count",
    "bytes",
    "mebibytes",
    "seconds",
    "milliseconds",
    "microseconds",
    "per_second",
    "per_minute",
    "per_hour",
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_SIGNED = re.compile(
    r"-|\b(?:i?delta|deriv|predict_linear|double_exponential_smoothing|holt_winters|lag|lead|ln|log\w*)\b",
    re.IGNORECASE,
)
_UTILISATION = re.compile(r"\bDCGM_FI_DEV_(?:GPU|MEM_COPY|ENC|DEC)_UTIL\b")
_GROWS = re.compile(r"[*+]|\bsum|\bcount|\bincrease\b")


def possible(signal: Signal) -> Interval | None:
    """The values that a signal can have at all; None where its unit and query do not say.

    A query that subtracts can give less than nothing, whatever its unit is.
    """
    return _possible(signal.unit, signal.query)


@lru_cache(maxsize=4096)
def _possible(unit: str, query: str) -> Interval | None:
    if unit == "ratio":
        return Interval(0, 1)
    if unit == "ratio_delta":
        return Interval(-1, 1)
    if unit not in _NEVER_BELOW_ZERO or not query or _SIGNED.search(_QUOTED.sub("", query)):
        return None
    most = 100 if unit == "percent" and _UTILISATION.search(query) and not _GROWS.search(query) else inf
    return Interval(0, most)
