"""Document -> findings of key-not-text. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB012", help="write a word for it that begins with a letter")
def key_not_text(document: Document) -> Iterator[Found]:
    """A key that is not text."""
    yield from reported("key-not-text", document)
