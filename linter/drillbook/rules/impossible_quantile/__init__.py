"""Document + its PromQL -> findings of impossible-quantile. Pure."""

from collections.abc import Iterator
from math import isnan

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.promql import Aggregate, Call, Node, constant
from drillbook.queries import expressions
from drillbook.rule import Context, repository_rule


@repository_rule("DB310", help="write the quantile as a number from 0 to 1: 0.99")
def impossible_quantile(document: Document, context: Context) -> Iterator[Found]:
    """A quantile outside 0 to 1."""
    for query, at in expressions(document, context.repository):
        for node, _ in query.nodes:
            asked = constant(_asked(node))
            if asked is not None and not 0 <= asked <= 1:
                name = node.op if isinstance(node, Aggregate) else node.name if isinstance(node, Call) else ""
                gives = f'"{name}" of NaN is no number' if isnan(asked) else f'"{name}" of {asked:g} is infinite'
                yield Found(at, f"{gives}, expected a number from 0 to 1", part=query.part(name))


def _asked(node: Node) -> Node | None:
    if isinstance(node, Aggregate) and node.op == "quantile":
        return node.param
    if isinstance(node, Call) and node.name in ("histogram_quantile", "quantile_over_time"):
        return node.args[0]
    return None
