"""Catalog -> findings of previous-good-in-service. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB726", help="name the last version before it that served well, or leave the key out")
def previous_good_in_service(document: Document, context: Context) -> Iterator[Found]:
    """A previous good version that is the one in service, so that a rollback changes nothing."""
    if document.kind != "components":
        return
    for name, entry in context.repository.sound("components").items():
        before = entry.get("previous_good")
        if before and before == entry.get("in_service"):
            words = f'"{before}" is the version of "{name}" that is in service, expected the one before it'
            yield Found(("components", name, "previous_good"), words)
