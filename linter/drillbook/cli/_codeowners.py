"""``drillbook export codeowners``: who is asked for a review of each runbook and drill."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from drillbook import append, files, settings
from drillbook.cli import _reading, stop
from drillbook.cli._choice import OneOf
from drillbook.export import codeowners
from drillbook.export.codeowners import NoOwners


@click.command("codeowners")
@click.option("--host", type=OneOf("host", lambda: codeowners.PLACES), default="github", show_default=True)
@click.option(
    "--to", "to", type=click.Path(path_type=Path, dir_okay=False), help="The file.  [default: where HOST looks]"
)
@click.option("--check", is_flag=True, help="Write nothing; fail where the file differs from the runbooks.")
def command(host: str, to: Path | None, check: bool) -> None:
    """Write owners, deputies and reviewers into CODEOWNERS; its other lines stay as they are.

    Teams are named by their handles in catalog/teams.yaml. Exit status: 0 written, or nothing differs; 1 with --check, the
    file differs; 2 usage or environment.
    """
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    within = _reading.within(found.root)
    top = found.root.parents[len(Path(within).parts) - 1] if within else found.root
    target = to or _place(top, host)
    try:
        text = target.read_bytes().decode("utf-8") if target.is_file() else ""
        ours = codeowners.block(codeowners.lines(repository, host, within), host)
        wrong = [*codeowners.drift(text, ours)]
        new = codeowners.merged(text, ours)
    except NoOwners as error:
        stop(str(error))
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{target}: cannot be read: {(getattr(error, 'strerror', None) or 'no UTF-8 text').lower()}")
    if check:
        _compare(target, wrong, host)
    if text == new:
        click.echo(f"{target} is what the runbooks say.")
        return
    try:
        append.replace(target, new)
    except OSError as error:
        stop(f"{target}: cannot be written: {(error.strerror or str(error)).lower()}")
    click.echo(f"Wrote {target}; other lines in it stay as they are.")


def _place(top: Path, host: str) -> Path:
    """The file that the host reads: the first that is there, in its order."""
    there = (top / each for each in codeowners.PLACES[host] if (top / each).is_file())
    return next(there, top / codeowners.DEFAULT[host])


def _compare(target: Path, wrong: list[str], host: str) -> None:
    for each in wrong:
        click.echo(f"{target}: {each}")
    if wrong:
        click.echo(f"Run: drillbook export codeowners{'' if host == 'github' else f' --host {host}'}", err=True)
    else:
        click.echo(f"{target} is what the runbooks say.")
    sys.exit(1 if wrong else 0)
