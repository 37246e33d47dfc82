"""Document + catalog -> findings of unknown-clock. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, not_listed, repository_rule


@repository_rule("DB211", help="name a clock of catalog/clocks.yaml, or add it there")
def unknown_clock(document: Document, context: Context) -> Iterator[Found]:
    """A clock that the catalog does not know."""
    yield from not_listed("clock", "clocks", document, context)
