"""Document + repository -> findings of retired-runbook. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Span
from drillbook.rule import Context, across_rule


@across_rule("DB735", help="name the runbook that took its place, or none")
def retired_runbook(document: Document, context: Context) -> Iterator[Found]:
    """A look-alike, a successor or a drill of a runbook that nobody uses any more."""
    if document.kind not in ("runbook", "drill"):
        return
    for reference, at in context.repository.mentions(document):
        named = context.repository.runbook(reference.name) if not isinstance(at, Span) else None
        if named is not None and named.card.status == "retired":
            next_ = named.card.successor
            wanted = f'expected one that is in use, such as "{next_}"' if next_ else "expected one that is in use"
            yield Found(at, f'runbook "{reference.name}" is retired, {wanted}')
