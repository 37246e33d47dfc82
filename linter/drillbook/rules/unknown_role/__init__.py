"""Document -> findings of unknown-role. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.repository import DEFAULTS
from drillbook.rule import Context, repository_rule
from drillbook.suggest import hint


@repository_rule("DB204", help=f'name a key of "roles", in the runbook or in {DEFAULTS}')
def unknown_role(document: Document, context: Context) -> Iterator[Found]:
    """An incident role that nobody fills."""
    if document.kind != "runbook" or any(not file.readable for file in context.repository.of("defaults")):
        return
    roles = context.repository.effective(document).get("roles")
    known = tuple(roles) if isinstance(roles, dict) else ()
    if not known and not context.repository.is_complete(document):
        return  # a draft may name its roles later
    for reference, at in context.repository.references(document, "role"):
        if reference.name not in known:
            yield Found(at, f'role "{reference.name}" has no team in "roles", {hint(reference.name, known)}')
