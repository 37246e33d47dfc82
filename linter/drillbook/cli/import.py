"""``drillbook import alerts FILE``: drafts of runbooks from the alert rules that there are."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import engine, files, settings
from drillbook.cli import _begin, stop
from drillbook.cli._types import Day
from drillbook.repository import Repository
from drillbook.rules import all_rules
from drillbook.starter.alerts import Alert, NoRules, alerts, draft
from drillbook.suggest import hint

_LIMIT = 5_000_000


@click.group("import")
def command() -> None:
    """Begin from what other tools have."""


@command.command("alerts")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--owner", help="The team that answers for the runbooks; may be left out where there is one.")
@click.option("--source", help="The source that the queries ask.  [default: the first Prometheus of the catalog]")
@click.option("--as-of", type=Day(), help="The day of the first changelog entry.  [default: today]")
def from_alerts(file: Path, owner: str | None, source: str | None, as_of: date | None) -> None:
    """Write a draft of a runbook for each alert of FILE that no runbook claims. Nothing is overwritten."""
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    team, asked = _begin.owner(repository, owner), _source(repository, source)
    try:
        rules = alerts(_begin.read(file, _LIMIT, "expected a rule file"))
    except NoRules as error:
        stop(f"{file}: {error}")
    except ValueError as error:
        stop(str(error))
    day = as_of or datetime.now(UTC).date()
    written = [path for rule in rules if (path := _draft(found.root, repository, rule, draft(rule, team, asked, day)))]
    _told(found.root, found.exclude, written, day)


def _draft(root: Path, repository: Repository, rule: Alert, text: str) -> str:
    """The path of the new draft, or nothing where there is a runbook already."""
    claimed = [each.path for each in repository.of("runbook") if rule.name in [alert for _, alert in each.card.alerts]]
    path = f"runbooks/{rule.id}.md"
    if claimed:
        click.echo(f"{rule.name}: {claimed[0]} claims it already")
        return ""
    if not _begin.named(rule.id, rule.name, "rename the alert"):
        return ""
    return path if _begin.created(root / path, path, rule.name, text) else ""


def _told(root: Path, exclude: tuple[str, ...], written: list[str], day: date) -> None:
    if not written:
        click.echo("Nothing to begin: every alert has its runbook.")
        return
    found = engine.lint(files.load(root, exclude), all_rules(), day, only=written)
    for path in written:
        count = sum(each.path == path for each in found)
        said = f"; drillbook lint finds {count} thing{'s' if count > 1 else ''} in it" if count else ""
        click.echo(f"Wrote {os.path.relpath(root / path)}, a draft{said}")
    click.echo(_begin.NEXT)


def _source(repository: Repository, source: str | None) -> str:
    entries = repository.entries("environments").values()
    known = {
        name: str(each.get("kind"))
        for entry in entries
        for name, each in (entry.get("sources") or {}).items()
        if isinstance(each, dict)
    }
    if source is not None and source not in known:
        stop(f'no environment has a source "{source}", {hint(source, known)}')
    first = next((name for name, kind in known.items() if kind == "prometheus"), None)
    if source is None and first is None:
        stop("catalog/environments.yaml has no source of the kind prometheus; add one, or name a source with --source")
    return source or first or ""
