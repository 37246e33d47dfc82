"""``drillbook incident``: what happened, provably: a timeline, evidence, seals and the report. One module a subcommand."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import click

from drillbook.cli import stop
from drillbook.incidents.front import NoFront
from drillbook.suggest import hint


class _Parts(click.Group):
    """Subcommands are found by their module's name and imported when they are called."""

    def list_commands(self, _: click.Context) -> list[str]:
        names = (module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
        return sorted(name.rstrip("_").replace("_", "-") for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        names = {module.name.rstrip("_").replace("_", "-"): module.name for module in iter_modules(__path__)}
        command: click.Command = import_module(f"{__name__}.{names[cmd_name]}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except NoFront as error:
            stop(f"incident.md {error}")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            ctx.fail(f'there is no command "{name}", {hint(name, self.list_commands(ctx))}.')
        return super().resolve_command(ctx, args)


@click.group("incident", cls=_Parts)
def command() -> None:
    """Run an incident and prove what happened: the timeline, the evidence, the report."""
