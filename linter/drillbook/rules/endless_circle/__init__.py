"""Document -> findings of endless-circle. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB402", help="let one of the steps lead out of the circle")
def endless_circle(document: Document, context: Context) -> Iterator[Found]:
    """Steps that lead round and round, without a way to an outcome."""
    graph = context.repository.flow(document)
    if graph is None or not graph.whole:
        return
    for circle in flow.circles(graph, lambda name, edge: flow.right(graph, name, edge)):
        ways = [edge for name in circle.steps for edge in graph.ways[name] if flow.right(graph, name, edge)]
        if all(edge.to in circle.steps for edge in ways):
            name, edge = circle.back[-1]
            words = f'"{edge.why}" leads back to "{edge.to}", and while nothing fails no step leads out of this circle'
            yield Found(graph.place(name, edge), f"{words}: {circle}; expected a way out")
