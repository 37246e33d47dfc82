"""``drillbook incident verify``: what the files of an incident prove, and what they cannot."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from drillbook import signing, vcs
from drillbook.cli import stop
from drillbook.cli._telling import plain
from drillbook.cli.incident import _folder, _sealed
from drillbook.incidents import sealing
from drillbook.incidents.entries import when
from drillbook.validation import is_time

_WHERE = "origin/HEAD:.drillbook/allowed_signers"


@click.command("verify")
@click.option(
    "--signers",
    default=_WHERE,
    show_default=True,
    envvar="DRILLBOOK_SIGNERS",
    metavar="REF:PATH|FILE",
    help="The allowed signers, as ssh-keygen reads them: in a protected branch of git, or in a file outside of the repository.",
)
@_folder.options
def command(signers: str, name: str | None, now: datetime | None) -> None:  # noqa: ARG001 - every command takes the time
    """Prove the chain, the manifest, the custody log and the seals, and say what cannot be proven.

    Exit status: 0 everything fits, 1 something does not, 2 usage or environment.
    """
    found = _folder.find(name)
    files = _sealed.files(found)
    signed = {}
    if files.seals:
        allowed = _allowed(found.root, signers)
        for number, data in files.seals.items():
            signature = _sealed.plain(found.folder / "seals" / f"{number:03}.json.sig")
            signed[number] = _signed(data, signature, allowed)
    verdict = sealing.verify(replace(files, signed=signed))
    for head, sentences in (
        ("Does not fit", verdict.wrong),
        ("Proven", verdict.proven),
        ("Cannot be proven", verdict.open),
    ):
        if sentences and not (head == "Proven" and verdict.wrong):
            click.echo(f"{head}:")
            for each in sentences:
                click.echo(f"  - {plain(each)}")
    if verdict.wrong:
        click.echo(
            f"{found.id} does not verify: {len(verdict.wrong)} {'things do' if len(verdict.wrong) > 1 else 'thing does'} not fit."
        )
        sys.exit(1)
    click.echo(f"{found.id} verifies.")


def stranger(root: Path, data: bytes, signature: bytes) -> str:
    """Why the usual allowed signers do not know who signed; empty where they do, or where there are none to ask."""
    ref, _, path = _WHERE.partition(":")
    try:
        git = vcs.find(root)
        allowed = git.text(git.commit(ref), path)
    except vcs.VcsError:
        return ""
    said = _signed(data, signature, allowed) if allowed else ""
    return said[1:] if said.startswith("!") else ""


def _signed(data: bytes, signature: bytes, allowed: bytes) -> str:
    if not signature:
        return "!its signature is not there"
    try:
        value = json.loads(data)
        at = value["sealed_at"] if isinstance(value, dict) and is_time(str(value.get("sealed_at"))) else None
    except (ValueError, RecursionError):
        at = None
    try:
        return signing.verify(data, signature, allowed, when(at) if at else datetime.now(UTC)).key
    except signing.SigningError as error:
        return f"!{error}"


def _allowed(root: Path, signers: str) -> bytes:
    """The allowed signers, from where the change under review cannot write them."""
    ref, colon, path = signers.partition(":")
    if colon and not Path(signers).exists():
        try:
            git = vcs.find(root)
            if git.checked_out(ref):
                said = plain(ref) or "the index"
                stop(
                    f'--signers "{plain(signers)}": {said} is under review; name a protected branch such as origin/main'
                )
            data = git.text(git.commit(ref), path)
        except vcs.VcsError as error:
            stop(f"--signers: {error}")
        if not data:
            stop(
                f"--signers: {plain(ref)} holds no {plain(path)}; a line is a name and a public key: sre ssh-ed25519 AAAA..."
            )
        return data
    file = Path(os.path.realpath(signers))
    if file.is_relative_to(os.path.realpath(_top(root))):
        stop(
            f"--signers {plain(signers)}: lies in the repository, where a change could name its own signer; keep it outside"
        )
    if not file.is_file():
        stop(f"--signers {plain(signers)}: no such file")
    return _sealed.plain(file)


def _top(root: Path) -> Path:
    """The top of git's working tree, or of the runbooks where there is none."""
    try:
        within = vcs.find(root).within
    except vcs.VcsError:
        return root
    return root.joinpath(*[".."] * within.count("/"))
