"""Document -> findings of unclosed-fence. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB013", help="close it with a line that holds the fence alone")
def unclosed_fence(document: Document) -> Iterator[Found]:
    """A fenced block without an end."""
    yield from reported("unclosed-fence", document)
