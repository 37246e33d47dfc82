"""Document -> findings of scripting-link. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB641", help="link to a page, https://…, or to a file of the repository")
def scripting_link(document: Document) -> Iterator[Found]:
    """A link that runs what it holds instead of leading somewhere."""
    yield from reported("scripting-link", document)
