"""Repository + day -> what all incidents say together: every time beside its objective, recurrences, promises. Pure.

Every value is kept and counted; nothing is averaged away. Times are those of incident.md; objectives are those of the runbook as
it is now, since nobody is held to one that no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from drillbook import actions, duration
from drillbook.document import Document
from drillbook.history import Mark, history, pins
from drillbook.record import moment
from drillbook.repository import Repository
from drillbook.reviews import due
from drillbook.schedule import planned
from drillbook.words import counted

PHASES = ("detect", "contain", "mitigate", "restore")
"""The times that count: until the first signal or cue since the start, and until each phase since then."""
_ENDS = {"detect": "detected", "contain": "contained", "mitigate": "mitigated", "restore": "restored"}
_RECENT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident of the repository: its front matter, its day, and whether it was a near miss."""

    document: Document
    id: str
    name: str
    day: date
    front: Mapping[str, Any]

    @property
    def hazard(self) -> bool:
        """Whether it did no harm."""
        return bool(self.front.get("hazard"))

    @property
    def runbooks(self) -> tuple[str, ...]:
        """The runbooks that were used."""
        return tuple(each["id"] for each in self.front["runbooks"])

    @property
    def cause(self) -> str:
        """The short name of the cause; empty where nobody knows it yet."""
        return str((self.front.get("cause") or {}).get("fingerprint", ""))


@dataclass(frozen=True, slots=True)
class Time:
    """How long a phase took in one incident, and the objective of its runbook, if it has one."""

    incident: str
    runbook: str
    phase: str
    took: timedelta
    objective: timedelta | None

    @property
    def missed(self) -> bool:
        """Whether it took longer than it should."""
        return self.objective is not None and self.took > self.objective


@dataclass(frozen=True, slots=True)
class Promise:
    """What an action of a report promised to shorten, and what later incidents of the same runbooks took."""

    incident: str
    action: str
    phase: str
    before: timedelta
    after: timedelta
    later: tuple[Time, ...]


@dataclass(frozen=True, slots=True)
class Trends:
    """Everything that the incidents say together; ``found`` counts who noticed each first, as far as it was
    written down; of the actions that are done, ``dated`` say when, and ``in_time`` of these were."""

    incidents: tuple[Incident, ...]
    times: tuple[Time, ...]
    recurrences: Mapping[str, tuple[Incident, ...]]
    found: Mapping[str, int]
    done: int
    in_time: int
    dated: int
    late: int
    promises: tuple[Promise, ...]


def incidents(repository: Repository) -> tuple[Incident, ...]:
    """The incidents that satisfy the contract, the first before the last."""
    found = [
        Incident(each, each.id, str(each.front["name"]), _began(each.front).date(), each.front)
        for each in repository.of("incident")
        if each.readable and not each.foreign and not repository.violations(each)
    ]
    return tuple(sorted(found, key=lambda each: (_began(each.front), each.id)))


def _began(front: Mapping[str, Any]) -> datetime:
    return moment(front["times"].get("started", front["times"]["detected"]))


def trends(repository: Repository, as_of: date) -> Trends:
    """What the incidents until a day say."""
    known = tuple(each for each in incidents(repository) if each.day <= as_of)
    real = [each for each in known if not each.hazard]
    times = tuple(time for each in real for time in _times(repository, each, as_of))
    causes = dict.fromkeys(each.cause for each in known if each.cause)
    same = {cause: tuple(each for each in known if each.cause == cause) for cause in causes}
    found: dict[str, int] = {}
    for each in known:
        if "found_by" in each.front:
            found[each.front["found_by"]] = found.get(each.front["found_by"], 0) + 1
    listed = actions.known(repository, as_of)
    late = sum(each.overdue(as_of) for each in listed)
    finished = [each for each in listed if each.done_by(as_of)]
    dated = [each for each in finished if each.data.get("done_on") and each.due]
    return Trends(
        known,
        times,
        {cause: several for cause, several in same.items() if len(several) > 1},
        found,
        len(finished),
        sum(each.data["done_on"] <= str(each.due) for each in dated),
        len(dated),
        late,
        tuple(_promises(known, times)),
    )


def _times(repository: Repository, incident: Incident, as_of: date) -> Iterator[Time]:
    front = incident.front["times"]
    runbook = next(iter(incident.runbooks), "")
    document = repository.runbook(runbook)
    wanted = (repository.effective(document).get("objectives") or {}) if document else {}
    for phase, end in _ENDS.items():
        start = "started" if phase == "detect" else "detected"
        if start in front and end in front and moment(front[end]).date() <= as_of:
            took = moment(front[end]) - moment(front[start])
            objective = duration.parse(str(wanted.get(phase, ""))) if isinstance(wanted, dict) else None
            yield Time(incident.id, runbook, phase, max(timedelta(), took), objective)


