"""The command line: the one place that prints, asks and exits. One module a command; a module here is a command."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NoReturn

import click

from drillbook import __version__
from drillbook.settings import SettingsError
from drillbook.suggest import hint

_LONGEST = 1000
"""Characters of the longest sentence on standard error."""


class _Commands(click.Group):
    """Commands are found by their module's name and imported when they are called."""

    def list_commands(self, _: click.Context) -> list[str]:
        return sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            stop(str(error))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        known = ctx.resilient_parsing or name.startswith("-")  # a shell that completes asks about half a call
        if not known and self.get_command(ctx, name) is None:
            ctx.fail(f'there is no command "{name}", {hint(name, self.list_commands(ctx))}.')
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="drillbook")
def commands() -> None:
    """Runbooks of model incidents: check them, and look up what the checks mean.

    Exit status: 0 clean (warnings allowed), 1 errors found, 2 usage, environment or nothing to check.
    """


def main(prog_name: str = "drillbook") -> None:
    """Run the command line; whatever happens, the user reads a sentence and not a traceback."""
    gc.disable()  # a command ends soon: looking for garbage while its modules are read is a tenth of a short run
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        sys.exit(commands.main(prog_name=prog_name, standalone_mode=False))
    except click.ClickException as error:
        error.message = _line(error.message)  # type: ignore[misc]  # final in name only: show() reads it
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo("drillbook: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
    except OSError as error:
        if error.errno is None or os.environ.get("DRILLBOOK_DEBUG"):
            raise
        if error.filename is None:  # nothing more is written: it would fail once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        stop(f"{error.filename or 'the output'}: {(error.strerror or str(error)).lower()}")
    except Exception as error:
        if os.environ.get("DRILLBOOK_DEBUG"):
            raise
        stop(f"a fault of Drillbook, not of your files: {_where(error)}; DRILLBOOK_DEBUG=1 shows more")
    finally:
        gc.freeze()  # nor at the end, when Python would look through all that was read


def stop(sentence: str) -> NoReturn:
    """Say what is wrong on standard error and leave with exit status 2."""
    click.echo(f"drillbook: {_line(sentence)}", err=True)
    sys.exit(2)


def _line(sentence: str) -> str:
    """A sentence on one line that is not long, whatever values it quotes; what moves a cursor is shown as it is written."""
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in sentence)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} ..."


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""
    return f"{type(error).__name__}{place}"
