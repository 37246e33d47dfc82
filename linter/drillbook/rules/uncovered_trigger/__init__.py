"""Document -> findings of uncovered-trigger. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB510", help='add it to "all", or to "later" if it lags')
def uncovered_trigger(document: Document, context: Context) -> Iterator[Found]:
    """A signal that starts the rollback and that nobody looks at afterwards."""
    runbook = context.repository.in_use(document)
    rollback = runbook.rollback if runbook else None
    if rollback is None or not rollback.verify:
        return
    for name in rollback.when:
        if name not in rollback.verify and name not in rollback.later:
            said = f'"{name}" is a reason to go back, and the verification does not look at it'
            yield Found(("rollback", "verify", "all"), f'{said}; expected it in "all" or "later"')
