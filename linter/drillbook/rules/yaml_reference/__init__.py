"""Document -> findings of yaml-reference. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB011", help="write the value out where it is needed")
def yaml_reference(document: Document) -> Iterator[Found]:
    """An anchor, an alias, a tag or a directive."""
    yield from reported("yaml-reference", document)
