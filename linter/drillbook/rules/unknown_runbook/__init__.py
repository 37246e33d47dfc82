"""Document + repository -> findings of unknown-runbook. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, across_rule
from drillbook.suggest import hint


@across_rule("DB210", help="name the id of a runbook in runbooks/")
def unknown_runbook(document: Document, context: Context) -> Iterator[Found]:
    """A runbook that the repository does not have."""
    for reference, at in context.repository.mentions(document):
        if context.repository.runbook(reference.name) is None:
            if reference.name in context.repository.by_file:
                continue  # its file is there, and what is wrong with its id has its own finding
            known = [each.id for each in context.repository.of("runbook") if each.id]
            yield Found(at, f'runbook "{reference.name}" is not in runbooks/, {hint(reference.name, known)}')
