"""``drillbook rule NAME``: why a rule matters, how to mend what it finds, and its examples."""

from __future__ import annotations

import click

from drillbook import resources
from drillbook.cli import stop
from drillbook.cli._choice import complete_rule
from drillbook.rules import all_rules
from drillbook.suggest import hint


@click.command("rule")
@click.argument("name", shell_complete=complete_rule)
def command(name: str) -> None:
    """Explain the rule NAME (a name or a code)."""
    rule = next((each for each in all_rules() if name in (each.name, each.code, each.code.lower())), None)
    if rule is None:
        stop(f'there is no rule "{name}", {hint(name, [each.name for each in all_rules()])}')
    click.echo(f"{rule.name} ({rule.code}, {rule.severity}): {rule.summary}\n")
    click.echo(resources.rule_page(rule.name).strip())
    folder = resources.rule_folder(rule.name)
    if (folder / "fixed.md").is_file() or (folder / "fixed").is_dir():
        click.echo("\ndrillbook lint --fix mends it where just one thing can have been meant.")
