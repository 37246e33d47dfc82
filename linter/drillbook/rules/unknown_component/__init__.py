"""Document + catalog -> findings of unknown-component. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, not_listed, repository_rule


@repository_rule("DB205", help="name a component of catalog/components.yaml, or add it there")
def unknown_component(document: Document, context: Context) -> Iterator[Found]:
    """A component that the catalog does not know."""
    yield from not_listed("component", "components", document, context)
