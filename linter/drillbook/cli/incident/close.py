"""``drillbook incident close``: the report is there, or what is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from drillbook import document, engine
from drillbook.cli._telling import plain
from drillbook.cli.incident import _folder, _sealed
from drillbook.cli.incident.log import said
from drillbook.cli.incident.postmortem import review
from drillbook.incidents import front, sealing
from drillbook.incidents.entries import entry, moment
from drillbook.incidents.postmortem import missing
from drillbook.rules import all_rules


@click.command("close")
@_folder.written
@_folder.options
def command(at: datetime | None, by: str | None, name: str | None, now: datetime | None) -> None:
    """Close the incident once everything is there that the postmortem of its runbooks demands; otherwise list what is missing.

    Exit status: 0 closed, 1 something is missing, 2 usage or environment.
    """
    here = _folder.present(now)
    found = _folder.find(name)
    _folder.keeps_the_contract(found)
    when = _folder.happened(at, here)
    lacking = [*missing(review(found), front.body_of(found.report)), *_unproven(found)]
    lacking = lacking or [*_wrong(found, when)]
    if lacking:
        click.echo(f"{found.id} is not closed:")
        for each in lacking:
            click.echo(f"  - {plain(each)}")
        sys.exit(1)
    team = _folder.teams(found.repository, by or found.team)
    value = entry("milestone", "Closed: the report is there.", team, when, here, milestone="closed")
    said(_folder.write(found, [value])[0], value)
    click.echo(f"Closed {found.id}. Seal it: drillbook incident seal --incident {found.id} --key FILE")


def _unproven(found: _folder.Incident) -> Iterator[str]:
    yield from sealing.verify(replace(_sealed.files(found), seals={})).wrong


def _wrong(found: _folder.Incident, at: datetime) -> Iterator[str]:
    """What drillbook lint would say of the closed incident."""

    def change(values: Any) -> None:
        values["status"] = "closed"
        values["times"]["closed"] = moment(at)

    path = f"incidents/{found.id}/incident.md"
    closed = document.parse(path, "incident", front.changed(found.report, change).encode())
    others = tuple(
        each for each in found.repository.documents if each.path not in (path, f"incidents/{found.id}/timeline.jsonl")
    )
    whole = replace(found.repository, documents=(*others, closed))
    for each in engine.lint(whole, all_rules(), at.date(), only=[path]):
        if each.path == path and each.severity.value == "error":
            yield f"{path}:{each.line}: {each.message} [{each.rule}]"
