"""Document -> findings of unasked-gate. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, lost_blocks, repository_rule


@repository_rule(
    "DB336", help="ask for it in a check, a wait, a success or the verification", severity=Severity.WARNING
)
def unasked_gate(document: Document, context: Context) -> Iterator[Found]:
    """A gate that no step, rollback or confirmation asks for."""
    repository = context.repository
    if document.kind != "runbook" or not repository.is_complete(document) or lost_blocks(document):
        return
    asked = {reference.name for reference, _ in repository.references(document, "signal")}
    signals = repository.effective(document).get("signals")
    for index, signal in enumerate(signals if isinstance(signals, list) else ()):
        if isinstance(signal, dict) and signal.get("tier") == "gate" and str(signal.get("id")) not in asked:
            yield Found(
                ("signals", index, "id"),
                f'nothing asks for the gate "{signal.get("id")}", expected a step that waits for it',
            )
