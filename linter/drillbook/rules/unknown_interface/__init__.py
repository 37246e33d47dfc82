"""Document + catalog -> findings of unknown-interface. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.interfaces import uses
from drillbook.rule import Context, repository_rule
from drillbook.versions import newer


@repository_rule("DB723", help="write the interface that was checked, or bring the catalog up to date")
def unknown_interface(document: Document, context: Context) -> Iterator[Found]:
    """A runbook that was written for an interface which its component does not have yet, or not at all."""
    for use in uses(document, context.repository):
        if not use.validated or use.validated == use.serves or use.validated in use.kept:
            continue
        at = (*use.at, "validated_for")
        if not use.serves:
            yield Found(
                at, f'"{use.name}" has no "interface" in catalog/components.yaml, expected one there or none here'
            )
        elif newer(use.validated, use.serves):
            said = f'interface "{use.validated}" of "{use.name}" is newer than the one in the catalog'
            yield Found(at, f'{said}, expected "{use.serves}" at most')
