"""``drillbook drill list | due | calendar``: when which drill takes place."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import append, files, schedule, settings
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._quiet import quiet
from drillbook.cli._types import Day
from drillbook.export import issues
from drillbook.harmless import visible
from drillbook.repository import Repository
from drillbook.schedule import AHEAD, Planned

_DAY = click.option("--as-of", type=Day(), help="The day that counts as today, in UTC.  [default: today]")
_BOOK = click.option("--runbook", help="Only drills of this runbook.")
_TEAM = click.option("--team", help="Only drills of this team.")


def _planned(as_of: date, runbook: str | None = None, team: str | None = None) -> tuple[Repository, list[Planned]]:
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    if not repository.of("drill"):
        stop(f"{found.root}: nothing to schedule, expected scenarios as drills/<id>.md")
    drills = schedule.planned(repository, as_of, quiet(found, as_of))
    return repository, [each for each in drills if runbook in (None, each.runbook) and team in (None, each.owner)]


def _today(as_of: date | None) -> date:
    return as_of or datetime.now(UTC).date()


@click.command("list")
@_BOOK
@_TEAM
@click.option("--format", "form", type=OneOf("format", lambda: ("text", "json")), default="text", show_default=True)
@_DAY
def listed(runbook: str | None, team: str | None, form: str, as_of: date | None) -> None:
    """Tell the next day of every active drill, and when it last took place."""
    today = _today(as_of)
    _, drills = _planned(today, runbook, team)
    click.echo(_json(drills, today) if form == "json" else _text(drills, today), nl=False)


def _text(drills: Sequence[Planned], today: date) -> str:
    if not drills:
        return "No active drill.\n"
    rows = [("drill", "runbook", "mode", "team", "last", "next", "")]
    for each in drills:
        last = str(each.last.day) if each.last else "never"
        late = (today - each.next).days
        word = f"overdue by {late:,} day{'' if late == 1 else 's'}" if late > 0 else ""
        rows.append((each.id, each.runbook, each.mode, each.owner, last, str(each.next), word))
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(rows[0]))]
    lines = ("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown)
    return "".join(f"{line}\n" for line in lines)


def _json(drills: Sequence[Planned], today: date) -> str:
    told = [
        {
            "id": each.id,
            "path": each.path,
            "title": each.title,
            "runbook": each.runbook,
            "team": each.owner,
            "mode": each.mode,
            "last": each.last.day.isoformat() if each.last else None,
            "runs": each.runs,
            "next": each.next.isoformat(),
            "later": [day.isoformat() for day in each.later],
            "late_days": max(0, (today - each.next).days),
        }
        for each in drills
    ]
    return json.dumps({"as_of": today.isoformat(), "drills": told}, indent=2) + "\n"


@click.command("due")
@_BOOK
@_TEAM
@click.option("--format", "form", type=OneOf("format", lambda: issues.FORMS), default="text", show_default=True)
@_DAY
def due(runbook: str | None, team: str | None, form: str, as_of: date | None) -> None:
    """Tell which drills are due within two weeks or overdue, the longest overdue first.

    The formats github and gitlab are issues with a mark, for a job that opens each once and closes it when the record is there.
    Exit status: 0 told, whatever is due; 2 usage, environment or nothing to look at.
    """
    today = _today(as_of)
    repository, drills = _planned(today, runbook, team)
    duties = [schedule.duty(each, repository) for each in drills if each.next <= today + AHEAD]
    click.echo(issues.FORMS[form](duties, today), nl=False)


@click.command("calendar")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default="-")
@_BOOK
@_TEAM
@_DAY
def calendar(file: Path, runbook: str | None, team: str | None, as_of: date | None) -> None:
    """Write the drills of the next year as a calendar (ICS) to FILE, or print it. Events keep their names when a day moves."""
    try:
        from drillbook import calendar as calendars
    except ModuleNotFoundError as error:
        stop(f"a calendar needs {error.name}, which is not installed; pip install 'drillbook[drills]'")
    today = _today(as_of)
    _, drills = _planned(today, runbook, team)
    text = calendars.calendar(drills, today)
    if str(file) == "-":
        sys.stdout.buffer.write(text)
    else:
        append.replace(file, text)
