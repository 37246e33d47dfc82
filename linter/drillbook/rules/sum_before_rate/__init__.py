"""Document + its PromQL -> findings of sum-before-rate. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Aggregate, Call, Node, Selector, Subquery, walk
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB319", help="take the rate first and the sum of it: sum(rate(x[5m]))")
def sum_before_rate(document: Document, context: Context) -> Iterator[Found]:
    """A rate of a sum, which takes every restart of one process for new events."""
    for query, at in expressions(document, context.repository):
        for node, _ in query.nodes:
            summed = _summed(node)
            if isinstance(node, Call) and summed is not None:
                words = f'"{node.name}" of "{summed.op}" takes the restart of one process for a fall of all'
                yield Found(at, f'{words}; expected "{summed.op}" of "{node.name}"', part=query.part(f"{node.name}("))


_RATES = frozenset({"rate", "irate", "increase"})


def _summed(node: Node) -> Aggregate | None:
    """The sum of values as they stand, of which the rate is taken."""
    if not isinstance(node, Call) or node.name not in _RATES or not isinstance(node.args[0], Subquery):
        return None
    for each, _ in walk(node.args[0]):
        if isinstance(each, Aggregate) and each.op in ("sum", "avg"):
            selectors = [inner for inner, _ in walk(each) if isinstance(inner, Selector)]
            return each if selectors and all(inner.range is None for inner in selectors) else None
    return None
