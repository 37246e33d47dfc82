"""``drillbook incident postmortem``: the draft of the report, from what was recorded."""

from __future__ import annotations

from datetime import datetime

import click

from drillbook import append, journal
from drillbook.cli import stop
from drillbook.cli._telling import plain
from drillbook.cli.incident import _folder, _sealed
from drillbook.incidents import front
from drillbook.incidents.opening import STAND_IN
from drillbook.incidents.postmortem import Review, demanded, draft, functions


@click.command("postmortem")
@click.option("--write", is_flag=True, help="Write it into incident.md, where no report stands yet.")
@_folder.options
def command(write: bool, name: str | None, now: datetime | None) -> None:  # noqa: ARG001 - every command takes the time
    """Draft the report: times against the objectives, timeline with links, decisions, evidence. What was supposed is marked."""
    found = _folder.find(name)
    _folder.keeps_the_contract(found)
    about = review(found)
    body = draft(about)
    if not write:
        click.echo(body, nl=False)
    else:
        if front.body_of(found.report).strip() not in ("", STAND_IN):
            stop(f"incidents/{found.id}/incident.md: holds a report already; without --write the draft is printed")
        append.replace(found.folder / "incident.md", front.changed(found.report, lambda _: None, body))
        click.echo(
            f"Wrote the draft into incidents/{found.id}/incident.md; drillbook incident close says what is missing."
        )
    if demanded(about):
        click.echo(f"The review needs: {plain(', '.join(functions(about)))}.", err=True)


def review(found: _folder.Incident) -> Review:
    """What the report of an incident is made of."""
    files = [file for each in found.runbooks if (file := found.repository.runbook(each))]
    custody = journal.read(_sealed.plain(found.folder / "custody.jsonl"))
    return Review(found.front, found.entries, custody.entries, [found.repository.effective(each) for each in files])
