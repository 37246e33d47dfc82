"""Repository + day -> what somebody owes: reviews of runbooks here, drills and actions in modules of their own. Pure.

A duty is the same whatever it is about, so that lists and issues of it are made in one way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from drillbook import reviews
from drillbook.document import Document
from drillbook.repository import Repository


@dataclass(frozen=True, slots=True)
class Duty:
    """What is due on a day: the ``kind`` (review, drill, action), the document by ``id`` and ``path``, its title and team.

    ``facts`` are pairs of a word and a text of the document; ``todo`` says what ends it. ``handles`` are those of the team.
    """

    kind: str
    id: str
    path: str
    title: str
    owner: str
    due: date
    facts: tuple[tuple[str, str], ...]
    todo: str
    handles: tuple[tuple[str, str], ...] = ()

    def late(self, as_of: date) -> int:
        """Days since it was due."""
        return (as_of - self.due).days

    def handle(self, host: str) -> str:
        """What the team is called on a host; empty where the catalog does not say."""
        return dict(self.handles).get(host, "")


_REVIEWED = "Read the runbook against reality, mend what is wrong, and write day and team into `review`"


def overdue_reviews(repository: Repository, as_of: date) -> tuple[Duty, ...]:
    """The runbooks in use whose last review no longer counts, the longest overdue first."""
    found = (each for document in repository.of("runbook") for each in _of(document, repository, as_of))
    return tuple(sorted(found, key=lambda each: (each.due, each.path)))


def _of(document: Document, repository: Repository, as_of: date) -> Iterator[Duty]:
    values = repository.effective(document)
    review = values.get("review")
    until = reviews.due(review) if repository.is_complete(document) else None
    if until is None or not isinstance(review, dict) or until >= as_of:
        return
    owner = document.card.owner
    yield Duty(
        kind="review",
        id=PurePosixPath(
            document.path
        ).stem,  # the id is the name of the file, and where it is not, only this one is unique
        path=document.path,
        title=str(values.get("title") or document.id),
        owner=owner,
        due=until,
        facts=(
            ("last review", f"{review['last']} by {review.get('by') or 'nobody named'}"),
            ("every", str(review["every"])),
        ),
        todo=_REVIEWED,
        handles=handles(repository, owner),
    )


def handles(repository: Repository, team: str) -> tuple[tuple[str, str], ...]:
    """What a team is called on each host, where the catalog says it."""
    found = repository.sound("teams").get(team, {}).get("handles")
    return tuple((str(host), str(name)) for host, name in found.items()) if isinstance(found, dict) else ()
