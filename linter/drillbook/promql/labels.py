"""A PromQL tree -> the labels that its series have, and what that means where two sides are matched. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from drillbook.promql import (
    SETS,
    Aggregate,
    Binary,
    Call,
    Declared,
    Matcher,
    Negative,
    Node,
    Number,
    Query,
    Selector,
    Subquery,
    Text,
    walk,
)

Values = frozenset[str] | None
"""What a label may be: one of these texts, or (None) any that is not empty."""
NONE: frozenset[str] = frozenset()
_SCALARS = frozenset({"scalar", "time", "pi"})
_CLOCKS = frozenset(
    {"vector", "hour", "minute", "month", "year", "day_of_week", "day_of_month", "day_of_year", "days_in_month"}
)
_RATES = frozenset({"rate", "irate", "increase"})
_PICKS = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_SCRAPED = ("instance", "job")
_PLAIN = re.compile(r"[\w-]+(?:\|[\w-]+)*")


@dataclass(frozen=True, slots=True)
class Labels:
    """``known`` is all that a series can have, None where that is not known; then it surely lacks ``lacks``.

    ``pinned`` are those that each series has for certain, with what they may be. ``copied`` were set from other labels or from
    the one series of the other side: they tell series nothing apart.
    """

    known: frozenset[str] | None = None
    lacks: frozenset[str] = NONE
    pinned: Mapping[str, Values] = field(default_factory=dict)
    copied: frozenset[str] = NONE

    def may(self, label: str) -> bool:
        """Whether a series can have the label."""
        return label not in self.lacks if self.known is None else label in self.known

    @property
    def several(self) -> frozenset[str]:
        """The known labels by which there can be more than one series: all but those that one value is asked of."""
        return frozenset(each for each in (self.known or NONE) - self.copied if len(self.pinned.get(each) or "  ") > 1)

    def only(self, labels: frozenset[str]) -> Labels:
        """What is left of these labels."""
        pinned = {each: values for each, values in self.pinned.items() if each in labels}
        return Labels(frozenset(each for each in labels if self.may(each)), NONE, pinned)

    def without(self, labels: frozenset[str]) -> Labels:
        """What is left when these labels are dropped."""
        pinned = {each: values for each, values in self.pinned.items() if each not in labels}
        return Labels(None if self.known is None else self.known - labels, self.lacks | labels, pinned)

    def adding(self, labels: frozenset[str], copied: bool = True) -> Labels:
        """With labels that may have been set, or taken away, anew."""
        pinned = {each: values for each, values in self.pinned.items() if each not in labels}
        alike = self.copied | (labels - (self.known or NONE)) if copied else self.copied
        return Labels(None if self.known is None else self.known | labels, self.lacks - labels, pinned, alike)


@dataclass(frozen=True, slots=True)
class Clash:
    """Why two sides never match: a label that one side has and the other has not, or has with other values."""

    label: str
    side: str
    values: bool = False


@dataclass(frozen=True, slots=True)
class Stranger:
    """A label that no series of these metrics has; they have the ``known`` ones."""

    label: str
    metrics: tuple[str, ...]
    known: tuple[str, ...]


@lru_cache(maxsize=512)
def of_query(query: Query) -> Labels | None:
    """The labels of a query's series; None for a single number, and where there is no tree."""
    return None if query.tree is None else of(query.tree)


@lru_cache(maxsize=512)
def strangers(query: Query) -> tuple[Stranger, ...]:
    """The labels in a query that none of the metrics below has, by what the data dictionary says of all of these."""
    if not any(selector.declared for selector, _ in query.selectors):
        return ()
    found: dict[str, Stranger] = {}
    for node, _ in query.nodes:
        for label in _named_labels(node):
            if each := stranger(label, node):
                found.setdefault(label, each)
    return tuple(found.values())


def _named_labels(node: Node) -> tuple[str, ...]:
    """The labels that a node asks of what is below it; ``foo=""`` asks for series without."""
    if isinstance(node, Selector):
        return tuple(sorted(each.label for each in node.matchers if each.op != "=" or each.value))
    if isinstance(node, Aggregate) and node.grouping == "by":
        return tuple(sorted(node.labels))
    return tuple(sorted(node.labels)) if isinstance(node, Binary) and node.matching == "on" else ()


def stranger(label: str, node: Node) -> Stranger | None:
    """A label that no series of an expression has for certain; None where one may have it."""
    metrics: dict[str, Declared] = {}
    for each, _ in walk(node):
        if isinstance(each, Selector):
            if each.declared is None or each.declared.may(label):
                return None
            metrics[each.name] = each.declared
        if isinstance(each, (Call, Aggregate)) and _makes(each, label):
            return None
    known = {name for each in metrics.values() for name in each.labels}
    return Stranger(label, tuple(metrics), tuple(sorted(known))) if metrics else None


