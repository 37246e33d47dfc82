"""Document -> findings of contradicted-outcome. Pure."""

from collections.abc import Iterator

from drillbook import graph
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule("DB427", help="end as restored, or as degraded", severity=Severity.WARNING)
def contradicted_outcome(document: Document, context: Context) -> Iterator[Found]:
    """A rollback that worked, and behind it an end that says that it was not the model."""
    runbook = context.repository.in_use(document)
    if runbook is None or runbook.rollback is None:
        return
    ways = graph.successors(runbook)
    last = runbook.rollback.steps[-1] if runbook.rollback.steps else ""
    waiting = [edge.to for edge in ways.get(last, ()) if edge.why == "then"]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting += [edge.to for edge in ways.get(name, ())]
    for index, step in enumerate(runbook.steps):
        if step.id in seen and step.outcome == "not-the-model":
            words = 'the rollback that leads here gave back what was good, and the outcome is "not-the-model"'
            yield Found(("steps", index, "outcome"), f"{words}; expected another")
