"""Document -> findings of unsafe-template. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB601", help='call a known macro with one quoted name, or write "[[[" as "&#91;[["')
def unsafe_template(document: Document) -> Iterator[Found]:
    """A template that is not one of the known macro calls."""
    yield from reported("unsafe-template", document)
