"""Runbook + history -> findings of unopened-runbook. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.history import history
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB933",
    help="mend how it is found: alert, symptoms, title, look-alikes; then give it a new version",
    severity=Severity.WARNING,
)
def unopened_runbook(document: Document, context: Context) -> Iterator[Found]:
    """A runbook that nobody opened in the last incident that it was for, and that has not changed since."""
    if document.kind != "runbook" or document.card.status == "retired":
        return
    run = (
        context.repository.once(history).until(context.as_of).unopened(document.id, str(document.front.get("version")))
    )
    if run is not None:
        yield Found(
            ("version",), f"nobody opened it in the incident {run.id}, and it is still the version {run.version}"
        )
