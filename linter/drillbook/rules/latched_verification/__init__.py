"""Document + repository -> findings of latched-verification. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB520", help='verify by a signal that clears by itself, or put the step that ends it into "steps"')
def latched_verification(document: Document, context: Context) -> Iterator[Found]:
    """A rollback verified by a latched signal before the step that ends it."""
    graph = context.repository.flow(document)
    rollback = graph.runbook.rollback if graph else None
    if graph is None or rollback is None or not rollback.steps or rollback.steps[-1] not in graph.reached:
        return
    last = rollback.steps[-1]
    latched = {signal.id: signal.cleared_by for signal in graph.runbook.signals if signal.latched}
    for index, signal in enumerate(rollback.verify):
        ending = latched.get(signal, "")
        if ending and ending != last and flow.way_without(graph, last, flow.success(graph, ending)):
            words = f'"{signal}" is latched until "{ending}" has succeeded, which is not so when "{last}" is verified'
            yield Found(("rollback", "verify", "all", index), f"{words}; it cannot clear")
