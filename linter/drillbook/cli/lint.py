"""``drillbook lint``: files -> repository -> findings -> report."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drillbook import engine, files, settings
from drillbook.cli import stop
from drillbook.document import CATALOG
from drillbook.finding import Finding, Severity
from drillbook.report import Summary
from drillbook.repository import Repository
from drillbook.rule import Rule
from drillbook.rules import all_rules
from drillbook.suggest import hint
from drillbook.validation import is_date

if TYPE_CHECKING:
    _DayType = click.ParamType[date]
else:
    _DayType = click.ParamType


class Day(_DayType):
    """A day of the calendar, 2026-11-22."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        if not is_date(value):
            self.fail(f'"{value}" is no day of the calendar, expected one such as 2026-11-22', param, ctx)
        return date.fromisoformat(value)


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--as-of", type=Day(), help="The day that counts as today, in UTC.  [default: today]")
@click.option("--select", multiple=True, metavar="RULE", help="Only this rule, by name, code or start of a code (DB1).")
@click.option("--ignore", multiple=True, metavar="RULE", help="Not this rule, by name, code or start of a code.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    paths: tuple[Path, ...],
    as_of: date | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    form: str,
) -> None:
    """Check runbooks, drills, incidents and the catalog against the contract and against each other.

    Without PATHS the whole repository is checked; with them everything is read and what concerns them is reported.
    """
    missing = next((path for path in paths if not os.path.lexists(path)), None)
    if missing:
        stop(f"{missing}: there is no such file or folder")
    found = settings.find(paths[0] if paths else Path())
    rules = _chosen(select, (*found.ignore, *ignore), str(found.root))
    repository = files.load(found.root, found.exclude)
    wanted = _wanted(paths, repository, found.root)
    if not wanted:
        stop(f"{found.root}: nothing to check, expected runbooks as runbooks/<id>.md")
    findings = engine.lint(repository, rules, as_of or datetime.now(UTC).date())
    summary = Summary([finding for finding in findings if _concerns(finding, wanted, repository)], len(wanted))
    click.echo(_render(summary, form), nl=False, color=True)
    failing = len(summary.findings) if strict else summary.count(Severity.ERROR)
    sys.exit(1 if failing else 0)


def _render(summary: Summary, form: str) -> str:
    if form == "json":
        from drillbook.report import json

        return json.render(summary)
    from drillbook.report import text

    return text.render(summary, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))


def _chosen(select: Iterable[str], ignore: Iterable[str], root: str) -> tuple[Rule, ...]:
    """The rules that count. A name that is no rule is a mistake that would hide findings: exit 2."""

    def matching(wanted: str) -> set[str]:
        found = {rule.name for rule in all_rules() if wanted == rule.name or rule.code.startswith(wanted.upper())}
        if not found or not wanted:
            stop(f'{root}: there is no rule "{wanted}", {hint(wanted, [rule.name for rule in all_rules()])}')
        return found

    chosen = set().union(*(matching(wanted) for wanted in select)) or {rule.name for rule in all_rules()}
    chosen -= set().union(*(matching(wanted) for wanted in ignore))
    return tuple(rule for rule in all_rules() if rule.name in chosen)


def _wanted(paths: tuple[Path, ...], repository: Repository, root: Path) -> set[str]:
    """The files to report on; a path that leads to none of them is named on standard error."""
    if not paths:
        return set(repository.by_path)
    wanted: set[str] = set()
    for path in paths:
        whole = path.parent.resolve() / path.name if path.is_symlink() else path.resolve()
        if not whole.is_relative_to(root):
            stop(f"{path}: outside of the repository {root}; call drillbook once for each repository")
        relative = whole.relative_to(root).as_posix()
        below = {each for each in repository.by_path if relative in (".", each) or each.startswith(relative + "/")}
        if not below:
            click.echo(f"drillbook: {path}: not checked, it holds no runbook, drill, incident or catalog", err=True)
        wanted |= below
    return wanted


def _concerns(finding: Finding, wanted: set[str], repository: Repository) -> bool:
    """Findings in the named files, and in a catalog file that could not be read, since everything stands on it."""
    document = repository.by_path[finding.path]
    return finding.path in wanted or (document.kind in CATALOG and not document.readable)
