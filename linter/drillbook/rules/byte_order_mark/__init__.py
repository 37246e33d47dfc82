"""Document -> findings of byte-order-mark. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from drillbook.document import Document
from drillbook.finding import Fix, Found
from drillbook.rule import file_rule, reported


@file_rule("DB003", help="save the file as UTF-8 without a byte order mark")
def byte_order_mark(document: Document) -> Iterator[Found]:
    """A byte order mark before the first character."""
    for each in reported("byte-order-mark", document):
        yield replace(each, fix=Fix(bare=True))
