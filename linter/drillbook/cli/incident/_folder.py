"""The folder of an incident, its timeline and the runbooks that it names, for every command about incidents."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from drillbook import append, document, files, history, journal, settings, validation, vcs
from drillbook.cli import stop
from drillbook.cli._telling import plain
from drillbook.cli._types import Moment
from drillbook.course import PHASES, course
from drillbook.document import Document
from drillbook.incidents import front
from drillbook.incidents.entries import problem, when
from drillbook.incidents.opening import Used, upcoming
from drillbook.journal import Entry, Journal
from drillbook.repository import DEFAULTS, Repository
from drillbook.suggest import hint

F = TypeVar("F", bound=Callable[..., Any])
_ID = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(-[a-z0-9]+)+")
_STEP = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident's folder in its repository. ``report`` is the text of its incident.md."""

    root: Path
    repository: Repository
    id: str
    report: str
    front: Mapping[str, Any]
    journal: Journal

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.root / "incidents" / self.id

    @property
    def timeline(self) -> Path:
        """The file of its timeline."""
        return self.folder / "timeline.jsonl"

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that have the form of the contract; of the others, drillbook lint tells."""
        return sound(self.journal)

    @property
    def runbooks(self) -> list[str]:
        """The ids of the runbooks that it names, the first opened first."""
        listed = self.front.get("runbooks")
        return [
            str(each["id"])
            for each in (listed if isinstance(listed, list) else ())
            if isinstance(each, dict) and "id" in each
        ]

    @property
    def team(self) -> str:
        """Who writes where nobody says who: the team to which it was handed over, or that opened it."""
        wrote = [str(each.value.get("by", "")) for each in self.journal.entries]
        return wrote[0] if wrote else ""


def sound(told: Journal) -> tuple[Entry, ...]:
    """The entries of a timeline that have the form of the contract."""
    return tuple(each for each in told.entries if validation.holds(("timeline-entry",), each.value))


def options(command: F) -> F:
    """Which incident, and the time that counts as now; for every command that works on one."""
    command = click.option(
        "--incident", "name", metavar="ID", help="The incident.  [default: the one that is not closed]"
    )(command)
    return clock(command)


def clock(command: F) -> F:
    """The time that counts as now."""
    return click.option(
        "--now", type=Moment(), envvar="DRILLBOOK_NOW", help="The time that counts as now, for replays.", hidden=True
    )(command)


def written(command: F) -> F:
    """When it happened and who says so; for every command that writes an entry."""
    command = click.option("--at", type=Moment(), help="When it happened, such as 2026-11-22T03:00Z.  [default: now]")(
        command
    )
    return click.option(
        "--by", metavar="TEAM", envvar="DRILLBOOK_TEAM", help="Your team.  [default: the team that opened the incident]"
    )(command)


def present(now: datetime | None) -> datetime:
    """Now, to the second."""
    return (now or datetime.now(UTC)).replace(microsecond=0)


def happened(at: datetime | None, now: datetime) -> datetime:
    """When it happened; what has not happened yet is no entry."""
    if at is not None and at > now:
        stop(f"--at lies in the future: {at:%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M} UTC")
    return at or now


def repository() -> tuple[Path, Repository]:
    """The repository around the current folder."""
    found = settings.find(Path())
    return found.root, files.load(found.root, found.exclude)


def find(name: str | None) -> Incident:
    """The incident that is meant: the one that is named, or the only one that is not closed."""
    root, known = repository()
    every = {Path(each.path).parent.name: each for each in known.of("incident")}
    if name is None:
        unclosed = [each for each, file in every.items() if file.card.status != "closed"]
        if len(unclosed) != 1:
            some = f"{len(unclosed)} incidents are not closed: {', '.join(unclosed[-5:])}"
            stop(
                f"--incident is missing: {some if unclosed else 'no incident is open; drillbook incident open begins one'}"
            )
        name = unclosed[0]
    if name not in every or not _ID.fullmatch(name):
        stop(f'there is no incident "{plain(name)}", {hint(name, every)}')
    return read(root, known, name)


def read(root: Path, known: Repository, name: str) -> Incident:
    """An incident by its id."""
    folder = root / "incidents" / name
    for path in (root / "incidents", folder, folder / "incident.md", folder / "timeline.jsonl"):
        if path.is_symlink():
            stop(f"{os.path.relpath(path, root)}: a link, expected a plain file or folder")
    file = document.parse(f"incidents/{name}/incident.md", "incident", _bytes(folder / "incident.md"))
    told = journal.read(_bytes(folder / "timeline.jsonl"))
    return Incident(root, known, name, file.text, file.front, told)


def keeps_the_contract(found: Incident) -> None:
    """Leave with a sentence where incident.md says something that has no meaning."""
    path = f"incidents/{found.id}/incident.md"
    file = found.repository.by_path.get(path)
    if file is None or not file.readable or found.repository.violations(file):
        stop(f"{path}: breaks the contract, so nobody can say what it means; run drillbook lint {path}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.exists() else b""
    except OSError as error:
        stop(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}")


@contextmanager
def adding(path: Path) -> Iterator[append.Log]:
    """A journal that is open for adding; whatever is in the way is one sentence that says what was recorded and what not."""
    before, log = 0, None
    try:
        with append.Log(path) as log:
            before = len(log.journal.entries)
            if log.torn:
                click.echo(f"A line that was not finished was set aside in {path.name}.torn.", err=True)
            yield log
    except (append.LockedError, OSError) as error:
        why = (error.strerror or "").lower() if isinstance(error, OSError) and error.errno else ""
        count = len(log.journal.entries) - before if log else 0
        done = (
            f"only {count} of the new lines stand in {path.name}"
            if count
            else "nothing was recorded, so write it down elsewhere"
        )
        stop(f"{done}: {f'{path}: {why}' if why else error}")


def write(incident: Incident, values: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add entries to a timeline and bring the report's front matter up to it; the numbers of the new lines."""
    for value in values:
        if why := problem(value):
            stop(why)
    with adding(incident.timeline) as log:
        numbers = [_added(log, value) for value in values]
        try:
            _follow(incident, log.journal)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            stop(
                f"the timeline is written, and incident.md is not: {why}; the next milestone brings it up to the timeline"
            )
    if len(log.journal.heads) > 1:
        click.echo("The timeline has two ends, from two branches; drillbook incident merge joins them.", err=True)
    elif log.journal.breaks:
        click.echo(
            f"Line {log.journal.breaks[0].number} of the timeline does not fit: {log.journal.breaks[0].why}.", err=True
        )
    return numbers


