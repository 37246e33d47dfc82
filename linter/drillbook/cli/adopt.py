"""``drillbook adopt OLD.md…``: free-form runbooks -> drafts that hold every word of them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from drillbook import files, settings
from drillbook.cli import _begin, stop
from drillbook.cli._types import Day
from drillbook.repository import Repository
from drillbook.starter import adopted, wording
from drillbook.starter.adopted import Draft, Frame
from drillbook.words import counted

_LARGE = "expected a runbook; split it into several first"


@dataclass(frozen=True, slots=True)
class _Place:
    """The repository of runbooks, its root, the folder that takes the drafts, and what every draft has in common."""

    root: Path
    repository: Repository
    to: Path
    owner: str
    day: date
    id: str | None


@click.command("adopt")
@click.argument("old", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--owner", help="The team that answers for the runbooks; may be left out where there is one.")
@click.option("--id", help="The id of the draft, where the name of the file is not to be it; for one file.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to.  [default: runbooks/ of the repository]",
)
@click.option("--as-of", type=Day(), help="The day of the first changelog entry.  [default: today]")
def command(old: tuple[Path, ...], owner: str | None, id: str | None, output: Path | None, as_of: date | None) -> None:
    """Turn free-form runbooks into drafts that lint and hold every word. OLD stays as it is, and nothing is overwritten.

    Commands become steps, <placeholders> inputs, and what nobody could know is marked with TODO, which an active runbook
    may not hold. Exit status: 0 all are adopted, 1 some are not or do not lint, 2 usage or environment.
    """
    if id is not None and len(old) > 1:
        stop(f"--id names one draft, and {len(old)} files are given; adopt them one by one")
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    day = as_of or datetime.now(UTC).date()
    place = _Place(found.root, repository, output or found.root / "runbooks", _begin.owner(repository, owner), day, id)
    done = [_adopt(path, place) for path in dict.fromkeys(old)]
    if any(done):
        click.echo(f"Next: read each draft beside the old text, answer every TODO. {_begin.NEXT}")
    sys.exit(0 if all(done) else 1)


def _adopt(old: Path, place: _Place) -> bool:
    """Adopt one file; says what was done, and whether all went well."""
    name = place.id or wording.kebab(_name(old))
    name = name if name[:1].isalpha() or not name else f"runbook-{name}"
    if not _begin.named(name, str(old), "give one with --id"):
        return False
    try:
        text = _begin.read(old, adopted.MOST, _LARGE)
    except ValueError as error:
        click.echo(str(error), err=True)
        return False
    if place.repository.runbook(name) is not None or os.path.lexists(place.to / f"{name}.md"):
        click.echo(f"{old}: there is a runbook {name} already; give another id with --id", err=True)
        return False
    path = Path(os.path.abspath(old))  # noqa: PTH100 - a link stays where it is
    inside = path.relative_to(place.root).as_posix() if path.is_relative_to(place.root) else f"../{old.name}"
    draft = adopted.draft(text, inside, Frame(name, place.owner, place.day), place.repository)
    if len(draft.text.encode()) > adopted.MOST:
        click.echo(f"{old}: its draft would be larger than {adopted.MOST:,} bytes, {_LARGE}", err=True)
        return False
    shown = os.path.relpath(place.to / f"{name}.md")
    return _begin.created(place.to / f"{name}.md", shown, str(old), draft.text) and _told(old, shown, draft)


def _name(old: Path) -> str:
    """What a file is called; of README.md and index.md what their folder is called."""
    stem = old.name.removesuffix(".md").removesuffix(".markdown").removesuffix(".txt")
    return old.absolute().parent.name if stem.lower() in ("readme", "index", "_index", "runbook") else stem


def _told(old: Path, shown: str, draft: Draft) -> bool:
    parts = [counted(draft.steps, "step"), counted(draft.inputs, "input")]
    parts.append(f"{counted(draft.gaps, 'gap')} (TODO) to fill")
    click.echo(f"Wrote {shown} from {old}: {_begin.joined(parts)}")
    if draft.mended:
        click.echo(f"  {counted(draft.mended, 'character')} that nobody sees, or that pass for others, were made plain")
    if draft.errors:
        rules = sorted({each.rule for each in draft.errors})
        count = counted(len(draft.errors), "error")
        click.echo(f"  drillbook lint finds {count} in it that the old text brings: {', '.join(rules)}", err=True)
    return not draft.errors
