"""Repository -> the one list of what drills and incidents left to be done. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from drillbook.document import Kind
from drillbook.duties import Duty, handles
from drillbook.finding import Place
from drillbook.repository import Repository
from drillbook.validation import is_date

KINDS: tuple[Kind, ...] = ("drill-record", "incident")
"""The documents that hold actions."""
_NEEDED = ("owner", "due", "measure", "backlog")


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do: the id of the ``record`` that it came from, its place there, and what it says; a missing part is empty."""

    record: str
    path: str
    at: Place
    id: str
    do: str
    kind: str
    owner: str
    due: date | None
    status: str
    proof: str
    missing: tuple[str, ...]
    data: Mapping[str, Any]

    @property
    def done(self) -> bool:
        """Whether it is done."""
        return self.status == "done"

    def overdue(self, as_of: date) -> bool:
        """Whether it should have been done by that day."""
        return not self.done_by(as_of) and self.due is not None and self.due < as_of

    def done_by(self, day: date) -> bool:
        """Whether it was done on a day; where nobody wrote down when, it counts as done from the beginning."""
        return self.done and str(self.data.get("done_on", "")) <= day.isoformat()


def actions(repository: Repository) -> tuple[Action, ...]:
    """Every action: first what is open, by its day, then what is done."""
    found = [
        each
        for kind in KINDS
        for document in repository.of(kind)
        for each in _of(document.path, document.id, document.front)
    ]
    return tuple(sorted(found, key=lambda each: (each.done, each.due or date.max, each.record, each.id)))


def known(repository: Repository, day: date) -> tuple[Action, ...]:
    """Those of drills and incidents that had begun on a day."""
    begun = [
        each for each in actions(repository) if not is_date(each.record[:10]) or each.record[:10] <= day.isoformat()
    ]
    return tuple(sorted(begun, key=lambda each: (each.done_by(day), each.due or date.max)))


def _of(path: str, record: str, front: Mapping[str, Any]) -> Iterator[Action]:
    listed = front.get("actions")
    for index, value in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(value, dict):
            continue
        said = {key: str(value.get(key, "")) for key in ("id", "do", "type", "owner", "due", "status", "proof")}
        yield Action(
            record=record,
            path=path,
            at=("actions", index),
            id=said["id"],
            do=said["do"],
            kind=said["type"],
            owner=said["owner"],
            due=date.fromisoformat(said["due"]) if is_date(said["due"]) else None,
            status=said["status"],
            proof=said["proof"],
            missing=tuple(key for key in _NEEDED if not value.get(key)),
            data=value,
        )


def duty(action: Action, repository: Repository) -> Duty:
    """What the owner of an open action owes. The action has a day."""
    facts = [("type", action.kind), ("measure", str(action.data.get("measure", "")))]
    facts += [("backlog", str(action.data.get("backlog", "")))]
    return Duty(
        kind="action",
        id=f"{action.record}/{action.id}",
        path=action.path,
        title=action.do,
        owner=action.owner,
        due=action.due or date.max,
        facts=tuple((word, said) for word, said in facts if said),
        todo=f"Do it, then `drillbook actions close {action.record}/{action.id} --proof …`",
        handles=handles(repository, action.owner),
    )
