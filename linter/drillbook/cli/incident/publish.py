"""``drillbook incident publish``: the anonymised summary, once a person has decided about every doubtful word."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from drillbook import append
from drillbook.cli import stop
from drillbook.cli._telling import plain
from drillbook.cli.incident import _folder, _sealed
from drillbook.incidents import front, publishing
from drillbook.incidents.publishing import Map
from drillbook.repository import Repository
from drillbook.words import counted
from drillbook.yaml12 import read

_HEAD = """\
# Which words of the report become which before anybody outside reads it. Move every word of "undecided" to "replace", with what
# stands for it, or to "keep"; "forbid" lists words that must not be there. Then a person signs with the team in "reviewed_by".
"""


@click.command("publish")
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to.  [default: public.md beside the report]",
)
@_folder.options
def command(target: Path | None, name: str | None, now: datetime | None) -> None:  # noqa: ARG001 - every command takes the time
    """Write the summary for readers outside, by the replacements of publish.yaml beside the report.

    Nothing is written while a word that may tell who it was is undecided. The first call writes publish.yaml.
    Exit status: 0 written, 1 something is undecided or survives, 2 usage or environment.
    """
    found = _folder.find(name)
    _folder.keeps_the_contract(found)
    if found.front.get("publish") != "summary":
        stop(
            f'incidents/{found.id}/incident.md: "publish" is {found.front.get("publish", "not there")}, expected summary'
        )
    path = found.folder / "publish.yaml"
    given = _map(path)
    text = publishing.summary(found.front, front.body_of(found.report))
    told = publishing.replaced(text, given)
    doubts = publishing.doubtful(told, given, _names(found.repository))
    if not path.exists():
        append.create(path, _HEAD + _written([each.word for each in doubts]))
        click.echo(
            f"Wrote incidents/{found.id}/publish.yaml with {counted(len(doubts), 'word')} to decide about; then call this again."
        )
        sys.exit(1)
    wrong = [
        *(f'{each.kind} "{each.word}" is undecided' for each in doubts),
        *(f'"{each}" must not be there and survives' for each in publishing.surviving(told, given)),
        *(f'"{each}" stands in "undecided" of publish.yaml' for each in given.undecided),
    ]
    if not wrong and given.reviewed_by not in found.repository.entries("teams"):
        wrong = ['"reviewed_by" of publish.yaml names no team of catalog/teams.yaml']
    if wrong:
        click.echo(f"{found.id} is not published:")
        for each in wrong:
            click.echo(f"  - {plain(each)}")
        sys.exit(1)
    file = target or found.folder / "public.md"
    if file.is_symlink():
        stop(f"{file}: a link, expected a plain file")
    append.replace(file, told)
    click.echo(f"Wrote {file.name}, reviewed by {given.reviewed_by}.")


def _map(path: Path) -> Map:
    data = _sealed.plain(path)
    if not data:
        return Map()
    try:
        found = read(data.decode("utf-8"))
        why = found.problems[0].message if found.problems else ""
        given = publishing.decided(found.value) if not why else Map()
    except ValueError as error:
        why, given = "no UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error), Map()
    if why:
        stop(f"{path.name}: {why}")
    return given


def _written(words: list[str]) -> str:
    listed = "".join(f"\n  - {json.dumps(word, ensure_ascii=False)}" for word in words) or " []"
    return f'reviewed_by: ""\nreplace: {{}}\nkeep: []\nforbid: []\nundecided:{listed}\n'


def _names(repository: Repository) -> Iterator[str]:
    """Names that only the organisation has: teams, components, runbooks, environments, and how they are reached."""
    for kind in ("teams", "components", "environments"):
        for name, each in repository.entries(kind).items():
            yield name
            yield from (part for part in name.split("/")[1:])
            contact = each.get("contact")
            yield from (str(one) for one in (contact if isinstance(contact, dict) else {}).values())
    yield from (each.id for each in repository.of("runbook") if each.id)
