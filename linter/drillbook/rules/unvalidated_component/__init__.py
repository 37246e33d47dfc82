"""Document + catalog -> findings of unvalidated-component. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.interfaces import uses
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB724",
    help="check the runbook against that interface, and write its version into validated_for",
    severity=Severity.WARNING,
)
def unvalidated_component(document: Document, context: Context) -> Iterator[Found]:
    """A component whose interface is known, in a runbook that does not say for which one it was written."""
    if not context.repository.is_complete(document):
        return
    for use in uses(document, context.repository):
        if use.serves and not use.validated:
            words = f'"{use.name}" has the interface "{use.serves}", expected "validated_for" beside it'
            yield Found((*use.at, "ref"), words)
