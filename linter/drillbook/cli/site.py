"""``drillbook site stage DIR``: the site as plain Markdown, for any engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import append, files, settings
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._progress import progress
from drillbook.cli._types import Day
from drillbook.repository import READERS

_MARK, _BUILT = ".drillbook-staged", ".drillbook-built"


@click.group("site")
def command() -> None:
    """Work with the site."""


@command.command("stage")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--as-of", type=Day(), help="The day that counts as today, in UTC.  [default: today]")
def stage(folder: Path, as_of: date | None) -> None:
    """Write every page and a configuration into FOLDER, for an engine that knows neither plugin."""
    try:
        from drillbook.site import source
        from drillbook.site import stage as staging
    except ModuleNotFoundError as error:
        stop(f"the site needs {error.name}, which is not installed; pip install 'drillbook[site]'")
    found = settings.find(Path())
    config = found.root / "mkdocs.yml"
    if not config.is_file():
        stop(f"{config}: there is no configuration of a site; drillbook init writes one")
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        stop(f"{folder}: not empty, and not written by drillbook site stage; name a new folder")
    repository = files.load(found.root, found.exclude)
    written = dict(_written(found.root / "docs"))
    old = {path for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()
    try:
        pages = list(
            staging.staged(
                repository,
                written,
                config.read_text(encoding="utf-8"),
                as_of or datetime.now(UTC).date(),
                ignore=found.ignore,
                history=source.history(found.root),
            )
        )
    except staging.Refused as error:
        stop(str(error))
    for path, content in pages:
        append.replace(folder / path, content)
        old.discard(folder / path)
    for gone in old - {folder / _MARK}:
        gone.unlink()
    (folder / _MARK).touch()
    click.echo(f"Wrote {len(pages)} files to {folder}; build it with the engine of your choice.")


@command.command("build")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--offline", is_flag=True, help="For a disk: every link names its file, and FOLDER.zip beside it.")
@click.option(
    "--players", is_flag=True, help="Leave out what the players of a drill may not know: injects, hints, reports."
)
@click.option("--audience", type=OneOf("audience", lambda: READERS), help="Leave out what is above this class.")
@click.option("--as-of", type=Day(), help="The day that counts as today, in UTC.  [default: today]")
def build(folder: Path, offline: bool, audience: str | None, players: bool, as_of: date | None) -> None:
    """Build the site into FOLDER with MkDocs, as mkdocs.yml says."""
    try:
        from drillbook.cli import _building
    except ModuleNotFoundError as error:
        stop(f"the site needs {error.name}, which is not installed; pip install 'drillbook[site]'")
    found = settings.find(Path())
    config = found.root / "mkdocs.yml"
    if not config.is_file():
        stop(f"{config}: there is no configuration of a site; drillbook init writes one")
    if folder.exists() and any(folder.iterdir()) and not (folder / _BUILT).exists():
        stop(f"{folder}: not empty, and not written by drillbook site build; name a new folder")
    with progress("Building"):
        why = _building.build(config, folder, offline, audience, players, as_of)
    if why:
        stop(why)
    append.replace(folder / _BUILT, "")
    if offline:
        _building.pack(folder)
    more = f" and {folder.name}.zip beside it; open index.html" if offline else ""
    click.echo(f"Wrote the site to {folder}{more}.")


def _written(docs: Path) -> Iterator[tuple[str, bytes]]:
    """What people wrote into docs/, links that lead out of it left aside."""
    top = docs.resolve()
    for path in sorted(docs.rglob("*")):
        if path.is_file() and path.resolve().is_relative_to(top):
            yield path.relative_to(docs).as_posix(), path.read_bytes()
