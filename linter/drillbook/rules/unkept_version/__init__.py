"""Catalog -> findings of unkept-version. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.suggest import hint


@repository_rule("DB725", help="name a version that is kept, or note under versions that it is")
def unkept_version(document: Document, context: Context) -> Iterator[Found]:
    """A previous good version that is not among those that are kept."""
    if document.kind != "components":
        return
    for name, entry in context.repository.sound("components").items():
        before = entry.get("previous_good")
        kept = [each["version"] for each in entry.get("versions", ())]
        if before and "versions" in entry and before not in kept:
            said = f'version "{before}" is not among the "versions" of "{name}"'
            words = f"{said}, {hint(before, kept)}" if kept else f"{said}, which keeps none"
            yield Found(("components", name, "previous_good"), words)
