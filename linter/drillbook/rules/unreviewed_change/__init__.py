"""Document + day -> findings of unreviewed-change. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.reviews import due, released, thresholds
from drillbook.rule import Context, repository_rule
from drillbook.validation import is_date

_MAJOR = re.compile(r"[1-9][0-9]*\.0\.0")
_FIRST = "1.0.0"


@repository_rule(
    "DB733", help="let somebody read what is there now, then write the day here", severity=Severity.WARNING
)
def unreviewed_change(document: Document, context: Context) -> Iterator[Found]:
    """A review that is older than the last change of a threshold, a decision or the rollback."""
    if document.kind != "runbook" or not context.repository.is_complete(document):
        return
    review = document.front.get("review")
    last = review.get("last") if isinstance(review, dict) else None
    if not isinstance(last, str) or not is_date(last):
        return
    until = due(context.repository.effective(document).get("review"))
    if until is not None and until < context.as_of:
        return  # a review is due anyway, and overdue-review says so
    entries = [*released(document.front)]
    newest = max((day for _, _, day in entries), default="9")
    changes = [(day, f'version "{version}"') for _, version, day in entries if _is_major(version)]
    # a threshold that is newer than the changelog is told by unrecorded-threshold; a version of its own comes first
    changes += [(day, f'the threshold of "{name}"') for _, name, day in thresholds(document.front) if day <= newest]
    today = context.as_of.isoformat()
    unread = [each for each in changes if last < each[0] <= today]
    if unread:
        day, what = max(unread)
        yield Found(("review", "last"), f"the review of {last} is older than {what} of {day}, expected one since then")


def _is_major(version: str) -> bool:
    return version != _FIRST and bool(_MAJOR.fullmatch(version))
