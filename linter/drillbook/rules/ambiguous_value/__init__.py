"""Document -> findings of ambiguous-value. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB009", help="put it in quotes when it is text, or write the number out")
def ambiguous_value(document: Document) -> Iterator[Found]:
    """A word that YAML 1.1 and YAML 1.2 read differently."""
    yield from reported("ambiguous-value", document)
