"""``drillbook actions list | due | close``: what drills and incidents left to be done, in one list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from drillbook import actions, append, document, files, settings
from drillbook.actions import Action
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli._types import Day
from drillbook.document import Document
from drillbook.export import issues
from drillbook.harmless import visible
from drillbook.repository import Repository
from drillbook.suggest import hint

_DAY = click.option("--as-of", type=Day(), help="The day that counts as today, in UTC.  [default: today]")
_TEAM = click.option("--team", help="Only actions of this team.")
_SOON = timedelta(days=7)


@click.group("actions")
def command() -> None:
    """Look after what drills and incidents left to be done."""


def _read() -> tuple[Path, Repository, tuple[Action, ...]]:
    found = settings.find(Path())
    repository = files.load(found.root, found.exclude)
    broken = next(
        (each for kind in actions.KINDS for each in repository.of(kind) if not each.readable and not each.foreign), None
    )
    if broken is not None:
        stop(f"{broken.path}: cannot be read, so nobody can say what is due; run drillbook lint {broken.path}")
    return found.root, repository, actions.actions(repository)


@command.command("list")
@_TEAM
@click.option("--all", "every", is_flag=True, help="What is done, too.")
@click.option("--format", "form", type=OneOf("format", lambda: ("text", "json")), default="text", show_default=True)
@_DAY
def listed(team: str | None, every: bool, form: str, as_of: date | None) -> None:
    """Tell what is open, the oldest day first."""
    today = as_of or datetime.now(UTC).date()
    _, repository, _ = _read()
    found = actions.known(repository, today)
    shown = [each for each in found if (every or not each.done_by(today)) and team in (None, each.owner)]
    click.echo(_json(shown, today) if form == "json" else "".join(_lines(shown, today)), nl=False)


def _lines(found: Sequence[Action], today: date) -> Iterator[str]:
    if not found:
        yield "Nothing is open.\n"
    for each in found:
        day = f"due {each.due}" if each.due else "without a day"
        word = "done" if each.done_by(today) else f"{day}, overdue" if each.overdue(today) else day
        lacks = f"  (no {', no '.join(each.missing)})" if each.missing and not each.done_by(today) else ""
        yield visible(f"{each.record}/{each.id}  {word}  {each.owner or 'nobody'}{lacks}") + "\n"
        yield visible(f"    {each.do}") + "\n"


def _json(found: Sequence[Action], today: date) -> str:
    told = [
        {
            "record": each.record,
            "path": each.path,
            **{key: value for key, value in each.data.items() if isinstance(value, (str, dict))},
            "overdue": each.overdue(today),
            "missing": list(each.missing),
        }
        for each in found
    ]
    return json.dumps({"as_of": today.isoformat(), "actions": told}, indent=2) + "\n"


@command.command("due")
@_TEAM
@click.option("--format", "form", type=OneOf("format", lambda: issues.FORMS), default="text", show_default=True)
@_DAY
def due(team: str | None, form: str, as_of: date | None) -> None:
    """Tell which actions are due within a week or overdue, the longest overdue first.

    The formats github and gitlab are issues with a mark, for a job that opens each once and closes it when the action is done.
    """
    today = as_of or datetime.now(UTC).date()
    _, repository, _ = _read()
    soon = [
        each
        for each in actions.known(repository, today)
        if not each.done_by(today) and each.due and each.due <= today + _SOON and team in (None, each.owner)
    ]
    click.echo(issues.FORMS[form]([actions.duty(each, repository) for each in soon], today), nl=False)


@command.command("close")
@click.argument("action")
@click.option("--proof", required=True, help="Where one sees that it is done: an address, or a file of the repository.")
@_DAY
def close(action: str, proof: str, as_of: date | None) -> None:
    """Write into its record that ACTION (its id, or RECORD/ID) is done, when, and the proof. Nothing else of the file changes."""
    root, repository, found = _read()
    meant = [each for each in found if action in (each.id, f"{each.record}/{each.id}")]
    if not meant:
        stop(f'there is no action "{action}", {hint(action, [each.id for each in found])}')
    if len(meant) > 1:
        stop(f'"{action}" is the name of several actions: {", ".join(f"{each.record}/{each.id}" for each in meant)}')
    (one,) = meant
    if one.done:
        stop(f'the action "{action}" is done already: {one.proof}')
    if not proof.startswith(("https://", "http://")) and not (proof in repository.paths or (root / proof).is_file()):
        stop(f'"{proof}" is no address and no file of the repository; the proof is where one sees that it is done')
    here = repository.by_path[one.path]
    day = (as_of or datetime.now(UTC).date()).isoformat()
    text = _closed(here, one, proof, day)
    after = document.parse(here.path, here.kind, text.encode())
    if after.front != _expected(here, one, proof, day) or len(repository.violations(after)) > len(
        repository.violations(here)
    ):
        stop(f"{one.path}: written in a way that only a person can change; set status: done and proof by hand")
    append.replace(root / one.path, _bytes(here, text))
    click.echo(f"{one.path}: {one.id} is done.")


def _bytes(here: Document, text: str) -> bytes:
    mark = "\ufeff" if here.data.startswith(b"\xef\xbb\xbf") else ""
    return (mark + text).encode()


def _expected(here: Document, one: Action, proof: str, day: str) -> dict[str, object]:
    changed: list[dict[str, object]] = [dict(each) for each in here.front["actions"]]  # type: ignore[attr-defined]
    changed[int(one.at[1])] |= {"status": "done", "proof": proof, "done_on": day}
    return {**here.front, "actions": changed}


def _closed(here: Document, one: Action, proof: str, day: str) -> str:
    """The file with these words changed: status, and behind it the day and the proof."""
    span = here.span((*one.at, "status"))
    start = here.text.rfind("\n", 0, span.start) + 1
    before = here.text[start : span.start]
    plain = before.strip().removeprefix("- ").strip() in ("status:", '"status":')
    ends = "\r\n" if "\r\n" in here.text else "\n"
    between = ends + " " * (len(before) - len(before.lstrip(" -"))) if plain else ", "
    said = {"done_on": day, "proof": json.dumps(proof, ensure_ascii=False)}
    edits = [(here.span((*one.at, key)), value) for key, value in said.items() if key in one.data]
    new = "".join(f"{between}{key}: {value}" for key, value in said.items() if key not in one.data)
    text = here.text
    for place, words in sorted([*edits, (span, f"done{new}")], reverse=True):
        text = text[: place.start] + words + text[place.end :]
    return text
