"""Document + day -> findings of future-date. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from drillbook.document import Document
from drillbook.finding import Found, Place
from drillbook.reviews import released, thresholds
from drillbook.rule import Context, repository_rule
from drillbook.validation import is_date

_AHEAD = timedelta(days=1)
"""Where the day begins earlier than in UTC, today is tomorrow already."""


@repository_rule("DB731", help="write the day on which it was done")
def future_date(document: Document, context: Context) -> Iterator[Found]:
    """A day on which something is said to have been done, and which has not come yet."""
    today = context.as_of.isoformat()
    for at, what, day in _days(document, context):
        if day > today and date.fromisoformat(day) - context.as_of > _AHEAD:
            yield Found(at, f"{what} is of {day}, which has not come yet; expected {today} or an earlier day")


def _days(document: Document, context: Context) -> Iterator[tuple[Place, str, str]]:
    """The days of a document on which something was done: the place, what, and the day."""
    if document.kind == "clocks":
        for name, clock in context.repository.sound("clocks").items():
            if is_date(clock["verified"]):
                yield ("clocks", name, "verified"), "the verification", clock["verified"]
    if document.kind not in ("runbook", "drill") or document.card.status == "retired":
        return
    for index, version, day in released(document.front):
        yield ("changelog", index, "date"), f'version "{version}"', day
    for index, name, day in thresholds(document.front):
        yield ("signals", index, "set_by", "date"), f'the threshold of "{name}"', day
    review = document.front.get("review")
    last = review.get("last") if isinstance(review, dict) else None
    if isinstance(last, str) and is_date(last):
        yield ("review", "last"), "the review", last