def _makes(node: Call | Aggregate, label: str) -> bool:
    """Whether a label is made here, and was on no series before."""
    if isinstance(node, Aggregate):
        return node.op == "count_values" and isinstance(node.param, Text) and node.param.value == label
    if node.name == "info":
        return True
    if node.name not in ("label_replace", "label_join") or len(node.args) < 2:
        return False
    return not isinstance(node.args[1], Text) or node.args[1].value == label


@lru_cache(maxsize=512)
def clashes(query: Query) -> tuple[tuple[Binary, Clash], ...]:
    """Every operator of a query whose sides never match, and why."""
    found = ((node, clash(node)) for node, _ in query.nodes if isinstance(node, Binary))
    return tuple((node, why) for node, why in found if why is not None)


@lru_cache(maxsize=1024)
def of(node: Node) -> Labels | None:
    """The labels of an expression's series; None for a single number. Several rules ask for those of one query, part by part."""
    if isinstance(node, Selector):
        return Labels(pinned=_pinned(node))
    if isinstance(node, (Subquery, Negative)):
        return of(node.inner)
    if isinstance(node, Call):
        return _of_call(node)
    if isinstance(node, Aggregate):
        return _of_aggregate(node)
    if isinstance(node, Binary):
        return _of_binary(node)
    return None


def _pinned(selector: Selector) -> dict[str, Values]:
    if selector.open:
        return {}
    found: dict[str, Values] = {}
    for each in sorted(selector.matchers, key=lambda each: (each.op != "=", each.label, each.value)):
        values = _values(each)
        if each.label not in found and values is not NONE:
            found[each.label] = values
    return found


def _values(matcher: Matcher) -> Values:
    """What a matcher leaves of a label's values; NONE where the label may be missing."""
    if matcher.op == "=" and matcher.value:
        return frozenset({matcher.value})
    if matcher.op == "=~" and _PLAIN.fullmatch(matcher.value):
        return frozenset(matcher.value.split("|"))
    if (matcher.op == "=~" and matcher.value == ".+") or (matcher.op == "!=" and not matcher.value):
        return None
    return NONE


def _of_call(call: Call) -> Labels | None:
    if call.name in _SCALARS:
        return None
    if call.name in ("absent", "absent_over_time"):
        return _of_absent(call)
    inner = next((found for each in call.args if (found := of(each)) is not None), None)
    if call.name in _CLOCKS and inner is None:
        return Labels(NONE)
    if inner is None or call.name == "info":
        return Labels()
    if call.name == "histogram_quantile":
        return inner.without(frozenset({"le"}))
    if call.name in ("label_replace", "label_join"):
        target = call.args[1] if len(call.args) > 1 else None
        return inner.adding(frozenset({target.value})) if isinstance(target, Text) else Labels()
    argument = call.args[0] if call.args else None
    if call.name in _RATES and isinstance(argument, Selector) and not argument.recorded:
        # what is counted was scraped, and every scraped series has these two
        bucket = argument.name.endswith("_bucket") and (argument.declared is None or argument.declared.part == "bucket")
        sure = (*_SCRAPED, "le") if bucket else _SCRAPED
        return Labels(inner.known, inner.lacks, {**dict.fromkeys(sure), **inner.pinned})
    return inner


def _of_absent(call: Call) -> Labels:
    """Those that the selector asks to be equal to something, and no others."""
    inner = call.args[0] if call.args else None
    if not isinstance(inner, Selector):
        return Labels(NONE)
    pinned: dict[str, Values] = {
        each.label: frozenset({each.value}) for each in inner.matchers if each.op == "=" and each.value
    }
    return Labels(frozenset(pinned), NONE, pinned)


def _of_aggregate(aggregate: Aggregate) -> Labels:
    inner = of(aggregate.inner) or Labels()
    if aggregate.op in _PICKS:
        return inner
    drops = aggregate.grouping == "without"
    found = inner.without(aggregate.labels) if drops else inner.only(aggregate.labels)
    if aggregate.op == "count_values":
        return (
            found.adding(frozenset({aggregate.param.value}), copied=False)
            if isinstance(aggregate.param, Text)
            else Labels()
        )
    return found


def _of_binary(binary: Binary) -> Labels | None:
    left, right = of(binary.left), of(binary.right)
    if left is None or right is None:
        return right if left is None else left
    if binary.op == "or":
        return _either(left, right)
    if binary.op in ("and", "unless"):
        return left
    if binary.group:
        many, one = (left, right) if binary.group == "left" else (right, left)
        found = many.adding(binary.extra)
        pinned = {**{k: v for k, v in one.pinned.items() if k in binary.extra}, **found.pinned}
        return Labels(found.known, found.lacks, pinned, found.copied)
    return _both(matched(left, binary), matched(right, binary))


