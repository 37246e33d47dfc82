"""Catalog + repository -> findings of model-without-card. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.repository import Repository
from drillbook.rule import Context, across_rule


@across_rule("DB615", help="write the address of its model card", severity=Severity.WARNING)
def model_without_card(document: Document, context: Context) -> Iterator[Found]:
    """A model that a runbook is about, and whose model card nobody can find."""
    if document.kind != "components":
        return
    for name, entry in context.repository.sound("components").items():
        if name.startswith("model/") and "model_card" not in entry and (user := _user(name, context.repository)):
            said = f'"{name}" has no "model_card", and "{user}" is about it'
            yield Found(("components", name), f"{said}; expected where the card stands", key=True)


def _user(name: str, repository: Repository) -> str:
    """The first finished runbook about a component that does not lead to a model card by itself."""
    for document in repository.of("runbook"):
        if name in document.card.components and repository.is_complete(document):
            links = repository.effective(document).get("links")
            if not isinstance(links, dict) or "model_card" not in links:
                return document.id
    return ""
