"""Document -> findings of endless-retry. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.graph import Edge
from drillbook.rule import Context, repository_rule


@repository_rule("DB403", help="say how often with at_most, and let the last failure lead somewhere else")
def endless_retry(document: Document, context: Context) -> Iterator[Found]:
    """Failures that lead to one another in a circle: while nothing works, it never ends."""
    graph = context.repository.flow(document)
    if graph is None or not graph.whole:
        return
    for circle in flow.circles(graph, _own_failure):
        for name, edge in circle.back:
            words = f'"{edge.why}" leads back to "{edge.to}", so while nothing works this goes on'
            yield Found(graph.place(name, edge), f"{words}: {circle}; expected an end to it")


def _own_failure(_: str, edge: Edge) -> bool:
    return flow.failed(edge) and edge.why not in flow.OF_ROLLBACK
