"""Document + repository -> findings of more-confidential-link. Pure."""

import posixpath
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Place, Severity, Span
from drillbook.repository import Repository
from drillbook.rule import Context, across_rule


@across_rule(
    "DB614", help="write whom to call in place of its name, or classify this page as well", severity=Severity.WARNING
)
def more_confidential_link(document: Document, context: Context) -> Iterator[Found]:
    """A page that names a runbook which fewer people may read."""
    repository = context.repository
    if document.kind != "runbook" or document.card.status == "retired":
        return
    told = set()
    for other, at in _named(document, repository):
        if other.path not in told and repository.fewer_may_read(other, document):
            told.add(other.path)
            own, level = repository.classification(document), repository.classification(other)
            said = f'this page is {own} and names "{other.id}", which is {level}'
            yield Found(at, f"{said}; expected no runbook that fewer people may read")


def _named(document: Document, repository: Repository) -> Iterator[tuple[Document, Place | Span]]:
    """The runbooks that a page names or links to, and where."""
    for reference, at in repository.mentions(document):
        if other := repository.runbook(reference.name):
            yield other, at
    folder = posixpath.dirname(document.path)
    for link in document.card.links:
        path = posixpath.normpath(posixpath.join(folder, link.target.partition("#")[0]))
        if path in repository.by_path and repository.by_path[path].kind == "runbook":
            yield repository.by_path[path], link.span
