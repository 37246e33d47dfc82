"""``drillbook check RUNBOOK --env ENV``: what every signal says now, or said at a time, asked of its real source."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from drillbook import contract, files, settings
from drillbook.cli import _drilled, stop
from drillbook.cli._choice import OneOf
from drillbook.cli._types import Length, Moment, Pair
from drillbook.contract import State
from drillbook.environment import Environment
from drillbook.model import Rollback, Runbook, Signal
from drillbook.probes import fixtures as recorded
from drillbook.probes import telling
from drillbook.probes.asking import Credentials
from drillbook.probes.credentials import credentials
from drillbook.probes.evaluate import Answer, Asking, evaluate
from drillbook.probes.telling import Check, Decision
from drillbook.repository import Repository
from drillbook.suggest import hint
from drillbook.yaml12 import read

_PAUSE = 30
"""Seconds between two looks with --watch."""
_LONGEST = 1000
"""Characters of the longest input."""
_ANSWERS = {"yes": True, "no": False}


@click.command("check")
@click.argument("runbook")
@click.option("--env", "name", help="The environment to ask in; may be left out where the runbook has one.")
@click.option("--input", "inputs", type=Pair(), multiple=True, metavar="NAME=VALUE", help="An input of the runbook.")
@click.option("--at", type=Moment(), help="The time to look at, such as 2026-11-22T03:00Z.  [default: now]")
@click.option("--rollback", is_flag=True, help="Tell whether the rollback criteria are met, and whether one may.")
@click.option("--rolled-back-at", "since", type=Moment(), help="When the rollback ended: tell whether it is verified.")
@click.option(
    "--done", type=Pair(), multiple=True, metavar="STEP=TIME", help="When a step was done that clears a signal."
)
@click.option("--answer", type=Pair(), multiple=True, metavar="SIGNAL=yes|no", help="What people say of a cue.")
@click.option(
    "--fixtures", type=click.Path(path_type=Path, dir_okay=False), help="Recorded values; no source is asked."
)
@click.option("--drill", help="Answer from the values of this tabletop drill, at the time of its clock.")
@click.option(
    "--clock", type=Length(), help="With --drill: the time of its clock, such as 18m.  [default: that of the run]"
)
@click.option("--watch", is_flag=True, help="Ask again every 30 seconds, until interrupted.")
@click.option("--format", "form", type=OneOf("format", lambda: ("text", "json")), default="text", show_default=True)
def command(
    runbook: str,
    name: str | None,
    inputs: tuple[tuple[str, str], ...],
    at: datetime | None,
    rollback: bool,
    since: datetime | None,
    done: tuple[tuple[str, str], ...],
    answer: tuple[tuple[str, str], ...],
    fixtures: Path | None,
    drill: str | None,
    clock: timedelta | None,
    watch: bool,
    form: str,
) -> None:
    """Ask the source of every signal of RUNBOOK, and say which fire, which clear, and which cannot be known.

    Exit status: 0 no signal fires, 1 one fires, 2 usage or environment, 3 none fires and one is inconclusive. With --rollback: 0
    the criteria are not met, or the rollback is verified; 1 they are met, or it failed; 3 that is not known yet.
    """
    if (drill and (fixtures or at)) or (clock is not None and not drill):
        stop("--drill stands without --fixtures and --at, and --clock says the time of a --drill")
    if watch and at is not None:
        stop("--watch looks at the present and --at at the past: give one of them")
    present = datetime.now(UTC)
    if at is not None and at > present and fixtures is None:
        stop("--at lies in the future, of which no source knows anything")
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    book = known_runbook(repository, runbook)
    scene = _drilled.scene(repository, found.root, book, drill, clock) if drill else None
    environment = Environment(
        *known_environment(repository, book, name or (scene.environment if scene else None)),
        known_inputs(book, dict(inputs)),
    )
    if rollback or since:
        _may_ask_about_rollback(book, since, at or present)
    said, cleared = _said(book, dict(answer)), _cleared(book, done)
    replay = scene.replay if scene else record(fixtures) if fixtures else None
    interactive = sys.stdin.isatty() and form == "text" and not watch and at is None

    def people(signal: Signal) -> bool | None:
        if scene and signal.id not in said:
            return scene.noticed(signal.id)
        return _asked(signal) if interactive and signal.id not in said else said.get(signal.id)

    def look() -> Check:
        asking = Asking(
            at=at or (scene.now() if scene else datetime.now(UTC).replace(microsecond=0)),
            now=at is None and scene is None,
            credentials=lambda source: Credentials() if replay else credentials(environment.name, source),
            people=people,
            cleared=cleared,
            recorded=replay,
        )
        answers = evaluate(book.signals, environment, asking)
        unasked = frozenset(
            each.signal.id for each in answers if each.signal.human and each.outcome.state is State.INCONCLUSIVE
        )
        decision = None
        if book.rollback is not None and (rollback or since):
            decision = _decision(repository, book, book.rollback, environment, answers)
        if decision is not None and since is not None:
            seen = _seen(book, decision.rollback, environment, asking, since)
            verdict = contract.verified(decision.rollback, since, asking.at, seen)
            decision = replace(decision, verdict=verdict, until=since + decision.rollback.give_up_after)
        return Check(book, environment.name, asking.at, answers, unasked, decision)

    first = look()
    _print(first, form)
    sys.exit(_watched(look, first, form) if watch else first.status)


def _watched(look: Callable[[], Check], first: Check, form: str) -> int:
    """Look again and again, and print what is new, until interrupted; the status is that of the last look."""
    gc.enable()  # what runs for hours collects its garbage
    last = first
    try:
        while True:
            time.sleep(_PAUSE)
            now = look()
            if sys.stdout.isatty() or now.said != last.said:
                _print(now, form)
            last = now
    except KeyboardInterrupt:
        return last.status


def known_runbook(repository: Repository, name: str) -> Runbook:
    """A runbook whose signals can be asked about."""
    known = {document.id: document for document in repository.of("runbook")}
    document = known.get(Path(name).stem) or repository.by_path.get(Path(name).as_posix())
    if document is None:
        stop(f'there is no runbook "{name}", {hint(name, known)}')
    book = repository.model(document)
    if book is None:
        stop(
            f"{document.path}: breaks the contract, so nobody can say what its signals mean; run drillbook lint {document.path}"
        )
    if not book.signals:
        stop(f"{document.path}: has no signals, so there is nothing to check")
    return book


def known_environment(repository: Repository, book: Runbook, name: str | None) -> tuple[str, dict[str, object]]:
    """The environment to ask in, and its entry."""
    entries = repository.entries("environments")
    mine = [each for each in book.data.get("environments", ()) if each in entries]
    if name is None and len(mine) == 1:
        name = mine[0]
    if name is None:
        stop(f"--env is missing: {book.id} runs in {', '.join(mine) or 'no environment of the catalog'}")
    if name not in entries:
        stop(f'there is no environment "{name}" in catalog/environments.yaml, {hint(name, entries)}')
    if name not in mine:
        stop(f'{book.id} does not run in "{name}", only in {", ".join(mine)}')
    if name not in repository.sound("environments"):
        stop(f'catalog/environments.yaml: "{name}" breaks the contract; run drillbook lint')
    return name, dict(entries[name])


def known_inputs(book: Runbook, given: dict[str, str]) -> dict[str, str]:
    """The inputs that were given, each as the runbook wants it."""
    import re

    known = {each["id"]: each for each in book.data.get("inputs", ())}
    for name, value in given.items():
        if name not in known:
            stop(f'{book.id} has no input "{name}", {hint(name, known)}')
        pattern = known[name].get("pattern")
        if len(value) > _LONGEST:
            stop(f"--input {name}: the value has {len(value)} characters, expected at most {_LONGEST}")
        if pattern and not re.fullmatch(pattern, value):
            stop(
                f'--input {name}: "{value}" does not match {pattern}, expected one such as {known[name].get("example")}'
            )
    return given


def _said(book: Runbook, given: dict[str, str]) -> dict[str, bool | None]:
    cues = [each.id for each in book.signals if each.human]
    for name, word in given.items():
        if name not in cues:
            stop(f'{book.id} has no cue "{name}" that people notice, {hint(name, cues)}')
        if word not in _ANSWERS:
            stop(f'--answer {name}: "{word}" is no answer, expected yes or no')
    return {name: _ANSWERS[word] for name, word in given.items()}


def _asked(signal: Signal) -> bool | None:
    choice = click.Choice(["yes", "no", "unknown"])
    word = click.prompt(f"{signal.title}: is that so?", type=choice, default="unknown", err=True)
    return _ANSWERS.get(word)


def _cleared(book: Runbook, done: Sequence[tuple[str, str]]) -> dict[str, datetime]:
    found = {}
    for step, when in done:
        if book.step(step) is None:
            stop(f'{book.id} has no step "{step}", {hint(step, [each.id for each in book.steps])}')
        found[step] = Moment().convert(when, None, None)
    return found


def record(path: Path) -> recorded.Replay:
    """Recorded values."""
    try:
        found = read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8 text'}")
    if found.problems:
        stop(f"{path}: {found.problems[0].message}")
    try:
        return recorded.reader(found.value)
    except recorded.WrongRecord as error:
        stop(f"{path}: {error}")


def _may_ask_about_rollback(book: Runbook, since: datetime | None, at: datetime) -> None:
    if book.rollback is None:
        stop(f"{book.id} has no rollback: {(book.data.get('rollback') or {}).get('reason', 'none is written')}")
    if since is not None and since > at:
        stop("--rolled-back-at lies in the future of the time that is looked at")


def _decision(
    repository: Repository,
    book: Runbook,
    rollback: Rollback,
    environment: Environment,
    answers: Sequence[Answer],
) -> Decision:
    return Decision(
        rollback,
        contract.criteria(rollback, {each.signal.id: each.outcome.state for each in answers}),
        telling.targets(rollback, repository.entries("components")),
        telling.not_allowed(book, rollback, environment.name, str(environment.entry.get("allow", "all"))),
    )


def _seen(
    book: Runbook, rollback: Rollback, environment: Environment, asking: Asking, since: datetime
) -> list[tuple[datetime, dict[str, State]]]:
    """What the signals of the verification said from the rollback until now, or until it was given up."""
    signals = tuple(each for each in book.signals if each.id in rollback.verify)
    end = min(asking.at, since + rollback.give_up_after)
    then = replace(asking, at=end, now=asking.now and end == asking.at, further=end - since, people=lambda _: None)
    return contract.side_by_side({each.signal.id: each.states() for each in evaluate(signals, environment, then)})


def _print(check: Check, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(telling.data(check), indent=2, allow_nan=False))
        return
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line, name in telling.text(check):
        plain = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
        click.echo(click.style(plain, fg=name) if colour and name else plain, color=colour)
