"""Document -> findings of control-character. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB004", help="delete the character, or write what you meant in visible text")
def control_character(document: Document) -> Iterator[Found]:
    """A character that nobody sees and that moves cursors or breaks lines."""
    yield from reported("control-character", document)
