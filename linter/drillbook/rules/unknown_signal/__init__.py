"""Document -> findings of unknown-signal. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, meant, repository_rule, told
from drillbook.suggest import hint


@repository_rule("DB207", help='name a signal of the runbook\'s "signals"')
def unknown_signal(document: Document, context: Context) -> Iterator[Found]:
    """A signal that the runbook does not have."""
    known = told(document, context, "signals")
    if known is None:
        return
    for reference, at in context.repository.references(document, "signal"):
        if reference.name not in known:
            yield Found(
                at,
                f'signal "{reference.name}" is not in this runbook, {hint(reference.name, known)}',
                key=reference.on_key,
                fix=meant(reference.name, known),
            )
