"""``drillbook incident status``: the minimum of every update, as text for the chat or as Markdown."""

from __future__ import annotations

from datetime import datetime

import click

from drillbook.cli._choice import OneOf
from drillbook.cli.incident import _folder
from drillbook.incidents import telling


@click.command("status")
@click.option("--format", "form", type=OneOf("format", lambda: ("text", "markdown")), default="text", show_default=True)
@_folder.options
def command(form: str, name: str | None, now: datetime | None) -> None:
    """Say what every update has to say: name, times, what is affected, status, what comes next, clocks, and whom to tell."""
    found = _folder.find(name)
    _folder.keeps_the_contract(found)
    files = [file for each in found.runbooks if (file := found.repository.runbook(each))]
    update = telling.Update(
        found.front,
        found.entries,
        [found.repository.effective(each) for each in files],
        found.repository.sound("clocks"),
        _folder.present(now),
    )
    click.echo(telling.markdown(update) if form == "markdown" else telling.text(update), nl=False)
