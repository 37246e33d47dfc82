"""What a machine mended, and what a baseline sets aside -> files, a diff, and lines on standard error."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from pathlib import Path

import click

from drillbook import append, baseline, fixing
from drillbook.cli import stop
from drillbook.finding import Finding
from drillbook.fixing import Mended
from drillbook.harmless import visible
from drillbook.repository import Repository
from drillbook.rule import Rule


def must_fit(fix: bool, unsafe: bool, diff: bool, aside: bool, write: bool, other: bool) -> None:
    """A call that asks for two things that do not go together ends here."""
    if fix and diff:
        stop("--fix writes and --diff only shows: give one of them")
    if unsafe and not (fix or diff):
        stop("--unsafe says which mends are made: give it with --fix or --diff")
    if (fix or diff or aside or write) and other:
        stop("--fix, --diff and the baseline look at the files as they are: leave out --since, --status and -")
    if write and (diff or aside):
        stop("--write-baseline writes what is found now: leave out --diff and --baseline")


def show(root: Path, mended: Mended) -> int:
    """Print what would change; 1 where anything would."""
    for path, data in sorted(mended.files.items()):
        old = (root / path).read_bytes().decode("utf-8").splitlines(keepends=True)
        new = data.decode("utf-8").splitlines(keepends=True)
        for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"):
            click.echo(visible(line.rstrip("\r\n")))
    click.echo(f"{_findings(mended.count)} would be mended in {_files(len(mended.files))}.", err=True)
    return 1 if mended.files else 0


def write(root: Path, before: Repository, mended: Mended) -> None:
    """Put the mended files in the place of the old ones, each whole or not at all."""
    for path, data in sorted(mended.files.items()):
        file = root / path
        if file.is_symlink() or file.read_bytes() != fixing.written(before.by_path[path]):
            stop(
                f"{path}: changed while it was mended, or is a link; nothing was written into it, run the command again"
            )
        append.replace(file, data)
    if mended.files:
        said = f"Mended {_findings(mended.count)} in {_files(len(mended.files))}."
        if any(path.startswith("runbooks/") for path in mended.files):
            said += " Where that changed what a runbook says, drillbook bump writes its next version."
        click.echo(said, err=True)


def put_aside(
    root: Path, findings: Sequence[Finding], asked: Collection[str], rules: Sequence[Rule], anew: bool, shrink: bool
) -> list[Finding]:
    """The findings that the baseline does not hold; ``anew`` writes it from them, ``shrink`` takes out what was mended."""
    file = root / baseline.NAME
    hidden = frozenset(rule.name for rule in rules if rule.hides)
    if anew:
        append.replace(file, baseline.write(findings, hidden))
        click.echo(
            f"Wrote {_findings(len(findings))} into {baseline.NAME}; lint with --baseline from now on.", err=True
        )
        return []
    try:
        counts = baseline.read(file.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        stop(f"{baseline.NAME}: there is none in {root}; drillbook lint --write-baseline writes it")
    except (baseline.BaselineError, UnicodeDecodeError) as error:
        stop(f"{baseline.NAME}: {error if isinstance(error, baseline.BaselineError) else 'is no text; write it anew'}")
    deleted = {path for path, _, _ in counts if ".." not in path and not (root / path.lstrip("/")).exists()}
    kept = baseline.apply(findings, counts, {*asked, *deleted}, hidden, {rule.name for rule in rules})
    gone = sum(kept.mended.values())
    if kept.aside:
        click.echo(f"{_findings(kept.aside)} of {baseline.NAME} left aside.", err=True)
    if gone and shrink:
        append.replace(file, baseline.without(counts, kept.mended))
        click.echo(f"{_findings(gone)} of {baseline.NAME} mended and taken out.", err=True)
    elif gone:
        click.echo(
            f"{_findings(gone)} of {baseline.NAME} mended: --fix --baseline or --write-baseline takes them out.",
            err=True,
        )
    return list(kept.findings)


def _findings(number: int) -> str:
    return f"{number:,} finding{'' if number == 1 else 's'}"


def _files(number: int) -> str:
    return f"{number:,} file{'' if number == 1 else 's'}"
