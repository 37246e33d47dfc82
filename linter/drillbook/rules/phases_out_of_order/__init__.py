"""Document + repository -> findings of phases-out-of-order. Pure."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from drillbook.course import PHASES
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB950", help="write the times as they were; each phase comes at the time of the one before it or later"
)
def phases_out_of_order(document: Document, context: Context) -> Iterator[Found]:
    """A phase of an incident that was reached before the one that comes first."""
    if document.kind != "incident" or context.repository.violations(document):
        return
    times = document.front.get("times")
    known = [each for each in PHASES if each in times] if isinstance(times, dict) else []
    for before, after in pairwise(known):
        if isinstance(times, dict) and datetime.fromisoformat(times[after]) < datetime.fromisoformat(times[before]):
            words = f'"{after}" at {times[after]} lies before "{before}" at {times[before]}, expected that time or a later one'
            yield Found(("times", after), words)
