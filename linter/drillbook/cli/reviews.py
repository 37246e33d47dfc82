"""``drillbook reviews due``: the reviews that are overdue, as a list or as issues for a scheduled job."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import duties, files, settings
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._types import Day
from drillbook.export import issues


@click.group("reviews")
def command() -> None:
    """Look after the reviews of runbooks."""


@command.command("due")
@click.option("--format", "form", type=OneOf("format", lambda: issues.FORMS), default="text", show_default=True)
@click.option("--as-of", type=Day(), help="The day that counts as today, in UTC.  [default: today]")
def due(form: str, as_of: date | None) -> None:
    """Tell which runbooks should have been reviewed by now, the longest overdue first.

    The formats github and gitlab are issues with a mark, for a job that opens each once and closes it when the review is
    done. Exit status: 0 told, whatever is due; 2 usage, environment or nothing to look at.
    """
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    books = repository.of("runbook")
    broken = next(
        (each for each in (*repository.of("defaults"), *books) if not each.readable and not each.foreign), None
    )
    if broken is not None:
        stop(f"{broken.path}: cannot be read, so nobody can say what is due; run drillbook lint {broken.path}")
    if not books:
        stop(f"{found.root}: nothing to look at, expected runbooks as runbooks/<id>.md")
    day = as_of or datetime.now(UTC).date()
    click.echo(issues.FORMS[form](duties.overdue_reviews(repository, day), day), nl=False)
