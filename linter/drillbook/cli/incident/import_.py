"""``drillbook incident import FILE``: what the incident mode of a runbook page exported, into the timeline."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from drillbook import validation
from drillbook.cli import stop
from drillbook.cli._telling import plain
from drillbook.cli.incident import _folder, open_
from drillbook.incidents.entries import entry, missing, of_browser, problem, when
from drillbook.incidents.opening import Opening, opened
from drillbook.repository import Repository
from drillbook.suggest import hint
from drillbook.words import counted

_LIMIT = 20_000_000
_AHEAD = timedelta(minutes=10)
"""So much may the clock of a phone be ahead."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_folder.options
def command(file: Path, name: str | None, now: datetime | None) -> None:
    """Add what FILE, the JSON that the browser exported, holds and the timeline does not. Twice is as good as once.

    An incident that is not there yet is opened first.
    """
    here = _folder.present(now)
    data = _read(file)
    log = _log(file, data)
    root, known = _folder.repository()
    id = name or log["incident"]
    values = [*of_browser(log)]
    for number, each in enumerate(values, start=1):
        if why := problem(each):
            stop(f"{file}: entry {number}: {why}")
        if when(each["at"]) > here + _AHEAD:
            stop(
                f"{file}: entry {number} lies in the future, {each['at']}, and it is {here:%Y-%m-%d %H:%M} UTC: the clock of that"
                " browser was wrong; write it down with drillbook incident log --at"
            )
        _teams(known, str(each["by"]), file, number)
    if not (root / "incidents" / id / "incident.md").exists():
        if name:
            stop(f'there is no incident "{plain(name)}"; leave --incident out to open {log["incident"]}')
        _begin(root, known, log, here)
        root, known = _folder.repository()
    found = _folder.read(root, known, id)
    new = missing(values, found.journal.entries)
    books = [_folder.used(root, known, each) for each in log["runbooks"] if each not in _opened(found)]
    if not new and not books:
        click.echo(f"Nothing to add: {found.id} holds all {len(values)} entries of {file.name} already.")
        return
    digest = hashlib.sha256(data).hexdigest()
    several = counted(len(new), "entry", "entries")
    told = f"Imported {several} that the browser exported at {log['exported_at']} (SHA-256 {digest})."
    closing = entry("action", told, found.team or str(values[0]["by"]), here, here)
    _folder.write(found, [*(opened(each, found.team, here) for each in books), *new, closing])
    click.echo(f"Added {len(new)} of {counted(len(values), 'entry', 'entries')} to {found.id}.")


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LIMIT:
            stop(f"{file}: larger than {_LIMIT:,} bytes, expected an export of the browser")
        return file.read_bytes()
    except OSError as error:
        stop(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}")


def _log(file: Path, data: bytes) -> dict[str, Any]:
    try:
        log = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        stop(f"{file}: no JSON, expected what the incident mode of a runbook page exports")
    for each in validation.violations("browser-log", log):
        where = "/".join(str(part) for part in each.at) or "the file"
        stop(
            f"{file}: {where} breaks the contract ({each.keyword} {', '.join(each.names)}); see docs/schema/browser-log"
        )
    return dict(log)


def _teams(known: Repository, team: str, file: Path, number: int) -> None:
    every = known.entries("teams")
    if every and team not in every:
        stop(f'{file}: entry {number}: team "{plain(team)}" is not in catalog/teams.yaml, {hint(team, every)}')


def _opened(found: _folder.Incident) -> set[str]:
    return {str(pin["id"]) for each in found.journal.entries if isinstance(pin := each.value.get("pin"), dict)}


def _begin(root: Path, known: Repository, log: dict[str, Any], now: datetime) -> None:
    """Open the incident that the browser began; the runbook is pinned as it is now, and the entry says so."""
    first = next(iter(log["runbooks"]), None)
    if first is None:
        stop("the export names no runbook: open the incident first, drillbook incident open")
    used = _folder.used(root, known, first)
    version = log["runbooks"][first]
    if version not in ("unknown", used.pin["version"]):
        click.echo(
            f"The page showed {first} {version}, and here is {used.pin['version']}: the steps that are pinned are of the latter.",
            err=True,
        )
    detected = [each["at"] for each in log["entries"] if each.get("milestone") == "detected"]
    data = used.data
    opening = Opening(
        id=log["incident"],
        name=str(data.get("title", first)),
        severity=log["severity"],
        classification=open_.classified(data),
        components=[str(each.get("ref")) for each in data.get("components") or () if isinstance(each, dict)],
        by=str(log["entries"][0]["by"]),
        detected=when(detected[0] if detected else log["started_at"]),
        now=now,
    )
    open_.begin(root, known, opening, used)
