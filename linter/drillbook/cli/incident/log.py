"""``drillbook incident log TEXT``: a fact, a hypothesis or an action in the timeline."""

from __future__ import annotations

from datetime import datetime

import click

from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._telling import plain
from drillbook.cli.incident import _folder
from drillbook.cli.incident.open_ import SEVERITIES
from drillbook.incidents.entries import entry
from drillbook.suggest import hint

KINDS = ("fact", "hypothesis", "action")
PROGRESS = ("begun", "done", "skipped", "open")


@click.command("log")
@click.argument("text")
@click.option("--kind", type=OneOf("kind", lambda: KINDS), help="[default: fact, or action with --step]")
@click.option("--step", help="The step of the runbook that it is about.")
@click.option("--progress", type=OneOf("progress", lambda: PROGRESS), help="What became of the step.  [default: done]")
@click.option("--runbook", help="Which runbook the step is of.  [default: the one that has it]")
@click.option("--evidence", multiple=True, metavar="PATH", help="A file of the evidence folder that shows it.")
@click.option("--severity", type=OneOf("severity", lambda: SEVERITIES), help="The severity from then on.")
@_folder.written
@_folder.options
def command(
    text: str,
    kind: str | None,
    step: str | None,
    progress: str | None,
    runbook: str | None,
    evidence: tuple[str, ...],
    severity: str | None,
    at: datetime | None,
    by: str | None,
    name: str | None,
    now: datetime | None,
) -> None:
    """Add what was seen (fact), what may be so (hypothesis) or what was done (action)."""
    here = _folder.present(now)
    found = _folder.find(name)
    if progress and not step:
        stop("--progress says what became of a step, and there is no --step")
    for path in evidence:
        if not path.startswith("evidence/") or ".." in path.split("/") or not (found.folder / path).is_file():
            stop(f'--evidence "{plain(path)}": there is no such file; drillbook incident evidence add keeps one')
    value = entry(
        kind or ("fact" if progress in ("skipped", "open") or not step else "action"),
        text,
        _folder.teams(found.repository, by or found.team),
        _folder.happened(at, here),
        here,
        runbook=held(found, step, runbook) if step or runbook else "",
        step=step,
        progress=progress or ("done" if step and kind != "hypothesis" else None),
        evidence=list(evidence),
        severity=severity,
    )
    numbers = _folder.write(found, [value])
    said(numbers[0], value)


def said(number: int, value: dict[str, object]) -> None:
    """Tell what was written."""
    at = str(value["at"])
    click.echo(f"Recorded line {number}: {value['kind']}, {at[:10]} {at[11:16]} UTC, by {value['by']}.")


def held(found: _folder.Incident, step: str | None, runbook: str | None) -> str:
    """The runbook that has a step, as the timeline pinned it."""
    pinned = {
        str(pin["id"]): set(pin["steps"])
        for each in found.journal.entries
        if isinstance(pin := each.value.get("pin"), dict) and isinstance(pin.get("steps"), dict)
    }
    if runbook is not None and runbook not in pinned:
        stop(f'"{plain(runbook)}" was not opened in this incident, {hint(runbook, pinned)}')
    mine = [runbook] if runbook else [each for each, steps in pinned.items() if step in steps]
    if step is not None and (not mine or step not in pinned[mine[0]]):
        known = sorted(set().union(*pinned.values())) if runbook is None else sorted(pinned[runbook])
        stop(f'no runbook of this incident has the step "{plain(step)}", {hint(step, known)}')
    if len(mine) > 1:
        stop(f'{" and ".join(mine)} have the step "{plain(str(step))}"; say which was followed with --runbook')
    return mine[0]
