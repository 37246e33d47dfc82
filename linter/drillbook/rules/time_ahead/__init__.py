"""Document + repository -> findings of time-ahead. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.validation import is_time


@repository_rule("DB951", help="write the time in UTC at which it happened; a local time is mistaken most often")
def time_ahead(document: Document, context: Context) -> Iterator[Found]:
    """A time of an incident that has not come yet, or an entry written before it happened."""
    if document.kind == "incident" and not context.repository.violations(document):
        last = (
            context.as_of + timedelta(days=2)
        ).isoformat()  # where the day begins earlier than in UTC, it is tomorrow already
        times = document.front.get("times")
        for phase, at in times.items() if isinstance(times, dict) else ():
            if at >= last:
                yield Found(("times", phase), f'"{phase}" is of {at}, which has not come yet, expected a time that has')
    entries = document.journal.entries if document.kind == "timeline" and document.journal else ()
    corrected = {str(each.value.get("corrects")) for each in entries}
    for each in entries:
        at, written = str(each.value.get("at")), str(each.value.get("recorded_at"))
        ahead = is_time(at) and is_time(written) and datetime.fromisoformat(at) > datetime.fromisoformat(written)
        if ahead and each.digest not in corrected:
            words = f"the entry is of {at} and was written at {written}, before it happened; expected an earlier time"
            yield Found(document.line_span(each.number), words)
