"""Repository -> a scenario that can be run: its injects in time, and what the players should do. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from drillbook import duration
from drillbook.document import Document
from drillbook.history import pins
from drillbook.repository import Repository


class NotReadyError(Exception):
    """Why a scenario cannot be run, in one sentence."""


@dataclass(frozen=True, slots=True)
class Inject:
    """What the players are told at a time of the drill; ``run`` and ``undo`` are shown, and never run."""

    id: str
    at: timedelta
    via: str = ""
    says: str = ""
    expect: tuple[str, ...] = ()
    hint: str = ""
    run: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Objective:
    """A step that should be done within a time since the beginning."""

    id: str
    title: str
    step: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Scenario:
    """A drill as it is run. ``steps`` are the titles of the runbook's steps, ``pins`` what its steps and signals say now."""

    id: str
    title: str
    version: str
    mode: str
    environment: str
    runbook: str
    runbook_version: str
    duration: timedelta
    injects: tuple[Inject, ...]
    objectives: tuple[Objective, ...]
    teams: tuple[str, ...]
    steps: Mapping[str, str]
    pins: Mapping[str, Mapping[str, str]]
    shows: tuple[str, ...] = ()
    abort_when: tuple[str, ...] = ()
    undo: str = ""
    debrief: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def inject(self, name: str) -> Inject | None:
        """The inject with an id."""
        return next((each for each in self.injects if each.id == name), None)


def scenario(repository: Repository, document: Document) -> Scenario:
    """A drill and its runbook as they are now. Raises NotReadyError."""
    broken = (
        not document.readable or repository.violations(document) or not all(each.readable for each in document.blocks)
    )
    front: Mapping[str, Any] = document.front
    if broken:
        raise NotReadyError(
            f"{document.path}: breaks the contract, so it cannot be run; run drillbook lint {document.path}"
        )
    if front["status"] != "active":
        raise NotReadyError(f"{document.path}: is {front['status']}, and only an active drill can be run")
    named = repository.runbook(front["runbook"])
    book = repository.model(named) if named else None
    if named is None or book is None:
        raise NotReadyError(f'{document.path}: the runbook "{front["runbook"]}" is not there or breaks the contract')
    roles = front["roles"]
    teams = [
        *roles["players"],
        *(roles[each] for each in ("facilitator", "evaluator", "safety_officer") if each in roles),
    ]
    return Scenario(
        id=front["id"],
        title=front["title"],
        version=front["version"],
        mode=front["mode"],
        environment=front["environment"],
        runbook=book.id,
        runbook_version=book.version,
        duration=_length(front["duration"]),
        injects=tuple(sorted((_inject(each.value) for each in document.injects), key=lambda each: each.at)),
        objectives=tuple(
            Objective(each["id"], each["title"], each["step"], _length(each["within"])) for each in front["objectives"]
        ),
        teams=tuple(dict.fromkeys(teams)),
        steps={step.id: step.title for step in book.steps},
        pins=pins(named, repository),
        shows=tuple(front.get("fixtures", ())),
        abort_when=tuple(front.get("abort_when", ())),
        undo=front.get("undo", ""),
        data=front,
    )


def _inject(value: Any) -> Inject:
    plain = {key: value[key] for key in ("id", "via", "says", "hint", "run", "undo") if key in value}
    return Inject(**plain, at=_length(value["at"]), expect=tuple(value["expect"]))


def _length(text: str) -> timedelta:
    return duration.parse(text) or timedelta()
