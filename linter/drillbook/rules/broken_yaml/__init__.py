"""Document -> findings of broken-yaml. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB007", help="mend the YAML at the mark; quote texts that hold a colon, a bracket or a quote")
def broken_yaml(document: Document) -> Iterator[Found]:
    """Text that is no YAML."""
    yield from reported("broken-yaml", document)
