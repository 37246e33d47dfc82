"""``drillbook drill report RECORD``: what a drill showed, as Markdown."""

from __future__ import annotations

from pathlib import Path

import click

from drillbook import files, settings
from drillbook.cli import stop
from drillbook.drills import report as reports
from drillbook.history import history, pins
from drillbook.suggest import hint


@click.command("report")
@click.argument("name", metavar="RECORD")
def report(name: str) -> None:
    """Print the after-action report of RECORD, such as 2026-10-08-fraud-accuracy-drop-tabletop, as Markdown.

    Objectives, the course, what worked, gaps, actions, and the steps to change: with what is known of them today.
    """
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    known = repository.once(history)
    runs = {run.id: run for run in known.runs if run.drill}
    run = runs.get(Path(name).stem)
    if run is None:
        stop(f'there is no record "{name}", {hint(name, runs)}')
    beside = repository.by_path.get(str(Path(run.path).with_suffix(".jsonl")))
    document = repository.runbook(run.runbook)
    book = repository.model(document) if document else None
    now = pins(document, repository)["steps"] if document else {}
    marks = {step: known.step(run.runbook, step, now.get(step, "")).mark for step in run.failed}
    titles = {step.id: step.title for step in book.steps} if book else {}
    text = reports.markdown(run, repository.by_path[run.path].front, beside.journal if beside else None, titles, marks)
    click.echo(text, nl=False)
