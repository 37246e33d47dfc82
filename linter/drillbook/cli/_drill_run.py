"""``drillbook drill run ID``: a scenario against the clock, every key kept, a record at the end."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from drillbook import append, files, record, settings, vcs, yaml12
from drillbook.append import LockedError, Log
from drillbook.cli import stop
from drillbook.drills import replay, session, writing
from drillbook.drills.scenario import NotReadyError, Scenario, scenario
from drillbook.drills.session import Phase, RefusedError
from drillbook.repository import Repository
from drillbook.suggest import hint

RECORDS = Path("drills", "records")


@click.command("run")
@click.argument("drill")
@click.option("--resume", is_flag=True, help="Go on with the run of this drill that has not ended.")
@click.option(
    "--replay",
    "sequence",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Play a recorded sequence; no terminal is needed.",
)
def run(drill: str, resume: bool, sequence: Path | None) -> None:
    """Lead the players through DRILL: injects on the clock, what they did and missed, ratings, gaps and actions.

    Every key is written to drills/records/ at once. After a crash, --resume goes on where it stopped. At the end the record
    stands beside the journal. Exit status: 0 the record is written, or the run was left to go on later; 2 usage or environment.
    """
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    told = _scenario(repository, drill)
    folder = found.root / RECORDS
    try:
        path = _replayed(told, sequence, folder, found.root) if sequence else _run(told, folder, found.root, resume)
    except LockedError:
        stop(f'somebody else leads the drill "{told.id}" at this moment; two facilitators cannot write one record')
    except RefusedError as error:
        stop(str(error))
    if path is not None:
        click.echo(f"Wrote {path.relative_to(found.root).as_posix()}")


def _scenario(repository: Repository, name: str) -> Scenario:
    known = {document.id: document for document in repository.of("drill")}
    document = known.get(Path(name).stem)
    if document is None:
        stop(f'there is no drill "{name}", {hint(name, known)}')
    try:
        return scenario(repository, document)
    except NotReadyError as error:
        stop(str(error))


def _commit(root: Path) -> str:
    """The commit that is checked out; a record without one could not be held against anything later."""
    try:
        return vcs.find(root).commit("HEAD")[:12]
    except vcs.VcsError as error:
        stop(f"{error}; a record names the commit of the runbook, so commit the repository first")


def _replayed(told: Scenario, file: Path, folder: Path, root: Path) -> Path:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file}: cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8 text'}")
    read = yaml12.read(text)
    if not isinstance(read.value, Mapping) or read.problems:
        stop(f"{file}: no recorded sequence: {read.problems[0].message if read.problems else 'it holds no keys'}")
    try:
        told = replay.pinned(told, read.value)
        name = _free(folder, f"{replay.begun(told, read.value):%Y-%m-%d}-{told.id}")
        values: list[Mapping[str, Any]] = []
        commit = "" if "pin" in read.value else _commit(root)
        replay.play(told, read.value, values.append, commit)
    except RefusedError as error:
        stop(f"{file}: {error}")
    with Log(folder / f"{name}.jsonl", wait=0) as log:
        for value in values:
            log.add(value)
        return _recorded(log, folder, name)


def _recorded(log: Log, folder: Path, name: str) -> Path:
    path = folder / f"{name}.yaml"
    append.create(path, writing.written(log.journal, name))
    return path


def _free(folder: Path, name: str) -> str:
    """A name that no record has yet; a second run on one day gets a number."""
    names = (name, *(f"{name}-{number}" for number in range(2, 100)))
    return next(each for each in names if not any((folder / f"{each}{end}").exists() for end in (".jsonl", ".yaml")))


def _unfinished(told: Scenario, folder: Path) -> list[Path]:
    """The journals of this drill that have no record yet, the newest last."""
    names = sorted(folder.glob(f"????-??-??-{told.id}*.jsonl"))
    return [path for path in names if not path.with_suffix(".yaml").exists() and path.stem[11:].startswith(told.id)]


def _run(told: Scenario, folder: Path, root: Path, resume: bool) -> Path | None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        stop("a drill is led on a terminal; --replay FILE plays a recorded sequence without one")
    left = _unfinished(told, folder)
    if left and not resume:
        stop(f"{left[-1].relative_to(root)}: this run has no record yet; go on with --resume, or move the file away")
    if resume and not left:
        stop(f'there is no run of "{told.id}" to go on with')
    commit = _commit(root)
    gc.enable()
    name = left[-1].stem if left else _free(folder, f"{datetime.now(UTC):%Y-%m-%d}-{told.id}")
    path = folder / f"{name}.jsonl"
    with Log(path, wait=0) as log:
        if log.torn:
            click.echo(f"A line that was half written stands in {path.name}.torn now.", err=True)
        values = [each.value for each in log.journal.entries]
        if session.state(told, values, datetime.now(UTC)).phase is not Phase.ENDED:
            _lead(told, log, commit)
        if not record.finished(log.journal):
            left_alone = not log.journal.entries
            if not left_alone:
                click.echo(f"Not ended: drillbook drill run {told.id} --resume goes on.")
        else:
            from drillbook.cli._drill_debrief import debrief

            try:
                debrief(told, log)
            except (click.Abort, EOFError, KeyboardInterrupt):
                click.echo(
                    f"\nNo record yet: drillbook drill run {told.id} --resume goes on with the questions.", err=True
                )
                raise
            return _recorded(log, folder, name)
    if not path.stat().st_size:
        path.unlink()
    return None


def _lead(told: Scenario, log: Log, commit: str) -> None:
    try:
        from drillbook.cli._drill_app import DrillApp
    except ModuleNotFoundError as error:
        stop(f"leading a drill needs {error.name}, which is not installed; pip install 'drillbook[drills]'")
    DrillApp(told, log, commit).run()
