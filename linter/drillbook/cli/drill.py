"""``drillbook drill``: plan and run the scenarios of drills/, and tell what came of them."""

from __future__ import annotations

import click

from drillbook.cli._drill_report import report
from drillbook.cli._drill_run import run
from drillbook.cli._drill_schedule import calendar, due, listed


@click.group("drill")
def command() -> None:
    """Rehearse runbooks: see what is due, and run a scenario against the clock."""


for _each in (run, report, listed, due, calendar):
    command.add_command(_each)
