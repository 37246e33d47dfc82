"""Runbook + history -> findings of failed-step. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.history import Mark, history
from drillbook.record import fingerprint
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB931", help="change the step, and try it again in a drill (drillbook drill run)", severity=Severity.WARNING
)
def failed_step(document: Document, context: Context) -> Iterator[Found]:
    """A step that did not work as written in a drill or an incident, and was not changed and tried again."""
    if document.kind != "runbook" or document.card.status == "retired":
        return
    known = context.repository.once(history).until(context.as_of)
    if not known.of(document.id):
        return
    for index, block in enumerate(document.steps):
        value = block.value
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            continue
        proof = known.step(document.id, value["id"], fingerprint(value))
        if proof.run is not None and proof.mark in (Mark.FAILED, Mark.UNTRIED):
            since = " and was changed since, but not tried again" if proof.mark is Mark.UNTRIED else ""
            said = f'the step "{value["id"]}" failed in {proof.run.id}{since}: {proof.what}'
            yield Found(("steps", index, "id"), said[:400].rstrip("."))
