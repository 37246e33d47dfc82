"""Catalog + day -> findings of stale-clock. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule
from drillbook.validation import is_date

_YEAR = timedelta(days=366)


@repository_rule(
    "DB610", help="read the article in its source and write the day here, or: to be verified", severity=Severity.WARNING
)
def stale_clock(document: Document, context: Context) -> Iterator[Found]:
    """A legal deadline that nobody has read in its source for more than a year."""
    if document.kind != "clocks":
        return
    for name, clock in context.repository.sound("clocks").items():
        day = clock["verified"]
        if is_date(day) and context.as_of - date.fromisoformat(day) > _YEAR:
            words = f'"{name}" was last verified on {day}, expected a day of the last twelve months'
            yield Found(("clocks", name, "verified"), words)
