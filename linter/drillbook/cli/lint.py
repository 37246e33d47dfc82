"""``drillbook lint``: files -> repository -> findings -> report."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import baseline, engine, fixing
from drillbook.cli import _draft, _mending, _printing, _reading, stop
from drillbook.cli._choice import OneOf, Output, Place, chosen, complete_rule
from drillbook.cli._progress import progress
from drillbook.cli._types import Day
from drillbook.document import CATALOG
from drillbook.finding import Finding, Severity
from drillbook.report import Summary, formats
from drillbook.repository import COMPLETE, Repository


@click.command("lint")
@click.argument("paths", nargs=-1, type=Place())
@click.option("--as-of", type=Day(), help="The day that counts as today, in UTC.  [default: today]")
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_rule,
    help="Only this rule, by name, code or start of a code (DB1).",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_rule,
    help="Not this rule, by name, code or start of a code.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--exit-zero", is_flag=True, help="Report, and leave exit status 0 whatever is found.")
@click.option("--format", "form", type=OneOf("format", formats), default="text", show_default=True)
@click.option(
    "--output",
    "outputs",
    type=Output(),
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write a report into a file too; may be given several times.",
)
@click.option("--statistics", is_flag=True, help="Count by rule at the end of a text report.")
@click.option(
    "--since", metavar="REF", help="Only what the change since a commit, branch or tag brought, wherever it shows."
)
@click.option(
    "--status", type=OneOf("status", lambda: COMPLETE), help="Tell what the named drafts lack to have this status."
)
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing what a file means.")
@click.option("--unsafe", is_flag=True, help="With --fix or --diff: mend, too, what may change what a file means.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option("--baseline", "aside", is_flag=True, help=f"Leave aside what stands in {baseline.NAME}.")
@click.option("--write-baseline", is_flag=True, help=f"Write what is found now into {baseline.NAME}.")
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With - for PATHS: the file that standard input stands for.",
)
def command(
    paths: tuple[Path, ...],
    as_of: date | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    exit_zero: bool,
    form: str,
    outputs: tuple[tuple[str, Path], ...],
    statistics: bool,
    since: str | None,
    status: str | None,
    fix: bool,
    unsafe: bool,
    diff: bool,
    aside: bool,
    write_baseline: bool,
    stdin_filename: Path | None,
) -> None:
    """Check runbooks, drills, incidents and the catalog against the contract and against each other.

    Without PATHS the whole repository is checked; with them everything is read and what concerns them is reported.
    """
    if status and not paths:
        stop("--status needs the drafts to look at: drillbook lint --status active runbooks/<id>.md")
    if since is not None and status:
        stop("--since tells what a change brought, and --status what a draft lacks: give one of them")
    if statistics and "text" not in (form, *(name for name, _ in outputs)):
        stop(f"--statistics belongs to the format text, and this run writes {form}")
    _mending.must_fit(fix, unsafe, diff, aside, write_baseline, bool(status or since is not None or stdin_filename))
    _printing.must_be_writable(outputs)
    found = _reading.place(paths, stdin_filename)
    rules = chosen(select, ignore, found)
    with progress("Reading"):
        repository, wanted = _reading.read(found, paths, stdin_filename)
    if status:
        repository = _draft.promoted(repository, wanted, status)
    named = frozenset(wanted)
    day = as_of or datetime.now(UTC).date()
    if found.quiet or found.holidays:
        from drillbook.cli._quiet import quiet  # other repositories need no calendar

        repository = replace(repository, quiet=quiet(found, day))
    if fix or diff:
        with progress("Mending"):
            mended = fixing.mend(repository, rules, day, named, unsafe)
        if diff:
            sys.exit(_mending.show(found.root, mended))
        _mending.write(found.root, repository, mended)
        repository = mended.repository
    if since is not None:
        from drillbook.cli import _since  # it starts git; other runs need none of that

        with progress(f"Checking {len(named):,} files, now and before"):
            everything = _since.brought(found, repository, since, rules, day)
    else:
        with progress(f"Checking {len(named):,} files"):
            everything = engine.lint(repository, rules, day, only=named)
    findings = [finding for finding in everything if _concerns(finding, named, repository)]
    if fix:
        findings = fixing.left(findings, unsafe)
    if aside or write_baseline:
        findings = _mending.put_aside(found.root, findings, named, rules, write_baseline, fix)
    if status:
        findings = _draft.in_order_of_writing(findings, repository)
    summary = Summary(findings, wanted, _reading.within(found.root))
    _printing.publish(summary, form, outputs, statistics)
    failing = len(findings) if strict else summary.count(Severity.ERROR)
    sys.exit(1 if failing and not exit_zero else 0)


def _concerns(finding: Finding, wanted: frozenset[str], repository: Repository) -> bool:
    """Findings in the named files, and in a catalog file that could not be read, since everything stands on it."""
    document = repository.by_path[finding.path]
    return finding.path in wanted or (document.kind in CATALOG and not document.readable)
