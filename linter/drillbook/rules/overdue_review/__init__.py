"""Document + day -> findings of overdue-review. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.reviews import due
from drillbook.rule import Context, repository_rule


@repository_rule("DB732", help="read the runbook against reality, then write the day here", severity=Severity.WARNING)
def overdue_review(document: Document, context: Context) -> Iterator[Found]:
    """A runbook whose next review should have been by now."""
    if document.kind != "runbook" or document.card.status == "retired":
        return
    review = context.repository.effective(document).get("review")
    until = due(review)
    if isinstance(review, dict) and until is not None and until < context.as_of:
        said = f"the review of {review['last']} counted until {until}"
        yield Found(("review", "last"), f"{said}, expected a newer one since then")
