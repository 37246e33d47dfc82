"""Document -> findings of unknown-input. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.suggest import hint


@repository_rule("DB233", help='name the id of an entry of "inputs", or add one')
def unknown_input(document: Document, context: Context) -> Iterator[Found]:
    """A step that sets an input which the runbook does not have."""
    entries = context.repository.effective(document).get("inputs")
    known = [str(each["id"]) for each in entries or () if isinstance(each, dict) and "id" in each]
    if not document.readable or (entries is not None and not isinstance(entries, list)):
        return
    for reference, at in context.repository.references(document, "input"):
        if reference.name not in known:
            yield Found(at, f'input "{reference.name}" is not in this runbook, {hint(reference.name, known)}')
