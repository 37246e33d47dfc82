"""Repository + audience -> the repository that this audience may read. Pure.

What nobody has classified counts as the most confidential. A limited repository gives pages without the findings of the linter,
without git's words and without the runbooks as they are written: those may name what was left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from drillbook.document import JOURNALS, Document, Reading
from drillbook.repository import READERS, Repository
from drillbook.site.render import Open

ALL = READERS[-1]


def limited(repository: Repository, audience: str) -> Repository:
    """Only the runbooks that are not above a class, and what is about them alone; everything for ``restricted``."""
    if audience == ALL:
        return repository
    allowed = READERS[: READERS.index(audience) + 1]
    named = {each.id for each in repository.of("runbook") if repository.classification(each) in allowed}

    def may_be_read(document: Document) -> bool:
        if document.kind == "runbook":
            return document.id in named
        if document.kind == "drill":
            return document.front.get("runbook") in named
        if document.kind == "drill-record":
            return Open(document.front.get("runbook")).id in named
        if document.kind == "incident":
            used = document.front.get("runbooks")
            names = [Open(each).id for each in used] if isinstance(used, list) else []
            return document.front.get("classification") in allowed and named.issuperset(map(str, names))
        return document.kind not in JOURNALS or may_be_read(repository.by_path.get(_told_by(document), _NONE))

    return _only(replace(repository, limited=True), may_be_read)


_NONE = Document("", "runbook", given=Reading())


def _told_by(journal: Document) -> str:
    """The document that a journal belongs to."""
    path = PurePosixPath(journal.path)
    own = path.with_suffix(".yaml") if journal.kind == "drill-journal" else path.with_name("incident.md")
    return str(own)


def for_players(repository: Repository) -> Repository:
    """What the players of a drill may read: no record of an earlier run; pages leave out what is for the others."""
    hidden = ("drill-record", "drill-journal")
    return _only(replace(repository, players=True), lambda document: document.kind not in hidden)


def _only(repository: Repository, may_be_read: Callable[[Document], bool]) -> Repository:
    kept = tuple(each for each in repository.documents if may_be_read(each))
    left = {each.path for each in kept}
    gone = frozenset(each.path for each in repository.documents if each.path not in left)
    return replace(repository, documents=kept, paths=repository.paths - gone)
