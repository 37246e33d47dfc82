"""A PromQL tree -> the unit of its value, followed from the metrics' names to the top. Pure; unknown stays unknown.

A unit is a quantity and the size of one: a millisecond is (time, 0.001), so that ``* 1000`` on seconds gives milliseconds.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from drillbook.promql import (
    COMPARISONS,
    SETS,
    Aggregate,
    Binary,
    Call,
    Declared,
    Negative,
    Node,
    Query,
    Selector,
    Subquery,
    constant,
)

DAY = 86400.0
MEBI = 1048576.0


@dataclass(frozen=True, slots=True)
class Unit:
    """What a value is: ``quantity`` is time, data, count, usd, eur, share, delta, quotient, or one of them per second.

    A ``quotient`` is one thing divided by another of the same quantity: a share, or a multiple, or one per the other.
    ``counts`` is what the buckets of a histogram count, ``window`` the seconds over which a count was taken, ``metric`` the
    one metric behind it.
    """

    quantity: str
    size: float = 1.0
    counts: str = ""
    window: float = 0.0
    metric: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SUFFIXES = {
    "seconds": Unit("time"),
    "milliseconds": Unit("time", 0.001),
    "millis": Unit("time", 0.001),
    "ms": Unit("time", 0.001),
    "microseconds": Unit("time", 0.000001),
    "days": Unit("time", DAY),
    "bytes": Unit("data"),
    "mebibytes": Unit("data", MEBI),
    "mib": Unit("data", MEBI),
    "ratio": Unit("share"),
    "percent": Unit("share", 0.01),
    "percentage": Unit("share", 0.01),
    "usd": Unit("usd"),
    "dollars": Unit("usd"),
    "eur": Unit("eur"),
    "euros": Unit("eur"),
}
_KNOWN = (
    (r"vllm:(?:kv|gpu|cpu)_cache_usage_perc", Unit("share")),
    (r"sglang:token_usage", Unit("share")),
    (r"nv_gpu_utilization", Unit("share")),
    (r"DCGM_FI_PROF_\w+_ACTIVE", Unit("share")),
    (r"DCGM_FI_DEV_(?:GPU|MEM_COPY|ENC|DEC)_UTIL", Unit("share", 0.01)),
    (r"DCGM_FI_DEV_FB_(?:USED|FREE|TOTAL|RESERVED)", Unit("data", MEBI)),
    (r"nv_\w+_us", Unit("time", 0.000001)),
    (r"\w+_(?:duration|latency)_us", Unit("time", 0.000001)),
    (r"nv_inference_(?:request_success|request_failure|count|exec_count)", Unit("count")),
    (r"vllm:num_requests_(?:running|waiting)", Unit("count")),
)
_EXCEPTIONS = re.compile("|".join(f"({pattern})" for pattern, _ in _KNOWN))
_NO_COUNT = _words(
    "cost costs amount price revenue value sum joules watts energy us ns nanoseconds minutes hours kilobytes "
    "kib mb gb gib score celsius meters cents credits time duration latency sales money perc"
)
"""What stands before ``_total`` where it is no number of things."""

_KEEP = _words(
    "abs ceil floor round clamp clamp_min clamp_max sort sort_desc sort_by_label sort_by_label_desc "
    "label_replace label_join avg_over_time min_over_time max_over_time last_over_time first_over_time "
    "stddev_over_time mad_over_time delta idelta vector scalar"
)
_COUNTS = _words("changes resets count_over_time")
_SAME = _words("sum avg min max topk bottomk limitk limit_ratio quantile stddev")


@lru_cache(maxsize=512)
def of_query(query: Query) -> Unit | None:
    """The unit of a query's value, where the names tell it."""
    return None if query.tree is None else of(query.tree)


def of(node: Node) -> Unit | None:
    """The unit of an expression's value, where the names tell it."""
    if isinstance(node, Selector):
        if node.declared is not None:
            return _said(node.declared)
        return None if node.recorded else _named(node.name)
    if isinstance(node, Subquery):
        return of(node.inner)
    if isinstance(node, Negative):
        return _negative(of(node.inner))
    if isinstance(node, Aggregate):
        return _of_aggregate(node)
    if isinstance(node, Call):
        return _of_call(node)
    if isinstance(node, Binary):
        return _of_binary(node)
    return None


def _negative(unit: Unit | None) -> Unit | None:
    return replace(unit, quantity="delta") if unit and unit.quantity == "share" else unit


def _named(name: str) -> Unit | None:
    if match := _EXCEPTIONS.fullmatch(name):
        return replace(_KNOWN[(match.lastindex or 1) - 1][1], metric=name)
    base, _, last = name.rpartition("_")
    if last in _SUFFIXES and base:
        return replace(_SUFFIXES[last], metric=name)
    below = base.rpartition("_")[2]
    if last == "total" and base and below not in _NO_COUNT:
        return replace(_SUFFIXES.get(below, Unit("count")), metric=name)
    inner = _SUFFIXES.get(below)
    if inner is None:
        return None
    if last == "sum":
        return replace(inner, metric=base)
    if last == "count":
        return Unit("count", metric=base)
    return Unit("count", counts=below, metric=base) if last == "bucket" else None


