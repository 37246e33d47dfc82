"""Document -> findings of unreachable-step. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB401", help="let a step lead here, or delete the step")
def unreachable_step(document: Document, context: Context) -> Iterator[Found]:
    """A step that no way leads to."""
    graph = context.repository.flow(document)
    if graph is None or not graph.whole or not graph.entries:
        return
    lost = [name for name in graph.steps if name not in graph.reached]
    led = {edge.to for name in lost for edge in graph.ways[name] if edge.to != name}
    led |= {name for host in lost for name in graph.steps[host].also}
    seen: set[str] = set()
    for name in (
        *(name for name in lost if name not in led),
        *lost,
    ):  # where one is lost, what follows it is lost as well
        if name not in seen:
            seen |= flow.spread([name], graph.ways, graph.steps)
            why = (
                "is a fallback, and no other step that is reached names it"
                if graph.steps[name].fallback
                else "is never reached"
            )
            yield Found(("steps", graph.number[name], "id"), f'step "{name}" {why}; expected a way that leads to it')
