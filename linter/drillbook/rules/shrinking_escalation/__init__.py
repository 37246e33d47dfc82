"""Document -> findings of shrinking-escalation. Pure."""

from collections.abc import Iterator
from itertools import pairwise

from drillbook import duration
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB213", help="put the entries in the order of their times")
def shrinking_escalation(document: Document, context: Context) -> Iterator[Found]:
    """An escalation that comes before the one above it."""
    runbook = context.repository.in_use(document)
    entries = runbook.data.get("escalation", ()) if runbook else ()
    timed = [
        (index, each["after"], duration.parse(each["after"])) for index, each in enumerate(entries) if "after" in each
    ]
    for (_, text, before), (index, later, after) in pairwise(timed):
        if before is not None and after is not None and after < before:
            said = f"this call comes after {later} and the one above it after {text}, expected times that do not shrink"
            yield Found(("escalation", index, "after"), said)
