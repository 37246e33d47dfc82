"""Document -> findings of circular-rollback. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB416", help="lead to a step that ends safely, or asks before trying again")
def circular_rollback(document: Document, context: Context) -> Iterator[Found]:
    """A rollback that did not help and leads back into itself, every time."""
    graph = context.repository.flow(document)
    rollback = graph.runbook.rollback if graph else None
    if graph is None or rollback is None:
        return
    for why in flow.OF_ROLLBACK:
        target = getattr(rollback, why)
        again = (
            rollback.steps[:1] if why == "if_unavailable" else rollback.steps
        )  # where the same can come to pass again
        seen = flow.spread([target], {name: edges for name, edges in graph.ways.items() if name not in again}, {})
        back = target in again or any(edge.to in again for name in seen for edge in graph.ways[name])
        if target in graph.steps and back and not any(flow.leaves(graph, name) for name in seen):
            words = f'"{why}" leads to "{target}", and from there every way leads back into the rollback'
            yield Found(("rollback", why), f"{words}; expected an end")