def _said(declared: Declared) -> Unit:
    """The unit that the data dictionary gives a metric; what a histogram observes stands in its sum and its quantiles."""
    if declared.part == "count":
        return Unit("count", metric=declared.metric)
    if declared.part == "bucket" or (declared.type == "histogram" and not declared.part):  # a native one has no parts
        return Unit("count", counts=declared.unit, metric=declared.metric)
    # The sum of what was observed is no part of the number of observations, though both may be counts.
    return replace(_DECLARED[declared.unit], metric=f"{declared.metric}_sum" if declared.part else declared.metric)


def _of_aggregate(aggregate: Aggregate) -> Unit | None:
    if aggregate.op == "count":
        return Unit("count")
    unit = _mean(aggregate.op, of(aggregate.inner))
    if aggregate.op not in _SAME or unit is None:
        return None
    return None if aggregate.op == "sum" and unit.quantity in _SHARES else unit


def _of_call(call: Call) -> Unit | None:
    if call.name in ("time", "timestamp"):
        return Unit("time")
    if call.name in _COUNTS:
        return Unit("count")
    if call.name == "histogram_quantile" and len(call.args) == 2:
        unit = of(call.args[1])
        return (_SUFFIXES.get(unit.counts) or _DECLARED.get(unit.counts)) if unit else None
    if call.name == "quantile_over_time" and len(call.args) == 2:
        return of(call.args[1])
    unit = _mean(call.name, of(call.args[0])) if call.args else None
    if unit is None:
        return None
    if call.name in ("rate", "irate", "deriv"):
        return _per_second(unit)
    if call.name == "increase":
        argument = call.args[0]
        window = argument.range.total_seconds() if isinstance(argument, Selector) and argument.range else 0.0
        return replace(unit, window=window) if unit.quantity == "count" else unit
    if call.name in ("delta", "idelta"):
        return _negative(unit)
    return unit if call.name in _KEEP else None


def _mean(op: str, unit: Unit | None) -> Unit | None:
    """The mean of counts is a number without a unit: of zeros and ones it is a share."""
    whole = unit is not None and unit.quantity == "count" and not unit.window and not unit.counts
    return Unit("mean") if op in ("avg", "avg_over_time") and whole else unit


_RATES = {quantity: f"{quantity} per second" for quantity in ("time", "data", "usd", "eur")} | {"count": "frequency"}
_TOTALS = {rate: total for total, rate in _RATES.items()}


def _per_second(unit: Unit) -> Unit | None:
    rate = _RATES.get(unit.quantity)
    return None if rate is None else replace(unit, quantity=rate)


def _of_binary(binary: Binary) -> Unit | None:
    left, right = of(binary.left), of(binary.right)
    if binary.op in COMPARISONS:
        return None if binary.flag else left
    if binary.op in SETS:
        return _of_set(binary, left, right)
    first, second = constant(binary.left), constant(binary.right)
    if binary.op in ("+", "-"):
        return _added(binary.op, left if first is None else first, right if second is None else second)
    if binary.op == "*":
        return _times(left, second) if second is not None else _times(right, first)
    if binary.op == "/":
        if second is not None:
            return _times(left, 1 / second if second else None)
        found = _divided(left, right)
        if found and found.quantity == "share" and not _part(binary.left, binary.right):
            return replace(found, quantity="quotient")
        return found
    return None


def _part(left: Node, right: Node) -> bool:
    """Whether the left counts some of what the right counts: the same, under more conditions."""
    if isinstance(left, Binary) and left.op == "or":
        return _part(left.left, right)
    if isinstance(left, Selector) and isinstance(right, Selector):
        bucket = left.name.endswith("_bucket") and right.name == left.name.removesuffix("_bucket") + "_count"
        alike = (left.range, left.moved) == (right.range, right.moved)
        return alike and right.matchers <= left.matchers and (bucket or left.name == right.name)
    if isinstance(left, Aggregate) and isinstance(right, Aggregate):
        return left.op == right.op and left.op in ("sum", "count") and _part(left.inner, right.inner)
    if isinstance(left, Call) and isinstance(right, Call) and left.args and right.args:
        return left.name == right.name and len(left.args) == len(right.args) and _part(left.args[0], right.args[0])
    return False


def _of_set(binary: Binary, left: Unit | None, right: Unit | None) -> Unit | None:
    if binary.op != "or" or left == right or _filler(binary.right):
        return left
    return None


def _filler(node: Node) -> bool:
    """Whether a right side of ``or`` only fills a gap: ``vector(0)``, ``0 * x``."""
    if isinstance(node, Call):
        return node.name == "vector" and constant(node.args[0]) is not None
    return isinstance(node, Binary) and node.op == "*" and 0 in (constant(node.left), constant(node.right))


