"""Document + repository -> findings of missed-clock. Pure."""

from collections.abc import Iterator
from datetime import datetime

from drillbook.deadlines import due
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB956",
    help="hand it in now and write when (met); a late notification says why it is late",
    severity=Severity.WARNING,
)
def missed_clock(document: Document, context: Context) -> Iterator[Found]:
    """A legal clock that ran out before its deliverable was handed in."""
    if document.kind != "incident" or context.repository.violations(document):
        return
    known = context.repository.sound("clocks")
    clocks = document.front.get("clocks")
    for index, each in enumerate(clocks if isinstance(clocks, list) else ()):
        entry = known.get(each["clock"])
        end = due(datetime.fromisoformat(each["started"]), entry["within"]) if entry and each["applies"] else None
        if end is None:
            continue
        met = datetime.fromisoformat(each["met"]) if "met" in each else None
        if met and met > end:
            words = f'"{each["clock"]}" was met at {each["met"]}, expected by {end:%Y-%m-%dT%H:%M:%SZ}'
            yield Found(("clocks", index, "met"), words)
        elif not met and end.date() < context.as_of:
            words = f'"{each["clock"]}" ran out at {end:%Y-%m-%dT%H:%M:%SZ}, and nothing says that it was met'
            yield Found(("clocks", index), f"{words}, expected when")
