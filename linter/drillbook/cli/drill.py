"""``drillbook drill``: run the scenarios of drills/, and tell what came of them."""

from __future__ import annotations

import click

from drillbook.cli._drill_run import run


@click.group("drill")
def command() -> None:
    """Rehearse runbooks: run a scenario against the clock."""


command.add_command(run)
