"""Document -> findings of unknown-step. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, meant, repository_rule, told
from drillbook.suggest import hint


@repository_rule("DB208", help="name the id of a step block of the runbook")
def unknown_step(document: Document, context: Context) -> Iterator[Found]:
    """A step that the runbook does not have."""
    known = told(document, context, "steps")
    if known is None:
        return
    for reference, at in context.repository.references(document, "step"):
        if reference.name not in known:
            yield Found(
                at,
                f'step "{reference.name}" is not in the runbook, {hint(reference.name, known)}',
                key=reference.on_key,
                fix=meant(reference.name, known),
            )
