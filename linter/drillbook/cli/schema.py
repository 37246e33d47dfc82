"""``drillbook schema NAME``: a JSON Schema of the contract."""

from __future__ import annotations

import click

from drillbook import resources
from drillbook.cli import stop
from drillbook.cli._choice import complete_schema
from drillbook.suggest import hint


@click.command("schema")
@click.argument("name", required=False, shell_complete=complete_schema)
def command(name: str | None) -> None:
    """Print the JSON Schema NAME; without a name, list them."""
    schemas = resources.schemas()
    if name is None:
        wide = max(map(len, schemas))
        for each, schema in schemas.items():
            click.echo(f"{each:<{wide}}  {schema['title']}")
    elif name in schemas:
        click.echo(resources.schema_text(name), nl=False)
    else:
        stop(f'there is no schema "{name}", {hint(name, schemas)}')
