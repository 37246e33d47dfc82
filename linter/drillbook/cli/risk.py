"""``drillbook risk``: which runbook to drill or review next, with the reason in words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import files, settings, trends
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._types import Day
from drillbook.harmless import visible


@click.command("risk")
@click.option("--format", "form", type=OneOf("format", lambda: ("text", "json")), default="text", show_default=True)
@click.option("--as-of", type=Day(), help="The day that counts as today, in UTC.  [default: today]")
def command(form: str, as_of: date | None) -> None:
    """Tell which runbook to drill or review next, from incidents, drills and coverage: each reason in words, the heaviest first.

    The number is the sum of the weights of the reasons; it orders the list and means nothing else.
    """
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    day = as_of or datetime.now(UTC).date()
    risks = trends.risks(repository, day)
    if not risks:
        stop(f"{found.root}: nothing to look at, expected runbooks in use as runbooks/<id>.md")
    if form == "json":
        told = [
            {
                "runbook": each.runbook,
                "weight": each.weight,
                "reasons": [{"weight": w, "why": why} for w, why in each.reasons],
            }
            for each in risks
        ]
        click.echo(json.dumps({"as_of": day.isoformat(), "risks": told}, indent=2))
        return
    for each in risks:
        click.echo(visible(f"{each.weight:3}  {each.runbook}"))
        for _, why in each.reasons:
            click.echo(visible(f"     - {why}"))
