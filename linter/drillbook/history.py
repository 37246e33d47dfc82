"""Repository -> what drills and incidents proved: which steps and signals were tried, when, and which failed. Pure.

Only what a journal proves counts: where its chain breaks, or its record says something else than it does, a drill proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from drillbook import duration, record, validation
from drillbook.course import Course, course
from drillbook.document import Document
from drillbook.journal import Entry, Journal
from drillbook.model import Runbook
from drillbook.record import fingerprint, moment
from drillbook.repository import Repository

_LINE, _ENTRY = "drill-record#/$defs/line", "timeline-entry"
FAILURES = ("missing", "wrong")
"""The kinds of a gap that mean that a step did not work as written."""


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective of a drill and how it went. ``took`` is None where it was not reached."""

    id: str
    step: str
    within: timedelta
    took: timedelta | None
    rating: str


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a runbook was used, in a drill or in an incident, as its journal tells it.

    ``steps`` and ``signals`` are fingerprints of what it said then. ``done`` gives the time since the beginning. ``failed`` says
    of a step what was the matter, ``mended`` which of these have an action that is done. ``opened`` is false where nobody
    opened it. ``doubt`` says why it proves nothing.
    """

    path: str
    id: str
    runbook: str
    version: str
    drill: str = ""
    mode: str = ""
    started: datetime | None = None
    fictional: bool = False
    steps: Mapping[str, str] = field(default_factory=dict)
    signals: Mapping[str, str] = field(default_factory=dict)
    done: Mapping[str, timedelta] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    mended: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    teams: tuple[str, ...] = ()
    opened: bool = True
    doubt: str = ""

    @property
    def day(self) -> date:
        """The day on which it began, in UTC."""
        return self.started.date() if self.started else date.fromisoformat(self.id[:10])


class Mark(StrEnum):
    """What is known of a step or a signal."""

    NEVER = "never tried"
    PROVEN = "tried"
    CHANGED = "changed since it was tried"
    FAILED = "failed"
    UNTRIED = "changed since it failed, and not tried again"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one step or signal: by which run, and what was the matter where it failed."""

    mark: Mark
    run: Run | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Every use of every runbook, the first before the last."""

    runs: tuple[Run, ...] = ()

    def of(self, runbook: str) -> tuple[Run, ...]:
        """The uses of a runbook that prove something."""
        return tuple(run for run in self.runs if run.runbook == runbook and not run.doubt)

    def until(self, day: date) -> History:
        """What was known on a day."""
        return History(tuple(run for run in self.runs if run.day <= day))

    def unopened(self, runbook: str, version: str) -> Run | None:
        """The last incident, where nobody opened the runbook in it and it still is the same version."""
        uses = [run for run in self.of(runbook) if not run.drill]
        return uses[-1] if uses and not uses[-1].opened and uses[-1].version == version else None

    def step(self, runbook: str, step: str, now: str) -> Proof:
        """What is known of a step whose fingerprint is ``now``."""
        failed: Proof | None = None
        last: Run | None = None
        for run in self.of(runbook):
            if step in run.failed:
                failed, last = Proof(Mark.FAILED, run, run.failed[step]), None
            elif step in run.done:
                if failed and failed.run and not (_other(failed.run, step, run) or step in failed.run.mended):
                    continue  # the same words that failed: nobody knows yet why they worked this time
                failed, last = None, run
        if failed and failed.run:
            same = failed.run.steps.get(step, now) == now
            return failed if same else Proof(Mark.UNTRIED, failed.run, failed.what)
        if last is None:
            return Proof(Mark.NEVER)
        return Proof(Mark.PROVEN if last.steps.get(step) == now else Mark.CHANGED, last)

    def signal(self, runbook: Runbook, signal: str, now: Mapping[str, Mapping[str, str]]) -> Proof:
        """What is known of a signal; ``now`` are the fingerprints of the runbook's ``steps`` and ``signals``."""
        using = {
            step.id
            for step in runbook.steps
            if signal in (*step.success, step.until, *_checked(step.action, step.text))
        }
        for run in reversed(self.of(runbook.id)):
            through = any(step in run.done and run.steps.get(step) == now["steps"].get(step) for step in using)
            if signal in run.shown or through:
                same = run.signals.get(signal) == now["signals"].get(signal)
                return Proof(Mark.PROVEN if same else Mark.CHANGED, run)
        return Proof(Mark.NEVER)


def _checked(action: str, text: str) -> tuple[str, ...]:
    return (text,) if action == "check" else ()


def _other(failed: Run, step: str, later: Run) -> bool:
    """Whether a step said something else in a later run."""
    return failed.steps.get(step) != later.steps.get(step)


def pins(document: Document, repository: Repository) -> dict[str, dict[str, str]]:
    """The fingerprints of a runbook's steps and signals as they are now, by their ids."""
    steps = [each.value for each in document.steps if isinstance(each.value, dict)]
    signals = repository.effective(document).get("signals", ())
    named = {"steps": steps, "signals": [each for each in signals if isinstance(each, dict)]}
    return {
        what: {str(each["id"]): fingerprint(each) for each in values if "id" in each} for what, values in named.items()
    }


