"""``drillbook incident decide QUESTION``: what could have been chosen, what was, why, and by what right."""

from __future__ import annotations

from datetime import datetime

import click

from drillbook.cli.incident import _folder
from drillbook.cli.incident.log import held, said
from drillbook.incidents.entries import entry


@click.command("decide")
@click.argument("question")
@click.option("--option", "choices", multiple=True, help="What could have been chosen; once for each.")
@click.option("--choice", required=True, help="What was chosen.")
@click.option("--because", required=True, help="Why, and what was known then.")
@click.option("--authority", required=True, metavar="TEAM", help="The team that had the right to decide.")
@click.option("--step", help="The step of the runbook that asked the question, which is done with that.")
@click.option("--runbook", help="Which runbook the step is of.  [default: the one that has it]")
@_folder.written
@_folder.options
def command(
    question: str,
    choices: tuple[str, ...],
    choice: str,
    because: str,
    authority: str,
    step: str | None,
    runbook: str | None,
    at: datetime | None,
    by: str | None,
    name: str | None,
    now: datetime | None,
) -> None:
    """Add a decision to the timeline."""
    here = _folder.present(now)
    found = _folder.find(name)
    options = list(dict.fromkeys((*choices, choice))) if choices else []
    value = entry(
        "decision",
        question,
        _folder.teams(found.repository, by or found.team),
        _folder.happened(at, here),
        here,
        options=options,
        choice=choice,
        because=because,
        authority=_folder.teams(found.repository, authority),
        runbook=held(found, step, runbook) if step or runbook else "",
        step=step,
        progress="done" if step else None,
    )
    said(_folder.write(found, [value])[0], value)
