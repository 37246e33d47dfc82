"""Document -> findings of vacuous-verification. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule("DB522", help="let one of the signals be inconclusive without data", severity=Severity.WARNING)
def vacuous_verification(document: Document, context: Context) -> Iterator[Found]:
    """A rollback that counts as verified when nothing at all is measured, and no gate beside it needs a value."""
    runbook = context.repository.in_use(document)
    rollback = runbook.rollback if runbook else None
    if runbook is None or rollback is None or not rollback.verify:
        return
    steps = [step for step in runbook.steps if step.phase in ("Mitigate", "Restore")]
    asked = {
        name for step in steps for name in (*step.success, step.until, step.text if step.action == "check" else "")
    }
    signals = [runbook.signal(name) for name in (*rollback.verify, *sorted(asked - {""}))]
    if all(signal is not None and signal.no_data == "ok" for signal in signals):
        words = "without any data each of these signals is clear, expected one that needs a value"
        yield Found(("rollback", "verify"), words, key=True)
