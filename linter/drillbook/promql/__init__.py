"""The text of a PromQL query -> a tree of frozen nodes, or why there is none. Pure; what the tree means is in its modules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Any

_LONGEST = 4000
"""Characters that are parsed; the schema allows no more, and the parser's stack has an end."""
_DEEPEST = 60
"""Nodes inside one another that are reasoned about."""
_PLACEHOLDER = re.compile(r"\$\{\w+\}")
_STAND_INS = ("5m", "1", "placeholder")
_PREFIXES = ("vllm:", "sglang:")
"""Servers that put a colon into the names of their own metrics; elsewhere a colon names a recording rule."""

_EVERYWHERE = re.compile(
    r"job|instance|env|environment|namespace|pod|container|node|host|cluster|region|zone|datacenter|endpoint|service|tenant"
    r"|prometheus|prometheus_replica|replica|exported_\w+|__\w+__"
)
"""Labels that Prometheus or the platform adds to every series."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition of a selector; ``op`` is ``=``, ``!=``, ``=~`` or ``!~``."""

    label: str
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What the data dictionary says of a name: its ``metric``, of what ``type`` it is, in which ``unit``, with which labels.

    ``part`` is bucket, sum or count where the name is one of the three that a histogram has, else empty.
    """

    metric: str
    type: str
    unit: str
    labels: frozenset[str] = frozenset()
    part: str = ""

    @property
    def counts(self) -> bool:
        """Whether it only grows."""
        return self.type == "counter" or bool(self.part)

    def may(self, label: str) -> bool:
        """Whether its series can have a label."""
        buckets = self.part == "bucket" and label == "le"
        return buckets or label in self.labels or _EVERYWHERE.fullmatch(label) is not None


@dataclass(frozen=True, slots=True)
class Selector:
    """Series by name and labels; with ``range`` their last values. ``moved`` is its offset and ``@``, ``open`` an ``or``.

    ``declared`` is what the data dictionary says of the name, if anything.
    """

    name: str
    matchers: frozenset[Matcher] = frozenset()
    range: timedelta | None = None
    moved: str = ""
    open: bool = False
    declared: Declared | None = None

    @property
    def recorded(self) -> bool:
        """Whether the name is that of a recording rule, or of nothing: then it says nothing about the value."""
        return not self.name or (":" in self.name and not self.name.startswith(_PREFIXES))


@dataclass(frozen=True, slots=True)
class Subquery:
    """An expression evaluated over and over."""

    inner: Node
    range: timedelta | None
    step: timedelta | None = None
    moved: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is given."""

    name: str
    args: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``sum by (…)`` and its like; ``grouping`` is ``by``, ``without`` or empty."""

    op: str
    inner: Node
    param: Node | None = None
    grouping: str = ""
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Binary:
    """Two sides, and what stands between them.

    ``matching`` is ``on``, ``ignoring`` or empty, ``group`` is ``left``, ``right`` or empty; ``flag`` says ``bool``.
    """

    op: str
    left: Node
    right: Node
    matching: str = ""
    labels: frozenset[str] = frozenset()
    group: str = ""
    extra: frozenset[str] = frozenset()
    flag: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Negative:
    """An expression with a minus before it."""

    inner: Node


Node = Number | Text | Selector | Subquery | Call | Aggregate | Binary | Negative
COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
SETS = frozenset({"and", "or", "unless"})


@dataclass(frozen=True, eq=False)
class Query:
    """A query as read: its tree, or what is wrong with it; neither where a placeholder stands for a part of it.

    The same text is read once, so a query is only equal to itself, and what is found out about it can be kept.
    """

    text: str
    tree: Node | None = None
    error: str = ""

    @cached_property
    def nodes(self) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
        """Every node with those that hold it, the nearest last."""
        return tuple(walk(self.tree)) if self.tree is not None else ()

    @cached_property
    def selectors(self) -> tuple[tuple[Selector, tuple[Node, ...]], ...]:
        """Every selector with the nodes that hold it, the nearest last."""
        return tuple((node, above) for node, above in self.nodes if isinstance(node, Selector))

    def part(self, *words: str) -> str:
        """The first of the words that stands in the text exactly once, to mark it; empty where none does."""
        return next((word for word in words if word and self.text.count(word) == 1), "")


def children(node: Node) -> tuple[Node, ...]:
    """What a node holds, from left to right."""
    if isinstance(node, (Subquery, Negative)):
        return (node.inner,)
    if isinstance(node, Call):
        return node.args
    if isinstance(node, Aggregate):
        return (node.inner,) if node.param is None else (node.param, node.inner)
    if isinstance(node, Binary):
        return (node.left, node.right)
    return ()


def declared(query: Query, say: Callable[[str], Declared | None]) -> Query:
    """The query with what a dictionary says of the names in it."""
    if query.tree is None or not any(say(selector.name) for selector, _ in query.selectors):
        return query
    return Query(query.text, _declared(query.tree, say), query.error)


def _declared(node: Node, say: Callable[[str], Declared | None]) -> Node:
    if isinstance(node, Selector):
        return replace(node, declared=say(node.name))
    if isinstance(node, (Subquery, Negative)):
        return replace(node, inner=_declared(node.inner, say))
    if isinstance(node, Call):
        return replace(node, args=tuple(_declared(each, say) for each in node.args))
    if isinstance(node, Aggregate):
        param = None if node.param is None else _declared(node.param, say)
        return replace(node, inner=_declared(node.inner, say), param=param)
    if isinstance(node, Binary):
        return replace(node, left=_declared(node.left, say), right=_declared(node.right, say))
    return node


def walk(node: Node, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """A node and all in it, each with those that hold it."""
    yield node, above
    for child in children(node):
        yield from walk(child, (*above, node))


def constant(node: Node | None) -> float | None:
    """The number that an expression of numbers comes to."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative):
        inner = constant(node.inner)
        return None if inner is None else -inner
    if isinstance(node, Binary) and node.op in ("+", "-", "*", "/"):
        left, right = constant(node.left), constant(node.right)
        if left is None or right is None or (node.op == "/" and right == 0):
            return None
        return {"+": left + right, "-": left - right, "*": left * right}.get(node.op, left / right if right else 0.0)
    return None


