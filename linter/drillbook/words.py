"""Values of the contract -> the words that people read for them. Pure; plain text, nothing escaped."""

from __future__ import annotations

from datetime import timedelta
from math import isinf

from drillbook import duration
from drillbook.model import Signal, Threshold

_MINUS = "\N{MINUS SIGN}"
_UNITS = {
    "ratio": "",
    "ratio_delta": "",
    "score": "",
    "count": "",
    "percent": " %",
    "seconds": " s",
    "milliseconds": " ms",
    "microseconds": " µs",
    "bytes": " bytes",
    "mebibytes": " MiB",
    "per_second": " per second",
    "per_minute": " per minute",
    "per_hour": " per hour",
    "stddev": " standard deviations",
    "usd": " USD",
    "eur": " EUR",
    "days": " days",
}
UNITS = {
    "ratio": "share, 0.05 is 5 %",
    "ratio_delta": "difference of two shares, 0.01 is one percentage point",
    "percent": "percent",
    "stddev": "standard deviations",
    "per_second": "per second",
    "per_minute": "per minute",
    "per_hour": "per hour",
    "usd": "US dollars",
    "eur": "euros",
}
"""Units that are said in other words than their name."""
_ONE = {"bytes": " byte", "stddev": " standard deviation", "days": " day"}
_OPERATORS = {
    "lt": "below",
    "lte": "at or below",
    "gt": "above",
    "gte": "at or above",
    "eq": "at exactly",
    "ne": "at anything but",
}
NO_DATA = {
    "fires": "No value at all fires.",
    "ok": "No value at all is fine.",
    "inconclusive": "No value at all is inconclusive.",
}


def counted(number: int, word: str, words: str = "") -> str:
    """``1 gap``, ``2 gaps``."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"


def number(value: float) -> str:
    """``-0.04`` as −0.04, ``10000`` as 10,000 and ``1.0`` as 1."""
    if isinf(value):
        return "infinite" if value > 0 else f"{_MINUS}infinite"
    shown = f"{int(value):,}" if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    return shown.replace("-", _MINUS)


def quantity(value: float, unit: str) -> str:
    """A number with its unit: ``0.35 s``."""
    if abs(value) == 1 and unit in _ONE:
        return number(value) + _ONE[unit]
    return number(value) + _UNITS.get(unit, f" {unit}" if unit else "")


def comparison(signal: Signal, side: Threshold) -> str:
    """``below −0.03``."""
    if isinstance(side.value, tuple):
        low, high = side.value
        if side.op == "outside":
            where = f"below {number(low)} or above {quantity(high, signal.unit)}"
        else:
            where = f"from {number(low)} to {quantity(high, signal.unit)}"
    elif side.value is None:
        where = "when there is no value"
    else:
        where = f"{_OPERATORS[side.op]} {quantity(side.value, signal.unit)}"
    return where


def threshold(signal: Signal, side: Threshold) -> str:
    """``below −0.03 for 30m, with at least 500 samples``."""
    words = [comparison(signal, side)]
    if side.hold:
        words.append(f"for {duration.show(side.hold)}")
    if side.times:
        words.append(f"{side.times} times in a row")
    if side.min_samples is not None:
        words[-1] += ","
        words.append(f"with at least {number(side.min_samples)} samples")
    return " ".join(words)


def fires(signal: Signal) -> str:
    """When a signal fires, as the end of a sentence; empty where nothing was written."""
    return threshold(signal, signal.fires) if signal.fires else ""


def clears(signal: Signal) -> str:
    """When a signal clears, as the end of a sentence; empty where nothing was written."""
    if signal.latched and signal.cleared_by:
        return f"never by itself, only by the step {signal.cleared_by}"
    return threshold(signal, signal.clears) if signal.clears else ""


def length(value: timedelta | None) -> str:
    """A duration as written on a page, or an empty text."""
    return duration.show(value) if value is not None else ""
