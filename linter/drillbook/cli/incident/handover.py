"""``drillbook incident handover TEAM``: who has it from now on, and what they must know."""

from __future__ import annotations

from datetime import datetime

import click

from drillbook.cli.incident import _folder
from drillbook.cli.incident.log import said
from drillbook.incidents.entries import entry


@click.command("handover")
@click.argument("team")
@click.argument("text")
@click.option("--role", default="incident commander", show_default=True, help="Which role changes hands.")
@_folder.written
@_folder.options
def command(
    team: str, text: str, role: str, at: datetime | None, by: str | None, name: str | None, now: datetime | None
) -> None:
    """Record that TEAM takes over, and in TEXT what was tried, what runs, and what comes next."""
    here = _folder.present(now)
    found = _folder.find(name)
    to = _folder.teams(found.repository, team)
    words = f"Handover: {to} is {role} from now on. {text}"
    mine = _folder.teams(found.repository, by or found.team)
    value = entry("action", words, mine, _folder.happened(at, here), here)
    said(_folder.write(found, [value])[0], value)
    click.echo(f"From now on say --by {to}, or export DRILLBOOK_TEAM={to}.")
