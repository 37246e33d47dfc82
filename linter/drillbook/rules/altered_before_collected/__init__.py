"""Document -> findings of altered-before-collected. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB502", help="collect the evidence before the first change on every way, or try to")
def altered_before_collected(document: Document, context: Context) -> Iterator[Found]:
    """A change before evidence is collected, under a clock that forbids altering the system."""
    graph = context.repository.flow(document)
    known = context.repository.entries("clocks")
    clocks = [each["clock"] for each in graph.runbook.data.get("governance", {}).get("clocks", ())] if graph else []
    clock = next((each for each in clocks if known.get(each, {}).get("forbids_altering") is True), "")
    if graph is None or not clock:
        return
    changing = [name for name, step in graph.steps.items() if step.changes != "nothing"]
    for entry in graph.runbook.data.get("evidence", ()):
        collect, told = entry.get("collect", ""), entry.get("destroyed_by", ())
        for loss in flow.losses(graph, collect, [name for name in changing if name != collect]):
            if loss.step not in told:
                words = f'"{loss.step}" changes the system on the way {loss.way} before "{collect}" has collected "{entry["id"]}"'
                at = ("steps", graph.number[loss.step], "changes")
                yield Found(at, f'{words}, and the clock "{clock}" forbids altering it; expected that step first')