_OLD = "holt_winters("


@lru_cache(maxsize=512)
def read(text: str) -> Query:
    """The query of a text. Never raises."""
    import promql_parser  # only where there is PromQL

    if len(text) > _LONGEST:
        return Query(text)
    try:
        return _read(promql_parser.parse(text), text)
    except (RecursionError, KeyError):  # deeper, or newer, than what is known here
        return Query(text)
    except ValueError as error:
        if any(_parses(_PLACEHOLDER.sub(word, text)) for word in _STAND_INS if _PLACEHOLDER.search(text)):
            return Query(text)
        if _OLD in text and _parses(text.replace(_OLD, "double_exponential_smoothing(")):
            return Query(text)  # its name up to Prometheus 2
        return Query(text, error=str(error))


def _parses(text: str) -> bool:
    import promql_parser

    try:
        promql_parser.parse(text)
    except ValueError:
        return False
    return True


def _read(parsed: Any, text: str) -> Query:
    tree = _node(parsed)
    if any(len(above) > _DEEPEST for _, above in walk(tree)):
        return Query(text)
    if isinstance(tree, Text):
        return Query(text, error="a text in quotes gives no number")
    if isinstance(tree, Subquery) or (isinstance(tree, Selector) and tree.range is not None):
        return Query(text, error="a range gives many values of each series and no single one")
    return Query(text, tree)


_OPERATORS = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}


def _node(parsed: Any) -> Node:
    """Our node for one of the parser's."""
    found: Node = _BUILDERS[type(parsed).__name__](parsed)
    return found


def _last(text: object) -> str:
    return str(text).rsplit(".", 1)[-1]


def _moved(parsed: Any) -> str:
    return " ".join(str(each) for each in (parsed.offset, parsed.at) if each is not None)


def _selector(parsed: Any, over: timedelta | None = None) -> Selector:
    found = [Matcher(each.name, _OPERATORS[_last(each.op)], each.value) for each in parsed.matchers.matchers]
    named = next((each.value for each in found if each.label == "__name__" and each.op == "="), "")
    matchers = frozenset(each for each in found if each.label != "__name__" or each.op != "=")
    return Selector(parsed.name or named, matchers, over, _moved(parsed), bool(parsed.matchers.or_matchers))


def _aggregate(parsed: Any) -> Aggregate:
    param = None if parsed.param is None else _node(parsed.param)
    if parsed.modifier is None:
        return Aggregate(str(parsed.op), _node(parsed.expr), param)
    grouping = _last(parsed.modifier.type).lower()
    return Aggregate(str(parsed.op), _node(parsed.expr), param, grouping, frozenset(parsed.modifier.labels))


def _binary(parsed: Any) -> Binary:
    left, right, modifier = _node(parsed.lhs), _node(parsed.rhs), parsed.modifier
    if modifier is None:
        return Binary(str(parsed.op), left, right)
    matching = modifier.matching
    fill = modifier.fill_values
    return Binary(
        str(parsed.op),
        left,
        right,
        matching={"Include": "on", "Exclude": "ignoring"}[_last(matching.type)] if matching else "",
        labels=frozenset(matching.labels) if matching else frozenset(),
        group={"ManyToOne": "left", "OneToMany": "right"}.get(_last(modifier.card), ""),
        extra=frozenset(modifier.group_labels or ()),
        flag=modifier.return_bool,
        filled=fill.lhs is not None or fill.rhs is not None,
    )


_BUILDERS: dict[str, Any] = {
    "NumberLiteral": lambda parsed: Number(parsed.val),
    "StringLiteral": lambda parsed: Text(parsed.val),
    "ParenExpr": lambda parsed: _node(parsed.expr),
    "UnaryExpr": lambda parsed: Negative(_node(parsed.expr)),
    "VectorSelector": _selector,
    "MatrixSelector": lambda parsed: _selector(parsed.vector_selector, parsed.range),
    "SubqueryExpr": lambda parsed: Subquery(_node(parsed.expr), parsed.range, parsed.step, _moved(parsed)),
    "Call": lambda parsed: Call(parsed.func.name, tuple(_node(each) for each in parsed.args)),
    "AggregateExpr": _aggregate,
    "BinaryExpr": _binary,
}
