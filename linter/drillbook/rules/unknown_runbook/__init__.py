"""Document + repository -> findings of unknown-runbook. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule
from drillbook.suggest import hint


@repository_rule("DB210", help="name the id of a runbook in runbooks/")
def unknown_runbook(document: Document, context: Context) -> Iterator[Found]:
    """A runbook that the repository does not have."""
    known = [name for kind, name in context.repository.by_id if kind == "runbook"]
    for reference, at in context.repository.references(document, "runbook"):
        if reference.name not in known:
            yield Found(at, f'runbook "{reference.name}" is not in runbooks/, {hint(reference.name, known)}')
