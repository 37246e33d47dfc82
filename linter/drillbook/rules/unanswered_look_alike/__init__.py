"""Document + repository -> findings of unanswered-look-alike. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.repository import Repository
from drillbook.rule import Context, across_rule


@across_rule("DB810", help="add it to look_alikes, with how to tell the two apart", severity=Severity.WARNING)
def unanswered_look_alike(document: Document, context: Context) -> Iterator[Found]:
    """A runbook that another one names as a look-alike, and that does not name the other."""
    if document.kind != "runbook" or document.card.status != "active":
        return
    repository = context.repository
    for other in repository.once(_named_by).get(document.id, ()):
        runbook = repository.runbook(other)
        if runbook is None or other in document.card.look_alikes or other == document.id:
            continue
        if not repository.fewer_may_read(runbook, document):  # else more-confidential-link would refuse the answer
            words = f'runbook "{other}" names this one as a look-alike, expected an entry that names it too'
            yield Found(("look_alikes",), words, key=True)


def _named_by(repository: Repository) -> dict[str, tuple[str, ...]]:
    """The active runbooks that name another one, by the id of the other."""
    found: dict[str, dict[str, None]] = {}
    for document in repository.of("runbook"):
        for name in document.card.look_alikes if document.card.status == "active" else ():
            found.setdefault(name, {})[document.id] = None
    return {name: tuple(ids) for name, ids in found.items()}
