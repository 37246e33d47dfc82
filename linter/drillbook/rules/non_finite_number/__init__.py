"""Document -> findings of non-finite-number. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB010", help="write the number that you mean")
def non_finite_number(document: Document) -> Iterator[Found]:
    """A number that is infinite or none."""
    yield from reported("non-finite-number", document)
