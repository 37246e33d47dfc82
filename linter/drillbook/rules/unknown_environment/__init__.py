"""Document + catalog -> findings of unknown-environment. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, not_listed, repository_rule


@repository_rule("DB209", help="name an environment of catalog/environments.yaml, or add it there")
def unknown_environment(document: Document, context: Context) -> Iterator[Found]:
    """An environment that the catalog does not know."""
    yield from not_listed("environment", "environments", document, context)
