"""``drillbook incident clock ID``: a legal clock that began to run, was met, or does not apply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from drillbook import append
from drillbook.cli import stop
from drillbook.cli._choice import OneOf
from drillbook.cli.incident import _folder
from drillbook.cli.incident.log import said
from drillbook.course import course
from drillbook.incidents import front
from drillbook.incidents.entries import entry, moment
from drillbook.suggest import hint

WORDS = ("runs", "met", "not")


@click.command("clock")
@click.argument("id")
@click.argument("word", type=OneOf("answer", lambda: WORDS), metavar="[runs|met|not]")
@click.option("--because", required=True, help="Why it runs, how it was met, or why it does not apply.")
@_folder.written
@_folder.options
def command(
    id: str, word: str, because: str, at: datetime | None, by: str | None, name: str | None, now: datetime | None
) -> None:
    """Record that the clock ID of catalog/clocks.yaml began to run at --at, was met, or does not apply. Never legal advice."""
    here = _folder.present(now)
    found = _folder.find(name)
    _folder.keeps_the_contract(found)
    every = found.repository.entries("clocks")
    if id not in every:
        stop(f'there is no clock "{id}" in catalog/clocks.yaml, {hint(id, every)}')
    listed = found.front.get("clocks")
    runs = {str(each.get("clock")) for each in listed or () if isinstance(each, dict) and each.get("applies")}
    if word == "met" and id not in runs | course(found.entries).clocks.keys():
        stop(f"{id} does not run, so it cannot be met; drillbook incident clock {id} runs --because TEXT")
    when, team = _folder.happened(at, here), _folder.teams(found.repository, by or found.team)
    told = {"runs": f"The clock {id} runs", "met": f"The clock {id} is met", "not": f"The clock {id} does not apply"}[
        word
    ]
    kind = "action" if word == "met" else "decision"
    more = {} if word == "met" else {"choice": told, "because": because, "authority": team}
    text = f"{told}: {because}" if word == "met" else f"Does the clock {id} run?"
    value = entry(kind, text, team, when, here, clock=id if word == "runs" else "", **more)
    numbers = _folder.write(found, [value])

    def change(values: Any) -> None:
        entries = values.setdefault("clocks", [])
        old = next((each for each in entries if each.get("clock") == id), None)
        if word == "met" and old is not None:
            old["met"] = moment(when)
            return
        new: dict[str, Any] = {"clock": id, "applies": word == "runs", "decided_by": team, "because": because}
        if word == "runs":
            new["started"] = moment(when)
        if old is not None:
            entries.remove(old)
        entries.append(front.flow(new))

    path = found.folder / "incident.md"
    append.replace(path, front.changed(path.read_text(encoding="utf-8"), change))
    said(numbers[0], value)
