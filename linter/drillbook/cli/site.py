"""``drillbook site stage DIR``: the site as plain Markdown, for any engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import append, files, settings
from drillbook.cli import stop
from drillbook.cli._types import Day

_MARK = ".drillbook-staged"


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


def _written(docs: Path) -> Iterator[tuple[str, bytes]]:
    """What people wrote into docs/, links that lead out of it left aside."""
    top = docs.resolve()
    for path in sorted(docs.rglob("*")):
        if path.is_file() and path.resolve().is_relative_to(top):
            yield path.relative_to(docs).as_posix(), path.read_bytes()