def _times(unit: Unit | None, factor: float | None) -> Unit | None:
    return None if unit is None or not factor or factor < 0 else replace(unit, size=unit.size / factor)


def _added(op: str, left: Unit | float | None, right: Unit | float | None) -> Unit | None:
    if left is None or right is None:
        return None
    if not isinstance(left, Unit):
        if not isinstance(right, Unit) or right.quantity == "quotient":
            return None
        return right  # 1 - share is a share
    if not isinstance(right, Unit):
        return left if left.quantity != "quotient" else None
    if not math.isclose(left.size, right.size):
        return None
    shares = {"share", "delta", "quotient"}
    if {left.quantity, right.quantity} <= shares:
        return Unit("delta" if op == "-" else "quotient", left.size)
    return left if left.quantity == right.quantity and left.counts == right.counts else None


def _divided(left: Unit | None, right: Unit | None) -> Unit | None:
    if left is None or right is None:
        return None
    size = left.size / right.size
    if left.quantity == right.quantity:
        if left.window != right.window:
            return None
        same = left.metric == right.metric != ""
        return Unit("share" if same and left.quantity in ("count", "frequency") else "quotient", size)
    if right.quantity == "count" and not right.counts and left.quantity in ("time", "data", "usd", "eur"):
        return Unit(left.quantity, size)
    if right.quantity == "frequency" and left.quantity in _TOTALS:
        return Unit(_TOTALS[left.quantity], size)
    return None


_PACES = {"per_second": 1.0, "per_minute": 1 / 60, "per_hour": 1 / 3600}
_SIZES = {
    "seconds": ("time", 1.0),
    "milliseconds": ("time", 0.001),
    "microseconds": ("time", 0.000001),
    "days": ("time", DAY),
    "bytes": ("data", 1.0),
    "mebibytes": ("data", MEBI),
    "usd": ("usd", 1.0),
    "eur": ("eur", 1.0),
    "count": ("count", 1.0),
    **{name: ("frequency", size) for name, size in _PACES.items()},
}
_DECLARED = {
    **{word: Unit(quantity, size) for word, (quantity, size) in _SIZES.items()},
    "ratio": Unit("share"),
    "ratio_delta": Unit("delta"),
    "percent": Unit("share", 0.01),
    "score": Unit("score"),
    "stddev": Unit("stddev"),
}
"""The contract's words for units, which the data dictionary uses."""
_PLAIN = {"mean": "count", "score": "score", "stddev": "stddev"}
"""Numbers without a unit, which a signal may call any of these and a share, and the word for each."""
_SHARES = {"share": 1.0, "delta": 1.0, "quotient": 1.0}


def name(unit: Unit | None) -> str:
    """The contract's word for a unit, or an empty text where it has none: then nothing is certain."""
    if unit is None:
        return ""
    if unit.quantity in _SHARES:
        words = {"share": "ratio", "delta": "ratio_delta", "quotient": "ratio"}
        return words[unit.quantity] if _is(unit.size, 1) else "percent" if _is(unit.size, 0.01) else ""
    if unit.quantity in _PLAIN:
        return _PLAIN[unit.quantity]
    if unit.quantity.endswith("per second"):
        return next((pace for pace, size in _PACES.items() if _is(unit.size, size)), "")
    if unit.quantity == "count" and not _is(unit.size, 1):
        return _pace(unit)
    return next((word for word, (what, size) in _SIZES.items() if what == unit.quantity and _is(unit.size, size)), "")


def _pace(unit: Unit) -> str:
    """The word for a count over a window, scaled: ``increase(x[5m]) * 12`` is per hour."""
    if not unit.window:
        return ""
    return next((pace for pace, size in _PACES.items() if _is(unit.size / unit.window, size)), "")


def _is(size: float, other: float) -> bool:
    return math.isclose(size, other, rel_tol=1e-9)


PACES = frozenset({"count", *_PACES})


def agrees(unit: Unit | None, declared: str) -> bool:
    """Whether a value of this unit may be called what the signal calls it; what is not known may be called anything."""
    word = name(unit)
    if unit is None or not word or word == declared:
        return True
    if unit.quantity in _SHARES:
        return _share_agrees(unit, declared)
    if unit.quantity in _PLAIN:
        return declared in ("ratio", "ratio_delta", "percent", "count", "score", "stddev")
    if declared in ("usd", "eur") and unit.quantity == f"{declared} per second":
        return True  # the contract has no word for money an hour
    if unit.quantity == "time per second":
        return declared in ("ratio", "score", "percent", "count")
    if unit.quantity == "count":
        return declared == _pace(unit) or declared in ("score", "stddev", "usd", "eur")
    return False


def _share_agrees(unit: Unit, declared: str) -> bool:
    plain = _is(unit.size, 1)
    if declared == "score":
        return True
    if declared in ("ratio", "ratio_delta"):
        return plain
    if unit.quantity == "quotient":
        return declared in ("count", "stddev") and plain
    return unit.quantity == "delta" and declared == "stddev"
