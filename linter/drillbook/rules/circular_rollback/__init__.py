"""Document -> findings of circular-rollback. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.flow import Flow
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
        if not target or target in rollback.steps:
            continue  # the second is what fallback-in-rollback finds
        again = rollback.steps[:1] if why == "if_unavailable" else rollback.steps
        if flow.led_back(graph, target, again, _counted(graph, why)):
            words = f'"{why}" leads to "{target}", and from there every way leads back into the rollback'
            if why != "if_unavailable":
                words = f'"{why}" leads to "{target}", and from there all that works leads back into the rollback'
            yield Found(("rollback", why), f"{words}; expected an end")


def _counted(graph: Flow, why: str) -> flow.Passed:
    """What works does not help a rollback that did not help, but it may bring back what was not there."""
    return lambda name, edge: why == "if_unavailable" or flow.right(graph, name, edge)
