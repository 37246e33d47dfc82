"""``drillbook incident merge``: one timeline again, after two people wrote on two branches."""

from __future__ import annotations

from datetime import datetime

import click

from drillbook import append
from drillbook.cli import stop
from drillbook.cli.incident import _folder
from drillbook.incidents.entries import entry
from drillbook.incidents.evidence import MANIFEST, manifest


@click.command("merge")
@_folder.written
@_folder.options
def command(at: datetime | None, by: str | None, name: str | None, now: datetime | None) -> None:
    """Join the two ends that a merge of git left in the timeline and in the custody log, by an entry that names both."""
    here = _folder.present(now)
    found = _folder.find(name)
    team = _folder.teams(found.repository, by or found.team)
    joined = 0
    for path in (found.timeline, found.folder / "custody.jsonl"):
        if not path.exists():
            continue
        with _folder.adding(path) as log:
            marks = [each for each in log.journal.breaks if "git left a conflict" in each.why]
            if marks:
                stop(f"{path.name}:{marks[0].number}: {marks[0].why}")
            while len(log.journal.heads) > 1:
                one, other = log.journal.heads[:2]
                text = f"Joined the lines {one.number} and {other.number}, written on two branches."
                value = entry("merge", text, team, _folder.happened(at, here), here, merges=other.digest)
                log.add(value, one.digest)
                joined += 1
                click.echo(f"{path.name}: {text}")
            if path.name == "custody.jsonl":  # the manifest follows from it, whatever git made of that
                append.replace(found.folder / "evidence" / MANIFEST, manifest(log.journal.entries))
    if not joined:
        click.echo("Nothing to join: every journal has one end.")
        return
    _folder.write(found, [])
