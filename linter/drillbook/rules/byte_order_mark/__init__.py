"""Document -> findings of byte-order-mark. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB003", help="save the file as UTF-8 without a byte order mark")
def byte_order_mark(document: Document) -> Iterator[Found]:
    """A byte order mark before the first character."""
    yield from reported("byte-order-mark", document)
