"""Document -> findings of fallback-in-rollback. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB514", help="name a step that is safe without the rollback")
def fallback_in_rollback(document: Document, context: Context) -> Iterator[Found]:
    """A way out of the rollback that is a step of the rollback."""
    runbook = context.repository.in_use(document)
    rollback = runbook.rollback if runbook else None
    for key in ("if_unavailable", "if_inconclusive", "if_failed") if rollback else ():
        name = getattr(rollback, key)
        if rollback and name and name in rollback.steps:
            yield Found(("rollback", key), f'"{name}" is a step of the rollback itself, expected a way out of it')