def _either(left: Labels, right: Labels) -> Labels:
    known = None if left.known is None or right.known is None else left.known | right.known
    lacks = frozenset(each for each in left.lacks | right.lacks if not left.may(each) and not right.may(each))
    return Labels(known, lacks, {each: _joined(left, right, each) for each in left.pinned if each in right.pinned})


def _joined(left: Labels, right: Labels, label: str) -> Values:
    first, second = left.pinned[label], right.pinned[label]
    return None if first is None or second is None else first | second


def _both(left: Labels, right: Labels) -> Labels:
    pinned = {**right.pinned, **left.pinned}
    here = right.known if left.known is None else left.known
    if here is None:
        return Labels(None, left.lacks | right.lacks, pinned)
    known = frozenset(each for each in here if left.may(each) and right.may(each))
    return Labels(known, NONE, {each: values for each, values in pinned.items() if each in known})


def matched(labels: Labels, binary: Binary) -> Labels:
    """The labels of a side that must be equal on both sides."""
    if binary.matching == "on":
        return labels.only(binary.labels)
    return labels.without(binary.labels)


def clash(binary: Binary) -> Clash | None:
    """Why no series of the left is matched by one of the right; None where one may be."""
    left, right = of(binary.left), of(binary.right)
    if left is None or right is None or binary.op == "or" or binary.filled:
        return None
    left, right = matched(left, binary), matched(right, binary)
    for side, here, there in (("left", left, right), ("right", right, left)):
        for label, values in here.pinned.items():
            others = there.pinned.get(label)
            if values and others and not values & others:
                return Clash(label, side, values=True)
        sure = [*sorted(here.known or ()), *(each for each in here.pinned if each not in _SCRAPED), *here.pinned]
        # a label that the text names is there: without it the text would not name it
        for label in sure:
            if not there.may(label) and (here.known is not None or label in here.pinned):
                return Clash(label, side)
    return None


def ungrouped(binary: Binary) -> tuple[str, frozenset[str]] | None:
    """The side of which several series meet one of the other, and the labels by which it has them; None where that is said."""
    if binary.group or binary.filled or binary.op in SETS or clash(binary) is not None:
        return None
    for side, node in (("left", binary.left), ("right", binary.right)):
        found, other = of(node), of(binary.right if side == "left" else binary.left)
        if found is None or other is None:
            return None
        buckets = {"le"} if len(found.pinned.get("le", frozenset({""})) or "  ") > 1 else set()
        several = found.several | buckets
        lost = several - binary.labels if binary.matching == "on" else several & binary.labels
        if lost:
            return side, lost
    return None


def same(left: Node, right: Node) -> frozenset[str] | None:
    """None, or: both are the same values, but for the series that conditions on these labels choose."""
    if left == right:
        return NONE
    if isinstance(left, Selector) and isinstance(right, Selector):
        alike = (left.name, left.range, left.moved) == (right.name, right.range, right.moved)
        if not alike or left.open or right.open or not left.name:
            return None
        return frozenset(each.label for each in left.matchers ^ right.matchers)
    if isinstance(left, Aggregate) and isinstance(right, Aggregate):
        return _same_aggregate(left, right)
    if isinstance(left, Call) and isinstance(right, Call):
        return _same_call(left, right)
    if isinstance(left, Negative) and isinstance(right, Negative):
        return same(left.inner, right.inner)
    return None


def _same_aggregate(left: Aggregate, right: Aggregate) -> frozenset[str] | None:
    ours = (left.op, left.param, left.grouping, left.labels)
    if ours != (right.op, right.param, right.grouping, right.labels) or left.op in (*_PICKS, "count_values"):
        return None
    differ = same(left.inner, right.inner)
    if differ is None:
        return None
    kept = not differ & left.labels if left.grouping == "without" else differ <= left.labels
    return differ if kept else None


def _same_call(left: Call, right: Call) -> frozenset[str] | None:
    if (
        left.name != right.name
        or len(left.args) != len(right.args)
        or left.name in ("label_replace", "label_join", "info")
    ):
        return None
    differ = NONE
    for ours, theirs in zip(left.args, right.args, strict=True):
        each = same(ours, theirs)
        if each is None:
            return None
        differ |= each
    changes = left.name in _SCALARS or left.name in _CLOCKS or left.name.startswith("absent")
    lost = left.name == "histogram_quantile" and "le" in differ
    return None if differ and (changes or lost) else differ


def compared_with_itself(binary: Binary) -> bool:
    """Whether every value on the left is matched with itself."""
    if isinstance(binary.left, Number) or of(binary.left) is None or binary.filled or binary.group:
        return False
    if binary.op in ("and", "unless", "or"):
        return binary.left == binary.right
    differ = same(binary.left, binary.right)
    if differ is None:
        return False
    if binary.matching == "on":
        return differ <= binary.labels
    return not differ & binary.labels
