"""Document + repository -> findings of unknown-runbook. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.repository import Repository
from drillbook.rule import Context, across_rule
from drillbook.suggest import hint


@across_rule("DB210", help="name the id of a runbook in runbooks/")
def unknown_runbook(document: Document, context: Context) -> Iterator[Found]:
    """A runbook that the repository does not have."""
    for reference, at in context.repository.mentions(document):
        if context.repository.runbook(reference.name) is None:
            if reference.name in context.repository.by_file:
                continue  # its file is there, and what is wrong with its id has its own finding
            said = context.repository.once(_said)
            if (
                reference.name not in said
            ):  # many files may name the same one, and looking for what was meant takes long
                known = [each.id for each in context.repository.of("runbook") if each.id]
                said[reference.name] = hint(reference.name, known)
            yield Found(at, f'runbook "{reference.name}" is not in runbooks/, {said[reference.name]}')


def _said(_: Repository) -> dict[str, str]:
    """What is said of a name, once it was looked for."""
    return {}
