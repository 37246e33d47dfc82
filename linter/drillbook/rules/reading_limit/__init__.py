"""Document -> findings of reading-limit. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB005", help="split the file, or say it with fewer levels")
def reading_limit(document: Document) -> Iterator[Found]:
    """A file too large, a value nested too deep or a number too long to be read."""
    yield from reported("reading-limit", document)
