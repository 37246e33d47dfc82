"""``drillbook diff REF [RUNBOOK]``: what changed in the meaning of runbooks since a commit, in words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from drillbook import files, meaning, settings, vcs
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._telling import markdown, plain
from drillbook.harmless import code
from drillbook.meaning import Change
from drillbook.repository import Repository
from drillbook.suggest import hint

_FORMS = ("text", "markdown", "json")
_ID = re.compile("[a-z0-9-]+")


@click.command("diff")
@click.argument("ref")
@click.argument("runbook", required=False)
@click.option("--format", "form", type=OneOf("format", lambda: _FORMS), default="text", show_default=True)
def command(ref: str, runbook: str | None, form: str) -> None:
    """Tell what changed since REF, a commit, branch or tag, in what the runbooks mean: thresholds, decisions, steps, wording.

    Compared are the effective values, so a changed default shows in every runbook that it reaches.
    """
    found = settings.find(Path())
    now = files.load(found.root, found.exclude)
    try:
        git = vcs.find(found.root)
        before = git.repository(git.base(ref), found.exclude)
    except vcs.VcsError as error:
        stop(str(error))
    names = sorted({each.id for repository in (before, now) for each in repository.of("runbook") if each.id})
    if runbook is not None and Path(runbook).stem not in names:
        stop(f'there is no runbook "{runbook}", now or then, {hint(runbook, names)}')
    wanted = [Path(runbook).stem] if runbook is not None else names
    old = _renamed(before, now) if runbook is None else ()
    told = {name: each for name in wanted if name not in old and (each := meaning.of(name, before, now))}
    click.echo(_rendered(told, form), nl=False)


def _renamed(before: Repository, now: Repository) -> frozenset[str]:
    """The old names of runbooks that have another one: what changed is told under the new one."""
    pairs = ((here.id, before.was(here)) for here in now.of("runbook"))
    return frozenset(was.id for name, was in pairs if was and was.id != name)


def _rendered(told: dict[str, tuple[Change, ...]], form: str) -> str:
    if form == "json":
        data = {
            name: [{"level": each.level, "words": each.words} for each in changes] for name, changes in told.items()
        }
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    if not told:
        return "Nothing changed in what the runbooks mean.\n"
    shown, bullet = (markdown, "- **{}**: {}\n") if form == "markdown" else (plain, "  {:5}  {}\n")
    parts = []
    for name, changes in told.items():
        lines = "".join(bullet.format(each.level, shown(each.words)) for each in changes)
        heading = f"### {f'`{name}`' if _ID.fullmatch(name) else code(name)}\n" if form == "markdown" else plain(name)
        parts.append(f"{heading}\n{lines}")
    return "\n".join(parts)
