"""``drillbook incident correct LINE TEXT``: an earlier entry was wrong."""

from __future__ import annotations

import re
from datetime import datetime

import click

from drillbook.cli import stop
from drillbook.cli._telling import plain
from drillbook.cli.incident import _folder
from drillbook.cli.incident.log import said
from drillbook.incidents.entries import entry
from drillbook.journal import Entry

_HASH = re.compile(r"[0-9a-f]{7,64}")


@click.command("correct")
@click.argument("line")
@click.argument("text")
@_folder.written
@_folder.options
def command(line: str, text: str, at: datetime | None, by: str | None, name: str | None, now: datetime | None) -> None:
    """Say that LINE of the timeline, a number or the beginning of its hash, was wrong, and what is right.

    The wrong line stays where it is and no longer counts. A milestone is then recorded anew with its right time.
    """
    here = _folder.present(now)
    found = _folder.find(name)
    wrong = _line(found, line)
    if wrong.kind in ("correction", "merge") or "pin" in wrong.value:
        stop(f"line {wrong.number} is a {wrong.kind} that others build upon; add a new entry that says what is right")
    team = _folder.teams(found.repository, by or found.team)
    value = entry("correction", text, team, _folder.happened(at, here), here, corrects=wrong.digest)
    said(_folder.write(found, [value])[0], value)
    if wrong.kind == "milestone":
        phase = wrong.value.get("milestone")
        click.echo(
            f"Line {wrong.number} no longer counts; if it holds, record it anew: drillbook incident milestone {phase} --at TIME"
        )


def _line(found: _folder.Incident, line: str) -> Entry:
    entries = found.journal.entries
    mine = [each for each in entries if str(each.number) == line] if len(line) < 7 else []
    if not mine and _HASH.fullmatch(line):
        mine = [each for each in entries if each.digest.startswith(line)]
    if len(mine) != 1:
        stop(f'there is no line "{plain(line)}" in the timeline, which has {len(entries)}')
    return mine[0]
