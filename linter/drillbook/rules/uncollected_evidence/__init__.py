"""Document -> findings of uncollected-evidence. Pure."""

from collections.abc import Iterator

from drillbook import flow
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB501", help="collect it first on every way, or try to")
def uncollected_evidence(document: Document, context: Context) -> Iterator[Found]:
    """A way to a step that destroys evidence on which nobody has tried to collect it."""
    graph = context.repository.flow(document)
    if graph is None:
        return
    for number, entry in enumerate(graph.runbook.data.get("evidence", ())):
        collect, destroying = entry.get("collect", ""), list(entry.get("destroyed_by", ()))
        behind = flow.spread([collect], graph.ways, graph.steps)
        found = [*flow.losses(graph, collect, destroying)]
        late = {loss.step for loss in found if loss.step not in behind and collect not in graph.hosts}
        for step in sorted(late, key=destroying.index):
            words = f'no way leads from "{collect}" to "{step}", which destroys the evidence "{entry["id"]}"'
            at = ("evidence", number, "destroyed_by", destroying.index(step))
            yield Found(at, f"{words}; expected to collect it first")
        early = {loss.at: loss for loss in reversed(found) if loss.step not in late}  # one place, one finding
        for loss in early.values():
            words = f'the way {loss.way} destroys the evidence "{entry["id"]}" before "{collect}" has collected it'
            yield Found(loss.at, f"{words}; expected that step first")
