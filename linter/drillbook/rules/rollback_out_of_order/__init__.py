"""Document -> findings of rollback-out-of-order. Pure."""

from collections.abc import Iterator
from itertools import pairwise

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB417", help="list the steps in the order in which one comes to them")
def rollback_out_of_order(document: Document, context: Context) -> Iterator[Found]:
    """Rollback steps in an order in which no way leads through them."""
    graph = context.repository.flow(document)
    if graph is None or graph.runbook.rollback is None or not graph.whole:
        return
    steps = graph.runbook.rollback.steps
    for index, (first, second) in enumerate(pairwise(steps), 1):
        if first in graph.reached and second in graph.reached:
            after = flow.spread([edge.to for edge in graph.ways[first]], graph.ways, graph.steps)
            if second not in after:
                words = f'no way leads from "{first}" to "{second}"; expected the steps in the order of the ways through them'
                yield Found(("rollback", "steps", index), words)
