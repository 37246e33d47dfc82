"""Document -> findings of duplicate-key. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB008", help="keep one of the two; tools disagree on which one counts")
def duplicate_key(document: Document) -> Iterator[Found]:
    """A key that stands twice in one mapping."""
    yield from reported("duplicate-key", document)
