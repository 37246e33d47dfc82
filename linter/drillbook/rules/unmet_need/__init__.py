"""Document -> findings of unmet-need. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB406", help="lead every way through the step that is needed, or leave it out of needs")
def unmet_need(document: Document, context: Context) -> Iterator[Found]:
    """A step that needs another one, which has not succeeded on every way to it."""
    graph = context.repository.flow(document)
    if graph is None:
        return
    for name, step in graph.steps.items():
        for index, need in enumerate(step.needs):
            if need not in graph.reached:
                continue  # that step has its own finding
            way = flow.way_without(graph, name, flow.success(graph, need))
            if way:
                words = f'"{need}" has not succeeded on the way {way}; expected it on every way to "{name}"'
                yield Found(("steps", graph.number[name], "needs", index), words)
