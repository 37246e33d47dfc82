"""Document -> findings of endless-circle. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB402", help="let one of the steps lead out of the circle")
def endless_circle(document: Document, context: Context) -> Iterator[Found]:
    """Steps that lead round and round, without a way to an outcome, or one that leads to itself when it works."""
    graph = context.repository.flow(document)
    if graph is None or not graph.whole:
        return
    again = [name for name, step in graph.steps.items() if step.then == name and step.action in ("run", "do", "wait")]
    for name in again:
        words = f'"then" leads back to "{name}", so it is done again for as long as it works; expected a way out'
        yield Found(("steps", graph.number[name], "then"), words)
    for circle in flow.circles(graph, lambda name, edge: flow.right(graph, name, edge)):
        ways = [edge for name in circle.steps for edge in graph.ways[name] if flow.right(graph, name, edge)]
        if all(edge.to in circle.steps for edge in ways) and not {*circle.steps} & {*again}:
            name, edge = circle.back[-1]
            words = f'"{edge.why}" leads back to "{edge.to}", and while nothing fails no step leads out of this circle'
            yield Found(graph.place(name, edge), f"{words}: {circle}; expected a way out")
