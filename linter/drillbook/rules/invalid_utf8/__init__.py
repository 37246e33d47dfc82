"""Document -> findings of invalid-utf8. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB002", help="save the file as UTF-8")
def invalid_utf8(document: Document) -> Iterator[Found]:
    """Bytes that are no UTF-8 text."""
    yield from reported("invalid-utf8", document)
