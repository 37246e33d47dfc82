"""Document -> findings of path-without-outcome. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.flow import Flow
from drillbook.rule import Context, repository_rule


@repository_rule("DB404", help="write then: end with an outcome, or the step that follows")
def path_without_outcome(document: Document, context: Context) -> Iterator[Found]:
    """A way that stops without an outcome."""
    graph = context.repository.flow(document)
    if graph is None or not _has_ends(graph, document, context):
        return
    for name in graph.steps:
        if name in graph.reached:
            yield from _stops(graph, name)


def _has_ends(graph: Flow, document: Document, context: Context) -> bool:
    """A draft that does not say yet how anything ends is left alone."""
    return context.repository.is_complete(document) or any(step.outcome for step in graph.steps.values())


def _stops(graph: Flow, name: str) -> Iterator[Found]:
    step = graph.steps[name]
    for edge in graph.ways[name]:
        if not edge.to and not edge.outcome and step.then != "end":
            words = f'no step comes after "{name}", and it does not say how this ends; expected "then"'
            yield Found(("steps", graph.number[name]), words, key=True)
        other = graph.steps.get(edge.to)
        hosts = graph.hosts.get(edge.to, ())
        if other and hosts and other.fallback and not other.then and not other.answers:
            words = f'step "{edge.to}" only runs beside "{hosts[0]}" and goes nowhere by itself'
            yield Found(graph.place(name, edge), f"{words}; expected a step that leads on or ends")
