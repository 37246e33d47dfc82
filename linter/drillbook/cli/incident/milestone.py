"""``drillbook incident milestone PHASE``: a phase that was reached, in the timeline and in incident.md."""

from __future__ import annotations

from datetime import datetime

import click

from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli.incident import _folder
from drillbook.cli.incident.log import said
from drillbook.course import PHASES, course
from drillbook.incidents.entries import entry, when

WORDS = ("started", "detected", "contained", "mitigated", "restored", "reopened")
_TOLD = {
    "started": "It began.",
    "detected": "Detected.",
    "contained": "Contained: it gets no worse.",
    "mitigated": "Mitigated: customers no longer notice it.",
    "restored": "Restored: everything is as before.",
    "reopened": "Reopened: it is there again.",
}


@click.command("milestone")
@click.argument("phase", type=OneOf("milestone", lambda: WORDS))
@click.argument("text", required=False)
@_folder.written
@_folder.options
def command(
    phase: str,
    text: str | None,
    at: datetime | None,
    by: str | None,
    name: str | None,
    now: datetime | None,
) -> None:
    """Record that a phase was reached: started, detected, contained, mitigated, restored; or reopened.

    The status and the times of incident.md follow the timeline. Reopening takes back what was reached before.
    """
    here = _folder.present(now)
    found = _folder.find(name)
    moment = _folder.happened(at, here)
    times = course(found.entries).times
    if phase == "reopened" and not set(PHASES[2:]) & times.keys():
        stop(f"{found.id} is still open, so there is nothing to reopen")
    _in_order(phase, moment, dict(times))
    team = _folder.teams(found.repository, by or found.team)
    value = entry("milestone", text or _TOLD[phase], team, moment, here, milestone=phase)
    said(_folder.write(found, [value])[0], value)
    after = _folder.read(found.root, found.repository, found.id)
    coming = after.front.get("next_milestone")
    due = (
        f" Next: {coming['what']}, due {coming['due'][:16].replace('T', ' ')} UTC." if isinstance(coming, dict) else ""
    )
    click.echo(f"Status: {after.front.get('status')}.{due}")


def _in_order(phase: str, at: datetime, times: dict[str, str]) -> None:
    """A phase is not reached before an earlier one; who mistook the time corrects that entry first."""
    if phase not in PHASES:
        return
    place = PHASES.index(phase)
    for other, said_at in times.items():
        wrong = PHASES.index(other) < place and when(said_at) > at
        if wrong or (PHASES.index(other) > place and when(said_at) < at):
            relation = "before" if wrong else "after"
            stop(
                f'"{phase}" at {at:%Y-%m-%d %H:%M} UTC would lie {relation} "{other}" at {when(said_at):%Y-%m-%d %H:%M} UTC; '
                f"give another --at, or correct that entry first"
            )
