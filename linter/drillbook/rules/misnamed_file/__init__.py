"""Document -> findings of misnamed-file. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB015", help="rename the file")
def misnamed_file(document: Document) -> Iterator[Found]:
    """A file that nobody reads, since its name is nearly that of one of ours."""
    yield from reported("misnamed-file", document)
