"""After the clock has stopped: ratings, gaps and actions, asked one by one; each answer is kept at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click

from drillbook.append import Log
from drillbook.drills import session
from drillbook.drills.scenario import Scenario
from drillbook.duration import show
from drillbook.validation import holds, is_date

_RATINGS = {
    "P": "performed without challenges",
    "S": "performed with some challenges",
    "M": "performed with major challenges",
    "U": "unable to perform",
}
_KINDS = ("missing", "confusing", "wrong")
_LONGEST = 300
"""Characters of the longest answer."""
_TYPES = ("detect", "prevent", "mitigate", "repair")


def debrief(told: Scenario, log: Log) -> None:
    """Ask for what is not in the journal yet, and add it."""
    values = [each.value for each in log.journal.entries]
    now = session.state(told, values, datetime.now(UTC))
    rated = {value["rating"]["id"] for value in values if value["kind"] == "rating"}
    click.echo(
        "\nThe drill is over. Rate each objective: " + ", ".join(f"{key} {words}" for key, words in _RATINGS.items())
    )
    for objective in told.objectives:
        if objective.id in rated:
            continue
        took = now.took(objective)
        reached = f"done after {show(took)}" if took is not None else "not done"
        click.echo(f"\n{objective.title}\n  within {show(objective.within)}: {reached}")
        choices = [key for key in _RATINGS if key != "P" or took is not None]
        letter = click.prompt("  rating", type=click.Choice(choices, case_sensitive=False))
        note = click.prompt("  why", default="", show_default=False, value_proc=_sentence)
        log.add(session.rating(datetime.now(UTC), objective.id, letter.upper(), note))
    _gaps(told, log)


def _gaps(told: Scenario, log: Log) -> None:
    click.echo("\nWhat was missing, confusing or wrong? An empty line ends the list.")
    while True:
        kept = [each.value for each in log.journal.entries]
        what = click.prompt("\n  gap", default="", show_default=False, value_proc=_sentence)
        if not what:
            return
        kind = click.prompt("  was it", type=click.Choice(_KINDS))
        step = _step(told)
        action = ""
        if click.confirm("  agree on an action now", default=True):
            given = _action(told, {str(value["action"]["id"]) for value in kept if value["kind"] == "action"})
            log.add(session.action(datetime.now(UTC), given))
            action = given["id"]
        log.add(session.gap(datetime.now(UTC), kind, what, step, action))


def _step(told: Scenario) -> str:
    while True:
        step: str = click.prompt("  in which step (its id, or empty)", default="", show_default=False).strip()
        if not step or step in told.steps:
            return step
        click.echo(f"  the runbook has no such step; it has {', '.join(told.steps)}")


def _action(told: Scenario, taken: set[str]) -> dict[str, Any]:
    do = _words("    what is to be done")
    due = datetime.now(UTC).date() + timedelta(days=30)
    asked: Mapping[str, Any] = {
        "id": _slug(do, taken),
        "do": do,
        "type": click.prompt("    type", type=click.Choice(_TYPES), default="repair"),
        "owner": click.prompt(
            "    owner", type=click.Choice(told.teams), default=str(told.data.get("owner", told.teams[0]))
        ),
        "due": click.prompt("    due", default=due.isoformat(), value_proc=_day),
        "backlog": click.prompt(
            "    backlog (address in the tracker)", default="", show_default=False, value_proc=_address
        ),
        "measure": click.prompt(
            "    how will one tell that it works", default="", show_default=False, value_proc=_sentence
        ),
        "status": "open",
    }
    return {key: value for key, value in asked.items() if value}


def _words(question: str) -> str:
    while True:
        said: str = click.prompt(question, value_proc=_sentence)
        if said:
            return said


def _day(text: str) -> str:
    if not is_date(text) or date.fromisoformat(text) < date(2000, 1, 1):
        raise click.UsageError(f'"{text}" is no day, expected one such as 2026-12-15')
    return text


def _sentence(text: str) -> str:
    """One line that the contract takes: no character that nobody sees, and not too long."""
    said = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if len(said) > _LONGEST:
        raise click.UsageError(f"that is {len(said)} characters, expected at most {_LONGEST}")
    return said


def _address(text: str) -> str:
    said = _sentence(text)
    if said and not holds(("common#/$defs/url",), said):
        raise click.UsageError(f'"{said}" is no address, expected one that begins with https://, or nothing')
    return said


def _slug(text: str, taken: set[str]) -> str:
    """A short name for an action, from its first words."""
    words = re.findall(r"[a-z0-9]+", text.lower())[:5] or ["action"]
    name = "-".join(words)[:50].strip("-")
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    return next(each for each in names if each not in taken)
