"""``drillbook rules``: every rule in a line."""

from __future__ import annotations

import click

from drillbook.rules import all_rules


@click.command("rules")
def command() -> None:
    """List the rules: code, name, severity and what is wrong."""
    wide = max(len(rule.name) for rule in all_rules())
    for rule in all_rules():
        click.echo(f"{rule.code}  {rule.name:<{wide}}  {rule.severity:<7}  {rule.summary}")
