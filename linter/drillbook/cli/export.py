"""``drillbook export``: what other tools read: alert rules for Prometheus, CODEOWNERS for a Git host."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from drillbook import append, files, settings
from drillbook.cli import _codeowners, stop
from drillbook.environment import Environment
from drillbook.export.files import export, stale
from drillbook.model import Runbook
from drillbook.repository import Repository
from drillbook.suggest import hint

_SITE = re.compile(r"^site_url:\s*[\"']?(https?://[^\s\"'#]+)", re.MULTILINE)
_ENDINGS = (".rules.yaml", ".tests.yaml")


@click.group("export")
def command() -> None:
    """Write what other tools read."""


command.add_command(_codeowners.command)


@command.command("alerts")
@click.option("--env", "name", required=True, help="The environment whose Prometheus will run the rules.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Where to.  [default: alerts/ENV]"
)
@click.option("--site", help="Address of the site that alerts lead to.  [default: site_url of mkdocs.yml]")
@click.option("--check", is_flag=True, help="Write nothing; fail where a file differs from its runbook.")
def alerts(name: str, folder: Path | None, site: str | None, check: bool) -> None:
    """Write a Prometheus rule file for each active runbook, with unit tests for promtool.

    Exit status: 0 written, or nothing differs; 1 with --check, a file differs; 2 usage or environment.
    """
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    entries = repository.entries("environments")
    if name not in entries:
        stop(f'there is no environment "{name}" in catalog/environments.yaml, {hint(name, entries)}')
    books = _runbooks(repository, name)
    target = folder if folder is not None else found.root / "alerts" / name
    address = site if site is not None else _site(found.root)
    result = export(books, Environment(name, entries[name]), address)
    if not result.files:
        for runbook, signal, why in result.left:
            click.echo(f"Not exported: {signal} of {runbook}: {why}.", err=True)
        stop(f'no active runbook exports an alert in "{name}"')
    written = _written(target)
    if check:
        _compare(target, written, result.files, name)
        return
    for file, text in result.files.items():
        if written.get(file) != text:
            _write(target / file, text)
    for gone in written.keys() - result.files.keys():
        (target / gone).unlink()
    for runbook, signal, why in result.left:
        click.echo(f"Not exported: {signal} of {runbook}: {why}.", err=True)
    for each in result.unproved:
        click.echo(f"Left out of the unit tests, since promtool would take minutes: {each}.", err=True)
    if not address:
        click.echo("The alerts lead to no page: set site_url in mkdocs.yml, or give --site.", err=True)
    rules = sum(file.endswith(_ENDINGS[0]) for file in result.files)
    click.echo(f"Wrote {rules} rule files to {target}; prove them with: promtool test rules {target}/*.tests.yaml")


def _runbooks(repository: Repository, name: str) -> list[Runbook]:
    """The active runbooks that run in an environment. One that breaks the contract stops everything: half a set is a trap."""
    found = []
    for document in repository.of("runbook"):
        if document.card.status != "active":
            continue
        book = repository.model(document)
        if book is None:
            stop(f"{document.path}: breaks the contract, so nothing is exported; run drillbook lint {document.path}")
        if name in book.data.get("environments", ()):
            found.append(book)
    return found


def _site(root: Path) -> str:
    config = root / "mkdocs.yml"
    try:
        match = _SITE.search(config.read_text(encoding="utf-8")) if config.is_file() else None
    except (OSError, UnicodeDecodeError):
        return ""
    return match[1] if match else ""


def _written(folder: Path) -> dict[str, str]:
    """The files of an earlier export; whatever else lies in the folder is not ours."""
    if not folder.is_dir():
        return {}
    try:
        return {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted(folder.iterdir())
            if path.name.endswith(_ENDINGS) and path.is_file() and _ours(path)
        }
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{folder}: cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8 text'}")


def _ours(path: Path) -> bool:
    with path.open(encoding="utf-8") as file:
        return file.readline().startswith("# Made by `drillbook export alerts")


def _compare(folder: Path, written: dict[str, str], wanted: dict[str, str], name: str) -> None:
    wrong = list(stale(written, wanted))
    for file, how in wrong:
        click.echo(f"{folder / file}: {how}")
    if wrong:
        click.echo(f"Run: drillbook export alerts --env {name}", err=True)
    else:
        click.echo(f"{len(wanted)} files are what their runbooks say.")
    sys.exit(1 if wrong else 0)


def _write(path: Path, text: str) -> None:
    if path.exists() and not _ours(path):
        stop(f"{path}: was not written by drillbook export alerts; move it, or name another folder with --to")
    try:
        append.replace(path, text)
    except OSError as error:
        stop(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}")
