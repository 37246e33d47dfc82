"""Document -> findings of still-latched. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found, Place
from drillbook.model import Step
from drillbook.rule import Context, repository_rule


@repository_rule("DB423", help="lead every way through the step that ends the signal first")
def still_latched(document: Document, context: Context) -> Iterator[Found]:
    """A step that asks whether a latched signal has cleared, on a way without the step that ends it."""
    graph = context.repository.flow(document)
    if graph is None:
        return
    latched = {signal.id: signal.cleared_by for signal in graph.runbook.signals if signal.latched}
    for name, step in graph.steps.items() if latched else ():
        for at, signal in _cleared(step):
            ending = latched.get(signal, "")
            if ending in graph.reached and ending != name:
                way = flow.way_without(graph, name, flow.success(graph, ending))
                if way:
                    words = f'"{signal}" is latched until "{ending}" has succeeded, which is not so on the way {way}'
                    yield Found(("steps", graph.number[name], *at), words)


def _cleared(step: Step) -> Iterator[tuple[Place, str]]:
    """The signals that the step wants clear, and where it says so."""
    yield from ((("success", index), name) for index, name in enumerate(step.success))
    if step.state == "clears" and step.action == "check":
        yield ("check",), step.text
    if step.state == "clears" and step.action == "wait":
        yield ("until",), step.until
