"""``drillbook incident confirm-fix``: whether the signals stayed clear for as long as the runbook asks."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from drillbook import contract, duration
from drillbook.cli import check, stop
from drillbook.cli._types import Moment, Pair
from drillbook.cli.incident import _folder
from drillbook.contract import State
from drillbook.environment import Environment
from drillbook.incidents.entries import entry, when
from drillbook.model import Runbook, Signal
from drillbook.probes.asking import Credentials
from drillbook.probes.credentials import credentials
from drillbook.probes.evaluate import Asking, evaluate

_PIECE = timedelta(days=1)
"""So much is asked of a source at once: a server answers only so many points."""


@click.command("confirm-fix")
@click.option("--runbook", help="Which runbook's confirm_fix.  [default: the first of the incident]")
@click.option("--env", "environment", help="The environment to ask in; may be left out where the runbook has one.")
@click.option("--input", "inputs", type=Pair(), multiple=True, metavar="NAME=VALUE", help="An input of the runbook.")
@click.option("--at", type=Moment(), help="The time to look at.  [default: now]")
@click.option(
    "--fixtures", type=click.Path(path_type=Path, dir_okay=False), help="Recorded values; no source is asked."
)
@click.option(
    "--by", metavar="TEAM", envvar="DRILLBOOK_TEAM", help="Your team.  [default: the team that opened the incident]"
)
@_folder.options
def command(
    runbook: str | None,
    environment: str | None,
    inputs: tuple[tuple[str, str], ...],
    at: datetime | None,
    fixtures: Path | None,
    by: str | None,
    name: str | None,
    now: datetime | None,
) -> None:
    """Ask the sources whether the signals of confirm_fix stayed clear long enough; then the cause counts as removed.

    Exit status: 0 it counts as removed, and the timeline says so; 1 a signal was not clear; 2 usage or
    environment; 3 not known yet.
    """
    here = _folder.present(now)
    found = _folder.find(name)
    _folder.keeps_the_contract(found)
    moment = _folder.happened(at, here)
    wanted = runbook or next(iter(found.runbooks), None)
    if wanted is None:
        stop(f"{found.id} names no runbook, so nobody said which signals have to stay clear")
    book = check.known_runbook(found.repository, wanted)
    confirm = (book.data.get("postmortem") or {}).get("confirm_fix") or {}
    length = duration.parse(str(confirm.get("clear_for", "")))
    signals = tuple(each for each in book.signals if each.id in confirm.get("all", ()))
    if length is None or not signals:
        stop(f"{book.id}: its postmortem has no confirm_fix, so nobody said which signals have to stay clear")
    times = found.front.get("times") or {}
    since = when(times.get("restored") or times.get("detected"))
    where = Environment(
        *check.known_environment(found.repository, book, environment), check.known_inputs(book, dict(inputs))
    )
    start = max(since, moment - length)
    seen = _seen(signals, where, start, moment, fixtures)
    _tell(found, book, length, since, moment, seen, by, here)


def _seen(
    signals: tuple[Signal, ...], where: Environment, start: datetime, end: datetime, fixtures: Path | None
) -> list[tuple[datetime, dict[str, State]]]:
    """What the signals said from ``start`` to ``end``, a day at a time."""
    replay = check.record(fixtures) if fixtures else None
    said: dict[str, list[tuple[datetime, State]]] = {each.id: [] for each in signals}
    until = end
    while True:
        since = max(start, until - _PIECE)
        asking = Asking(
            at=until,
            now=False,
            credentials=lambda source: Credentials() if replay else credentials(where.name, source),
            people=lambda _: None,
            cleared={},
            recorded=replay,
            further=until - since,
        )
        for each in evaluate(signals, where, asking):
            states = [(at, state) for at, state in each.states() if since <= at <= until]
            said[each.signal.id] += states or [(until, State.INCONCLUSIVE)]
        if since <= start:
            return contract.side_by_side({name: sorted(set(states)) for name, states in said.items()})
        until = since


def _tell(
    found: _folder.Incident,
    book: Runbook,
    length: timedelta,
    since: datetime,
    moment: datetime,
    seen: list[tuple[datetime, dict[str, State]]],
    by: str | None,
    now: datetime,
) -> None:
    names = sorted({name for _, states in seen for name in states})
    broken = [(at, name, state) for at, states in seen for name, state in states.items() if state is not State.CLEARS]
    if broken:
        at, name, state = broken[-1]
        word = {"fires": "fired", "neither": "was not clear", "inconclusive": "was not known"}[str(state)]
        click.echo(
            f"Not confirmed: {name} {word} at {at:%Y-%m-%d %H:%M} UTC; it has to stay clear for {duration.show(length)}."
        )
        sys.exit(3 if all(each[2] is State.INCONCLUSIVE for each in broken) else 1)
    if moment - since < length:
        again = f"look again at {since + length:%Y-%m-%d %H:%M} UTC"
        click.echo(f"Not yet: {', '.join(names)} stayed clear since {since:%Y-%m-%d %H:%M} UTC; {again}.")
        sys.exit(3)
    text = f"The cause counts as removed: {', '.join(names)} of {book.id} stayed clear for {duration.show(length)}."
    team = _folder.teams(found.repository, by or found.team)
    value = entry("fact", text, team, moment, now, runbook=book.id, confirms="cause-removed")
    if not any(
        each.value.get("text") == text and each.value.get("at") == value["at"] for each in found.journal.entries
    ):
        _folder.write(found, [value])
    click.echo(text)
