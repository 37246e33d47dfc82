"""Document + repository -> findings of duplicate-id. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, across_rule


@across_rule("DB202", help="give each its own id; an id is never reused")
def duplicate_id(document: Document, context: Context) -> Iterator[Found]:
    """An id that two files of one kind share."""
    for other in context.repository.by_id.get((document.kind, document.id), ()):
        if other.path != document.path:
            yield Found(("id",), f'id "{document.id}" is the id of {other.path} too, expected one of its own')
            break
