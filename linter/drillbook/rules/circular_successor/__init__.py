"""Document + repository -> findings of circular-successor. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, across_rule


@across_rule("DB216", help="name the runbook that people should use now")
def circular_successor(document: Document, context: Context) -> Iterator[Found]:
    """A runbook whose successors lead back to it."""
    if document.kind != "runbook" or document.card.status == "retired":
        return
    seen = [document.id]
    name = document.card.successor
    while name and name not in seen:
        seen.append(name)
        following = context.repository.runbook(name)
        name = following.card.successor if following else ""
    if name and name == document.id:
        way = "is itself" if len(seen) == 1 else f"leads back to it by {', '.join(seen[1:])}"
        yield Found(("successor",), f'the successor of "{name}" {way}, expected a runbook that is in use')
