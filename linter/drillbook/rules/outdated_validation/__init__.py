"""Document + catalog -> findings of outdated-validation. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.interfaces import uses
from drillbook.rule import Context, repository_rule
from drillbook.versions import newer


@repository_rule(
    "DB722", help="read the runbook against that interface, then write its version here", severity=Severity.WARNING
)
def outdated_validation(document: Document, context: Context) -> Iterator[Found]:
    """A runbook that was written for an older interface of a component than the catalog serves."""
    for use in uses(document, context.repository):
        if not use.validated or not use.serves or use.validated == use.serves:
            continue
        if newer(use.serves, use.validated) is not False or use.validated in use.kept:
            said = f'validated for interface "{use.validated}" of "{use.name}", and the catalog serves "{use.serves}"'
            yield Found((*use.at, "validated_for"), f"{said}; expected a runbook that was checked for that one")
