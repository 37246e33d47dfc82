"""``drillbook init``: a new repository of runbooks that lints and builds. Overwrites nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import append, starter
from drillbook.cli import stop
from drillbook.cli._types import Day


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--as-of", type=Day(), help="The day that the new files carry.  [default: today]")
def command(folder: Path, as_of: date | None) -> None:
    """Lay out catalog, first runbook, drill, settings, site and CI in FOLDER; what is there already stays as it is."""
    for name, text in starter.repository(as_of or datetime.now(UTC).date()):
        try:
            append.create(folder / name, text)
        except FileExistsError:
            click.echo(f"kept   {name}, which is there already")
        except OSError as error:
            stop(f"{folder / name}: cannot be written: {error.strerror}")
        else:
            click.echo(f"wrote  {name}")
    click.echo("Next: drillbook lint, then mkdocs serve; docs/start.md says how to go on.")
