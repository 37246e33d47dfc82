"""``drillbook incident seal``: sign how the timeline and the custody log end now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from drillbook import append, signing
from drillbook.cli import stop
from drillbook.cli.incident import _folder, _sealed, verify
from drillbook.incidents import sealing


@click.command("seal")
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    envvar="DRILLBOOK_KEY",
    required=True,
    help="Your ssh key: the private one, or the public one whose other half your agent holds.",
)
@click.option(
    "--by", metavar="TEAM", envvar="DRILLBOOK_TEAM", help="Your team.  [default: the team that opened the incident]"
)
@_folder.options
def command(key: Path, by: str | None, name: str | None, now: datetime | None) -> None:
    """Sign the end of the timeline and of the custody log with your own ssh key, so that nothing before it can be changed."""
    found = _folder.find(name)
    files = _sealed.files(found)
    looked = sealing.verify(replace(files, seals={}))
    if looked.wrong:
        stop(f"nothing was sealed: {looked.wrong[0]}")
    team = _folder.teams(found.repository, by or found.team)
    number = max(files.seals, default=0) + 1
    try:
        data = sealing.seal(files, number, team, signing.fingerprint(key), _folder.present(now))
        signature = signing.sign(data, key)
    except signing.SigningError as error:
        stop(str(error))
    folder = found.folder / "seals"
    try:
        append.create(folder / f"{number:03}.json.sig", signature)  # first, so that no seal ever stands unsigned
        append.create(folder / f"{number:03}.json", data)
    except FileExistsError:
        stop(f"seals/{number:03}.json: somebody else sealed it meanwhile; call drillbook incident seal again")
    if why := verify.stranger(found.root, data, signature):
        click.echo(
            f"seals/{number:03}.json: {why}; until it is there, drillbook incident verify refuses this seal.", err=True
        )
    click.echo(f"Sealed {found.id}: seal {number}. Commit it; drillbook incident verify says what it proves.")