def _promises(known: tuple[Incident, ...], times: tuple[Time, ...]) -> Iterator[Promise]:
    order = {each.id: number for number, each in enumerate(known)}
    for each in known:
        for action in each.front.get("actions", ()):
            outcome = action.get("outcome")
            if not outcome:
                continue
            later = tuple(
                time
                for time in times
                if time.phase == outcome["metric"]
                and time.runbook in each.runbooks
                and order[time.incident] > order[each.id]
            )
            lengths = [duration.parse(outcome[key]) or timedelta() for key in ("from", "to")]
            yield Promise(each.id, action["id"], outcome["metric"], lengths[0], lengths[1], later)


@dataclass(frozen=True, slots=True)
class Risk:
    """A runbook with what speaks for drilling or reviewing it next: each reason in words, with its weight."""

    runbook: str
    reasons: tuple[tuple[int, str], ...]

    @property
    def weight(self) -> int:
        """The sum of the reasons."""
        return sum(weight for weight, _ in self.reasons)


def risks(repository: Repository, as_of: date) -> tuple[Risk, ...]:
    """The runbooks in use, the one to look at first at the beginning."""
    seen = trends(repository, as_of)
    found = []
    for document in repository.of("runbook"):
        book = repository.in_use(document)
        if book is not None and document.card.status != "draft":
            reasons = tuple(_reasons(repository, document, seen, as_of))
            found.append(Risk(book.id, tuple(sorted(reasons, reverse=True))))
    return tuple(sorted(found, key=lambda risk: (-risk.weight, risk.runbook)))


def _reasons(repository: Repository, document: Document, seen: Trends, as_of: date) -> Iterator[tuple[int, str]]:
    name = document.id
    known = repository.once(history).until(as_of)
    marks = {step: known.step(name, step, digest) for step, digest in pins(document, repository)["steps"].items()}
    failed = [step for step, proof in marks.items() if proof.mark in (Mark.FAILED, Mark.UNTRIED)]
    if failed:
        yield 5, f"{', '.join(failed)} failed and {'was' if len(failed) == 1 else 'were'} not changed and tried again"
    drills = [run for run in known.of(name) if run.drill]
    tried = sum(proof.mark is Mark.PROVEN for proof in marks.values())
    if not drills:
        yield 4, "never drilled"
    elif tried < len(marks):
        yield 1, f"{len(marks) - tried} of {len(marks)} steps were never tried as they are now"
    for drill in planned(repository, as_of, repository.quiet):
        if drill.runbook == name and drill.next < as_of:
            yield 2, f"the drill {drill.id} is overdue since {drill.next}"
    mine = [each for each in seen.incidents if name in each.runbooks and as_of - each.day <= _RECENT]
    if mine:
        yield 2 * len(mine), f"{counted(len(mine), 'incident')} in the last {_RECENT.days} days"
    missed = [time for time in seen.times if time.runbook == name and time.missed]
    for time in missed:
        took, wanted = duration.show(time.took), duration.show(time.objective or timedelta())
        yield 1, f"{time.incident} took {took} to {time.phase}, objective {wanted}"
    again = [cause for cause, several in seen.recurrences.items() if any(name in each.runbooks for each in several)]
    for cause in again:
        yield 3, f"the cause {cause} came back: {counted(len(seen.recurrences[cause]), 'incident')}"
    review = due(repository.effective(document).get("review"))
    if review is not None and review < as_of:
        yield 2, f"its review is overdue since {review}"
    from_mine = {each.id for each in mine} | {run.id for run in known.of(name)}
    late = [each for each in actions.known(repository, as_of) if each.record in from_mine and each.overdue(as_of)]
    if late:
        yield 2, f"{counted(len(late), 'action')} overdue: {', '.join(each.id for each in late)}"


def figures(seen: Trends) -> Iterator[dict[str, str]]:
    """Every time of every incident as a flat row, for tables and other programs. Seconds are whole."""
    for time in seen.times:
        yield {
            "incident": time.incident,
            "runbook": time.runbook,
            "phase": time.phase,
            "seconds": str(int(time.took.total_seconds())),
            "objective_seconds": str(int(time.objective.total_seconds())) if time.objective is not None else "",
            "missed": "yes" if time.missed else "no" if time.objective is not None else "",
        }
