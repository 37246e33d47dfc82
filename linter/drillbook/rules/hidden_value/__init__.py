"""Document + its PromQL -> findings of hidden-value. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.model import Signal
from drillbook.promql import COMPARISONS, Binary, Negative, Node, constant
from drillbook.queries import signals
from drillbook.ranges import Interval, reach
from drillbook.rule import Context, repository_rule


@repository_rule("DB313", help='leave the comparison to "fires" and "clears", or write "bool"')
def hidden_value(document: Document, context: Context) -> Iterator[Found]:
    """A comparison in the query that hides the value."""
    for each in signals(document, context.repository):
        tree = each.query.tree
        hides = _hides(tree, each.signal) if tree is not None else None
        if hides is not None:
            words = f'where "{hides.op}" does not hold there is no value, so the signal cannot clear'
            part = each.query.part(f" {hides.op} ")
            yield Found((*each.at, "query"), f"{words}; expected the value itself", part=part)


def _hides(node: Node, signal: Signal) -> Binary | None:
    """The comparison that the value has to pass on its way to the top."""
    if isinstance(node, Negative):
        return _hides(node.inner, signal)
    if not isinstance(node, Binary):
        return None
    if node.op in COMPARISONS:
        return None if node.flag or _sentinel(node, signal) else node
    if node.op in ("and", "unless"):
        return _hides(node.left, signal)
    if node.op in ("+", "-", "*", "/"):
        if constant(node.right) is not None:
            return _hides(node.left, signal)
        if constant(node.left) is not None:
            return _hides(node.right, signal)
    return None


def _sentinel(comparison: Binary, signal: Signal) -> bool:
    """Whether it only cuts off what stands for no value: ``>= 0``, ``!= -1``, and ``x == x`` where that is no number."""
    bound = constant(comparison.right)
    if comparison.op == "!=":
        return bound is None or _cut_off(bound, signal)
    if comparison.left == comparison.right:
        return True
    return bound is not None and ((comparison.op == ">=" and bound == 0) or (comparison.op == ">" and bound < 0))


def _cut_off(value: float, signal: Signal) -> bool:
    """Whether a value says that there is none: one below zero, or one at which the signal would not be well."""
    clears = (reach(signal.clears) if signal.clears else None) or ()
    if value <= 0:
        return not any(each.low == each.high == value for each in clears)
    return bool(clears) and not any(Interval(value, value).within(each) for each in clears)
