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
    for entry in graph.runbook.data.get("evidence", ()):
        found = flow.losses(graph, entry.get("collect", ""), entry.get("destroyed_by", ()))
        for loss in {loss.at: loss for loss in reversed([*found])}.values():  # one place, one finding
            words = (
                f'the way {loss.way} destroys the evidence "{entry["id"]}" before "{entry["collect"]}" has collected it'
            )
            yield Found(loss.at, f"{words}; expected that step first")
