"""Catalog -> findings of model-without-card. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule("DB615", help="write the address of its model card", severity=Severity.WARNING)
def model_without_card(document: Document, context: Context) -> Iterator[Found]:
    """A model whose model card nobody can find."""
    if document.kind != "components":
        return
    for name, entry in context.repository.sound("components").items():
        if name.startswith("model/") and "model_card" not in entry:
            yield Found(("components", name), f'"{name}" has no "model_card", expected where it stands', key=True)
