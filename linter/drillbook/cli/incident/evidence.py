"""``drillbook incident evidence``: keep what shows what happened, hand it on, and see what is missing."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from drillbook import append, signing
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._telling import plain
from drillbook.cli.incident import _folder
from drillbook.incidents import evidence
from drillbook.incidents.entries import entry, problem
from drillbook.repository import READERS
from drillbook.suggest import hint

_MOST = 50_000_000
"""Larger files stay where they are: git keeps every byte forever."""
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+")


@click.group("evidence")
def command() -> None:
    """Keep evidence with its SHA-256 and who held it."""


@command.command("add")
@click.argument("source")
@click.option("--as", "label", metavar="NAME", help="Its name.  [default: that of the file]")
@click.option("--item", metavar="ID", help="What of the checklist or of the runbook's evidence it is.")
@click.option("--component", help="The component that it shows.")
@click.option("--command", "ran", metavar="TEXT", help="The command that wrote it. It is recorded, and nothing is run.")
@click.option("--reference", metavar="ADDRESS", help="Where it is kept: it is hashed and not copied.")
@click.option(
    "--sha256", "given", metavar="HEX", help="The SHA-256 of what an address leads to, as somebody computed it."
)
@click.option("--class", "classification", type=OneOf("class", lambda: READERS), help="Who may see it.")
@click.option("--retain", metavar="DURATION", help="How long it is kept, such as 730d.")
@click.option("--hold", is_flag=True, help="Under legal hold: never to be deleted.")
@click.option(
    "--key", type=click.Path(path_type=Path), envvar="DRILLBOOK_KEY", help="Your signing key, for its fingerprint."
)
@_folder.written
@_folder.options
def add(
    source: str,
    label: str | None,
    item: str | None,
    component: str | None,
    ran: str | None,
    reference: str | None,
    given: str | None,
    classification: str | None,
    retain: str | None,
    hold: bool,
    key: Path | None,
    at: datetime | None,
    by: str | None,
    name: str | None,
    now: datetime | None,
) -> None:
    """Keep SOURCE: a file, an address, or - for what stands on standard input.

    A file is copied below evidence/ and hashed. One that is larger than 50 MB, or that fewer people may see than the incident,
    stays where --reference says. An address is recorded, and nothing is fetched.
    """
    here = _folder.present(now)
    found = _folder.find(name)
    _folder.keeps_the_contract(found)
    wanted = _item(found, item)
    label = label or source.rstrip("/").rpartition("/")[2]
    if not evidence.NAME.fullmatch(label) or label == evidence.MANIFEST:
        stop(
            f'"{plain(label)}" is no name for evidence, expected letters, digits, dot, dash and underscore; give one with --as'
        )
    level = classification or str(wanted.get("classification") or found.front.get("classification") or READERS[-1])
    team = _folder.teams(found.repository, by or found.team)
    more: dict[str, Any] = {"name": label, "source": source[:300], "command": ran, "item": item, "component": component}
    more |= {"classification": level, "retain": retain or wanted.get("retain"), "legal_hold": hold or None}
    more["key"] = _key(key)
    elsewhere = bool(_URL.fullmatch(source))
    if elsewhere:
        more |= {"how": "referenced", "reference": source, "sha256": given}
        data = None
    else:
        if given:
            stop("--sha256 is for an address; what is here is hashed here")
        ceiling = str(found.front.get("classification", READERS[-1]))
        if reference is None and READERS.index(level) > READERS.index(ceiling):
            stop(
                f"{label} is {level} and the incident {ceiling}: keep it elsewhere, and name the place with --reference"
            )
        data, digest, size = _contents(source, keep=reference is None)
        more |= {"sha256": digest, "size": size, "how": "referenced" if reference else "copied", "reference": reference}
    where = more["reference"] if more.get("reference") else f"evidence/{label}"
    value = entry("collected", f"Kept {label}: {where}.", team, _folder.happened(at, here), here, **more)
    if why := problem(value, "custody"):
        stop(why)
    _keep(found, label, data, value)
    steps = wanted.get("collect")
    book = wanted.get("runbook")
    told = entry("action", f"Kept evidence: {label}.", team, _folder.happened(at, here), here, runbook=book if steps else "",
                 step=steps, evidence=[f"evidence/{label}"] if data is not None else [])  # fmt: skip
    _folder.write(found, [told])
    click.echo(f"Kept {label} ({level}), SHA-256 {value.get('sha256', 'unknown: nobody hashed it')}.")


def _keep(found: _folder.Incident, label: str, data: bytes | None, value: dict[str, Any]) -> None:
    """The file first, then the custody log, then the manifest, which follows from the log."""
    folder = found.folder / "evidence"
    if folder.is_symlink() or (folder / label).is_symlink():
        stop(f"incidents/{found.id}/evidence: a link, expected a plain folder")
    with _folder.adding(found.folder / "custody.jsonl") as log:
        names = {str(each.get("name")).casefold(): each.get("name") for each in evidence.collected(log.journal.entries)}
        if same := names.get(label.casefold()):
            stop(f'"{same}" is evidence already, and evidence is never replaced; give another name with --as')
        if data is not None:
            try:
                append.create(folder / label, data)
            except FileExistsError:
                if hashlib.sha256((folder / label).read_bytes()).hexdigest() != value["sha256"]:
                    stop(f"evidence/{label}: there is another file of that name; give another one with --as")
        log.add(value)
        append.replace(folder / evidence.MANIFEST, evidence.manifest(log.journal.entries))


def _contents(source: str, keep: bool) -> tuple[bytes | None, str, int]:
    """What a file holds, its SHA-256 and its size; what is not kept is read piece by piece."""
    if source == "-":
        return _read(sys.stdin.buffer, keep, "standard input")
    path = Path(source)
    if path.is_symlink() or not path.is_file():
        stop(f"{plain(source)}: {'a link' if path.is_symlink() else 'no file'}, expected a plain file, an address or -")
    try:
        with path.open("rb") as file:
            return _read(file, keep, source)
    except OSError as error:
        stop(f"{plain(source)}: cannot be read: {(error.strerror or str(error)).lower()}")


def _read(file: BinaryIO, keep: bool, name: str) -> tuple[bytes | None, str, int]:
    digest, size, parts = hashlib.sha256(), 0, []
    for part in iter(lambda: file.read(1_000_000), b""):
        digest.update(part)
        size += len(part)
        if keep and size > _MOST:
            stop(f"{plain(name)}: larger than {_MOST:,} bytes; keep it elsewhere and name the place with --reference")
        if keep:
            parts.append(part)
    return (b"".join(parts) if keep else None), digest.hexdigest(), size


def _item(found: _folder.Incident, item: str | None) -> dict[str, Any]:
    """What the runbooks of an incident say of an item of evidence."""
    known: dict[str, dict[str, Any]] = {name: {} for parts in evidence.KINDS.values() for name, _ in parts}
    for book, data in _books(found):
        known |= {str(each.get("id")): {**each, "runbook": book} for each in data.get("evidence") or ()}
    if item is not None and item not in known:
        stop(f'neither a runbook of the incident nor the checklist has the item "{plain(item)}", {hint(item, known)}')
    return known[item] if item else {}


def _books(found: _folder.Incident) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in found.runbooks:
        if file := found.repository.runbook(name):
            yield name, found.repository.effective(file)


def _key(key: Path | None) -> str:
    try:
        return signing.fingerprint(key) if key else ""
    except signing.SigningError as error:
        stop(str(error))


@command.command("transfer")
@click.argument("evidence_name", metavar="NAME")
@click.option("--to", required=True, metavar="TEAM", help="The team that has it from then on.")
@click.option("--reference", metavar="ADDRESS", help="Where it lies from then on.")
@click.option("--because", required=True, help="Why it was handed on.")
@click.option(
    "--key", type=click.Path(path_type=Path), envvar="DRILLBOOK_KEY", help="Your signing key, for its fingerprint."
)
@_folder.written
@_folder.options
def transfer(
    evidence_name: str,
    to: str,
    reference: str | None,
    because: str,
    key: Path | None,
    at: datetime | None,
    by: str | None,
    name: str | None,
    now: datetime | None,
) -> None:
    """Record that evidence was handed to another team."""
    found = _folder.find(name)
    to = _folder.teams(found.repository, to)
    _custody(found, "transferred", evidence_name, because, (at, by, now), to=to, reference=reference, key=_key(key))
    click.echo(f"{evidence_name} is with {to} now.")


@command.command("hold")
@click.argument("evidence_name", metavar="NAME")
@click.option("--release", is_flag=True, help="The hold ends.")
@click.option("--because", required=True, help="Who asked for it, and why.")
@_folder.written
@_folder.options
def hold(
    evidence_name: str,
    release: bool,
    because: str,
    at: datetime | None,
    by: str | None,
    name: str | None,
    now: datetime | None,
) -> None:
    """Put evidence under legal hold, or release it."""
    found = _folder.find(name)
    _custody(found, "released" if release else "held", evidence_name, because, (at, by, now))
    click.echo(f"{evidence_name} is {'no longer' if release else 'now'} under legal hold.")


def _custody(
    found: _folder.Incident,
    kind: str,
    label: str,
    because: str,
    who: tuple[datetime | None, str | None, datetime | None],
    **more: object,
) -> None:
    at, by, now = who
    here = _folder.present(now)
    team = _folder.teams(found.repository, by or found.team)
    value = entry(kind, because, team, _folder.happened(at, here), here, name=label, **more)
    if why := problem(value, "custody"):
        stop(why)
    with _folder.adding(found.folder / "custody.jsonl") as log:
        known = [str(each["name"]) for each in evidence.collected(log.journal.entries)]
        if label not in known:
            stop(f'"{plain(label)}" is no evidence of this incident, {hint(label, known)}')
        log.add(value)


@command.command("checklist")
@_folder.options
def checklist(name: str | None, now: datetime | None) -> None:  # noqa: ARG001 - every command takes the time
    """List what should be kept, by the runbooks and by the kinds of the affected components, and what of it is there."""
    from drillbook import journal

    found = _folder.find(name)
    _folder.keeps_the_contract(found)
    path = found.folder / "custody.jsonl"
    entries = journal.read(path.read_bytes()).entries if path.is_file() else ()
    components = [str(each) for each in found.front.get("components") or ()]
    wanted = evidence.checklist(entries, components, [data for _, data in _books(found)])
    for each in wanted:
        of = f" of {each.component}" if each.component else ""
        files = f" ({', '.join(each.there)})" if each.there else ""
        click.echo(f"[{'x' if each.there else ' '}] {each.item}{of}: {plain(each.what)}{files}")
    click.echo(f"{sum(bool(each.there) for each in wanted)} of {len(wanted)} are kept.")
