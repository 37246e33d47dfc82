"""Document -> findings of unreadable-file. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB001", help="make it a plain file inside the repository that may be read")
def unreadable_file(document: Document) -> Iterator[Found]:
    """A file that cannot be opened, or is no file."""
    yield from reported("unreadable-file", document)
