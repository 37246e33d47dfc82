"""``drillbook init``: a new repository of runbooks that lints and builds. Overwrites nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import append, settings, starter
from drillbook.cli import stop
from drillbook.cli._types import Day


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--as-of", type=Day(), help="The day that the new files carry.  [default: today]")
def command(folder: Path, as_of: date | None) -> None:
    """Lay out catalog, first runbook, drill, settings, site and CI in FOLDER; what is there already stays as it is."""
    kept = set()
    for name, text in starter.repository(as_of or datetime.now(UTC).date()):
        if name == "drillbook.toml" and settings.in_project(folder) is not None:
            click.echo("kept   [tool.drillbook] in pyproject.toml, in place of a drillbook.toml")
            continue
        try:
            append.create(folder / name, text)
        except FileExistsError:
            kept.add(name)
            click.echo(f"kept   {name}, which is there already")
        except OSError as error:
            stop(f"{folder / name}: cannot be written: {error.strerror}")
        else:
            click.echo(f"wrote  {name}")
    for sentence in _to_do(folder, kept):
        click.echo(sentence)


def _to_do(folder: Path, kept: set[str]) -> Iterator[str]:
    """What is left for a person, in sentences."""
    if "mkdocs.yml" in kept and "drillbook" not in (folder / "mkdocs.yml").read_text("utf-8", "replace"):
        yield "Your mkdocs.yml shows no runbooks yet. Add these plugins and Markdown extensions to it:"
        yield textwrap.indent(starter.site_parts(), "    ")
    if (folder / ".gitignore").exists() and ".gitignore" in kept:
        yield "Your .gitignore is as it was; the site is written to site/."
    top = next((each for each in folder.resolve().parents if (each / ".git").exists()), None)
    if top is not None and not (folder / ".git").exists():
        yield f"GitHub reads workflows at the top of a repository only: move .github/ to {top}, and add a working-directory."
    go = "" if folder.resolve() == Path.cwd() else f"cd {folder}, "
    yield f"Next: {go}drillbook lint, then mkdocs serve; docs/start.md says how to go on."