def _added(log: append.Log, value: Mapping[str, Any]) -> int:
    log.add(value)
    return log.journal.entries[-1].number


def _follow(incident: Incident, told: Journal) -> None:
    """Write into incident.md what the timeline says of status, times, severity, clocks and runbooks."""
    path = incident.folder / "incident.md"
    if not path.exists():
        return
    entries = sound(told)
    now = course(entries)
    void = now.void

    def change(values: Any) -> None:
        if now.times:
            was = values.get("status")
            values["status"] = now.status
            times = values.setdefault("times", {})
            for phase in PHASES:
                if phase in now.times:
                    times[phase] = now.times[phase]
                elif phase in now.gone:
                    times.pop(phase, None)
            ordered = {phase: times[phase] for phase in PHASES if phase in times}
            times.clear()
            times.update(ordered)
            if was != now.status:
                _next(values, incident, now.status, now.times, when(entries[-1].value["recorded_at"]))
        if now.severity:
            values["severity"] = now.severity
        _runbooks(values, [each for each in entries if each.digest not in void])
        _clocks(values, now.clocks)

    try:
        text = path.read_bytes().decode("utf-8")
        after = front.changed(text, change)
    except front.NoFront as error:
        click.echo(f"{path}: {error}, so only the timeline was written.", err=True)
        return
    except (ValueError, AttributeError, TypeError, KeyError):  # what people wrote there may be anything
        click.echo(
            f"{path}: breaks the contract, so only the timeline was written; drillbook lint says where.", err=True
        )
        return
    if after != text:
        append.replace(path, after)


def _next(values: Any, incident: Incident, status: str, times: Mapping[str, str], now: datetime) -> None:
    book = incident.repository.runbook(incident.runbooks[0]) if incident.runbooks else None
    data = incident.repository.effective(book) if book else {}
    what, due = upcoming(status, times, data, now)
    values["next_milestone"] = front.flow({"what": what, "due": due})


def _runbooks(values: Any, entries: Sequence[Entry]) -> None:
    listed = values.setdefault("runbooks", [])
    known = {str(each.get("id")) for each in listed if isinstance(each, dict)}
    for each in entries:
        used = each.value.get("pin")
        if isinstance(used, dict) and used["id"] not in known:
            known.add(used["id"])
            listed.append(front.flow({key: used[key] for key in ("id", "version", "commit") if key in used}))


def _clocks(values: Any, clocks: Mapping[str, Entry]) -> None:
    listed = values.get("clocks") or []
    known = {str(each.get("clock")) for each in listed if isinstance(each, dict)}
    new = [
        front.flow(
            {
                "clock": name,
                "applies": True,
                "decided_by": each.value["by"],
                "because": str(each.value["text"])[:300],
                "started": each.value["at"],
            }
        )
        for name, each in clocks.items()
        if name not in known
    ]
    if new:
        values["clocks"] = [*listed, *new]


def used(root: Path, known: Repository, name: str) -> Used:
    """A runbook by its id or file, as it is now, and the commit that holds it so."""
    every = {each.id: each for each in known.of("runbook") if each.id}
    file = every.get(Path(name).stem) or known.by_path.get(Path(name).as_posix())
    if file is None or file.kind != "runbook" or not file.id:
        stop(f'there is no runbook "{plain(name)}", {hint(name, every)}')
    data = known.effective(file)
    version = str(data.get("version", ""))
    if problem({"at": "2026-01-01T00:00:00Z", "recorded_at": "2026-01-01T00:00:00Z", "kind": "fact", "text": "x", "by": "x",
                "pin": {"id": file.id, "version": version, "steps": {}}}):  # fmt: skip
        stop(f"{file.path}: its id or version breaks the contract; run drillbook lint {file.path}")
    commit, why = _commit(root, known, file)
    named = {
        what: {key: each for key, each in values.items() if _STEP.fullmatch(key)}
        for what, values in history.pins(file, known).items()
    }
    return Used({"id": file.id, "version": version, **({"commit": commit} if commit else {}), **named}, data, why)


def _commit(root: Path, known: Repository, file: Document) -> tuple[str, str]:
    """The commit that holds a runbook and the defaults as they are; otherwise why there is none."""
    try:
        git = vcs.find(root)
        head = git.commit("HEAD")
        for path in (file.path, DEFAULTS):
            here = known.by_path.get(path)
            if git.text(head, path) != (here.data if here else b""):
                return "", f"{path} differs from the last commit, {head[:9]}"
    except vcs.VcsError:
        return "", "git holds no commit of it here"
    return head, ""


def teams(known: Repository, team: str) -> str:
    """A team of the catalog."""
    every = known.entries("teams")
    if every and team not in every:
        stop(f'team "{plain(team)}" is not in catalog/teams.yaml, {hint(team, every)}')
    return team
