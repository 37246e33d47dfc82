"""Document + catalog -> findings of unknown-team. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, not_listed, repository_rule


@repository_rule("DB203", help="name a team of catalog/teams.yaml, or add it there")
def unknown_team(document: Document, context: Context) -> Iterator[Found]:
    """A team that the catalog does not know."""
    yield from not_listed("team", "teams", document, context)
