"""Document -> findings of misplaced-block. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB014", help="write the fence at the start of the line, with the word step or inject alone")
def misplaced_block(document: Document) -> Iterator[Found]:
    """A step or inject that is not read as one."""
    yield from reported("misplaced-block", document)
