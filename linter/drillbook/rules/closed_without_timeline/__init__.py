"""Document + repository -> findings of closed-without-timeline. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, across_rule


@across_rule(
    "DB959",
    help="bring it back from git, or write down what is known: drillbook incident log TEXT --incident ID --at TIME",
)
def closed_without_timeline(document: Document, context: Context) -> Iterator[Found]:
    """A closed incident whose folder holds no timeline, so that nothing of its report can be proven."""
    if document.kind != "incident" or document.card.status != "closed" or not document.readable:
        return
    path = document.path.replace("incident.md", "timeline.jsonl")
    timeline = context.repository.by_path.get(path)
    if timeline is None and path not in context.repository.paths:
        yield Found(("status",), f"closed, and there is no {path}, expected the timeline that the report follows from")
    elif timeline is not None and timeline.journal is not None and not timeline.data.strip():
        yield Found(("status",), f"closed, and {path} is empty, expected the timeline that the report follows from")
