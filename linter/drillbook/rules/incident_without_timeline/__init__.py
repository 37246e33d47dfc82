"""Document + repository -> findings of incident-without-timeline. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, across_rule


@across_rule(
    "DB960",
    help="begin it with the next thing that is known: drillbook incident log TEXT --incident ID --at TIME",
    severity=Severity.WARNING,
)
def incident_without_timeline(document: Document, context: Context) -> Iterator[Found]:
    """An incident that is not closed yet and whose folder holds no timeline."""
    if document.kind != "incident" or document.card.status == "closed" or not document.readable:
        return
    path = document.path.replace("incident.md", "timeline.jsonl")
    timeline = context.repository.by_path.get(path)
    if timeline is None and path not in context.repository.paths:
        yield Found(
            ("status",), f"{document.card.status}, and there is no {path}, expected what happened, line by line"
        )
    elif timeline is not None and timeline.journal is not None and not timeline.data.strip():
        yield Found(("status",), f"{document.card.status}, and {path} is empty, expected what happened, line by line")