def history(repository: Repository) -> History:
    """Every use of a runbook that the repository tells of. Use it through ``Repository.once``."""
    found = [*_drills(repository), *_incidents(repository)]
    return History(tuple(sorted(found, key=lambda run: (run.day.isoformat(), str(run.started), run.id))))


def _drills(repository: Repository) -> Iterator[Run]:
    for document in repository.of("drill-record"):
        if not document.readable or repository.violations(document):
            continue
        front: Mapping[str, Any] = document.front
        journal = _journal(repository, str(PurePosixPath(document.path).with_suffix(".jsonl")))
        scenario = next(iter(repository.by_id.get(("drill", front["drill"]["id"]), ())), None)
        yield _drill(document.path, front, journal, str(scenario.front.get("mode", "")) if scenario else "")


def _drill(path: str, front: Mapping[str, Any], journal: Journal | None, mode: str) -> Run:
    doubt = doubts(front, journal)
    start: Mapping[str, Any] = journal.entries[0].value if journal and not doubt else {}
    values = [each.value for each in journal.entries] if journal and not doubt else []
    wanted = {each["id"]: each for each in start.get("objectives", ())}
    ready = {each["id"] for each in front["actions"] if each["status"] == "done"}
    failed = {each["step"]: each["what"] for each in front["gaps"] if "step" in each and each["kind"] in FAILURES}
    return Run(
        path=path,
        id=front["id"],
        runbook=front["runbook"]["id"],
        version=front["runbook"]["version"],
        drill=front["drill"]["id"],
        mode=mode,
        started=moment(front["started"]),
        fictional=bool(front.get("fictional")),
        steps=start.get("pin", {}).get("steps", {}),
        signals=start.get("pin", {}).get("signals", {}),
        done=record.reached(values),
        failed=failed,
        mended=frozenset(each["step"] for each in front["gaps"] if "step" in each and each.get("action") in ready),
        shown=tuple(start.get("shows", ())),
        goals=tuple(
            Goal(
                each["id"],
                wanted[each["id"]]["step"],
                duration.parse(wanted[each["id"]]["within"]) or timedelta(),
                duration.parse(each["took"]) if "took" in each else None,
                each["rating"],
            )
            for each in front["objectives"]
            if each["id"] in wanted
        ),
        teams=tuple(front["participants"]),
        doubt=doubt,
    )


def doubts(front: Mapping[str, Any], journal: Journal | None) -> str:
    """Why a drill's record proves nothing: one sentence, empty where its journal proves it."""
    if journal is None:
        return "there is no journal beside it"
    if not journal.sound:
        return f"the chain of its journal breaks at line {_broken(journal)}"
    if not all(validation.holds((_LINE,), each.value) for each in journal.entries):
        return "its journal has entries that are none"
    if not record.finished(journal):
        return "its journal has no start or no end"
    apart = next(record.differences(front, journal), None)
    return f'its "{apart[0][0]}" is not what the journal says' if apart else ""


def _journal(repository: Repository, path: str) -> Journal | None:
    document = repository.by_path.get(path)
    return document.journal if document else None


def _incidents(repository: Repository) -> Iterator[Run]:
    for document in repository.of("incident"):
        if not document.readable or document.foreign or repository.violations(document):
            continue
        front: Mapping[str, Any] = document.front
        journal = _journal(repository, str(PurePosixPath(document.path).with_name("timeline.jsonl")))
        doubt = _unproven(journal)
        entries = journal.entries if journal and not doubt else ()
        for used in front["runbooks"]:
            yield _incident(document.path, front, used, _pinned(entries, used["id"]), course(entries), doubt)


def _unproven(journal: Journal | None) -> str:
    if journal is None or not journal.entries:
        return "there is no timeline beside it"
    if not all(validation.holds((_ENTRY,), each.value) for each in journal.entries):
        return "its timeline has entries that are none"
    return "" if journal.sound else f"the chain of its timeline breaks at line {_broken(journal)}"


def _broken(journal: Journal) -> int:
    return journal.breaks[0].number if journal.breaks else 1


def _pinned(entries: Sequence[Entry], runbook: str) -> Mapping[str, Any]:
    pins = (each.value.get("pin", {}) for each in entries)
    return next((each for each in pins if each.get("id") == runbook), {})


def _incident(
    path: str, front: Mapping[str, Any], used: Mapping[str, Any], pin: Mapping[str, Any], told: Course, doubt: str
) -> Run:
    begun = moment(front["times"].get("started", front["times"]["detected"]))
    return Run(
        path=path,
        id=front["id"],
        runbook=used["id"],
        version=used["version"],
        mode="incident",
        started=begun,
        steps=pin.get("steps", {}),
        signals=pin.get("signals", {}),
        done={
            step: max(timedelta(), moment(at) - begun) for (book, step), at in told.done.items() if book == used["id"]
        },
        failed=dict.fromkeys(used.get("failed_steps", ()), "it did not work as written"),
        teams=tuple(front.get("participants", ())),
        opened=bool(used.get("opened", True)),
        doubt=doubt,
    )
