"""Journal -> findings of broken-journal. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule(
    "DB940",
    help="take the file back from git as it was before (git log -p), and put right what is wrong by adding an entry",
)
def broken_journal(document: Document) -> Iterator[Found]:
    """A line of a journal or timeline that does not fit the lines before it."""
    for each in document.journal.breaks if document.journal else ():
        yield Found(document.line_span(each.number), each.why)
