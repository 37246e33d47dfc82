"""Document -> findings of endless-retry. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found, Place
from drillbook.flow import Circle, Flow
from drillbook.graph import Edge
from drillbook.rule import Context, repository_rule


@repository_rule("DB403", help="say how often with at_most, and let the last failure lead somewhere else")
def endless_retry(document: Document, context: Context) -> Iterator[Found]:
    """Failures that lead in a circle, or back to the step that failed: while it does not work, it never ends."""
    graph = context.repository.flow(document)
    if graph is None or not graph.whole or not graph.turning:
        return
    circles = [*flow.circles(graph, _own_failure)]
    for circle in circles:
        for name, edge in circle.back:
            words = f'"{edge.why}" leads back to "{edge.to}", so while nothing works this goes on'
            yield Found(graph.place(name, edge), f"{words}: {circle}; expected an end to it")
    told: set[Place] = set()
    for start, way in _in_vain(graph, circles):
        name, edge = flow.closing(graph, way)
        at = graph.place(name, edge)
        if at not in told:
            told.add(at)
            words = f'"{edge.why}" leads back to "{edge.to}", so while "{start}" does not work this goes on'
            yield Found(at, f"{words}: {Circle(way.steps[:-1], ())}; expected an end to it")


def _own_failure(_: str, edge: Edge) -> bool:
    return flow.failed(edge) and edge.why not in flow.OF_ROLLBACK


def _in_vain(graph: Flow, circles: list[Circle]) -> Iterator[tuple[str, flow.Way]]:
    """Steps whose failure is answered by what works and leads back to them, each with the way round."""

    def counts(name: str, edge: Edge) -> bool:
        return flow.right(graph, name, edge)

    for name, edges in graph.ways.items():
        for edge in edges if name in graph.reached and name in graph.turning else ():
            known = any(name in circle.steps and edge.to in circle.steps for circle in circles)
            fails = _own_failure(name, edge) and not counts(name, edge)
            if fails and not known and flow.led_back(graph, edge.to, [name], counts):
                yield name, flow.way_round(graph, name, edge, counts)
