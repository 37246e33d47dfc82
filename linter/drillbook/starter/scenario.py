"""A runbook -> the first draft of a drill that rehearses it. Pure.

What the runbook says is filled in: objectives from its own times, injects from its alerts, values that make the alerts fire. What
only a person can invent is marked with ``TODO:``, which a draft may hold and an active drill may not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from drillbook import duration
from drillbook.model import Runbook, Signal, Step
from drillbook.schedule import working

_ALL = timedelta(minutes=90)
_LATER = timedelta(days=28)


def drill(book: Runbook, teams: list[str], id: str, day: date) -> str:
    """The text of drills/<id>.md; ``teams`` are those of the catalog."""
    front = [
        "---",
        "schema: drill/1",
        f"id: {id}",
        'title: "TODO: what the players are told that it is about, without the answer"',
        'version: "0.1.0"',
        "status: draft",
        f"runbook: {book.id}",
        "mode: tabletop",
        *_environment(book),
        f"owner: {book.owner}",
        *_roles(book, teams),
        "duration: 90m",
        *_schedule(book, day),
        *_objectives(book),
        *_fixtures(book),
        "changelog:",
        f'  - {{version: "0.1.0", date: {day}, by: {book.owner}, because: first draft, changes: [First version]}}',
        "---",
    ]
    body = [
        "## Situation",
        "",
        "TODO: what the players know at the beginning: the day, the load, who is away.",
        "",
        "## Injects",
        "",
    ]
    body += [line for block in _injects(book) for line in block]
    body += [
        "## Debrief",
        "",
        "- When did you first believe it, and what convinced you?",
        "- Which step could you not run as written?",
        "",
    ]
    return "\n".join([*front, "", *body])


def _environment(book: Runbook) -> list[str]:
    named = list(book.data.get("environments", ()))
    chosen = next((each for each in named if "prod" not in each), next(iter(named), ""))
    return [f"environment: {chosen}"] if chosen else []


def _roles(book: Runbook, teams: list[str]) -> list[str]:
    """The owner and whoever has a role in the runbook play; two others lead and watch."""
    roles = [team for team in book.data.get("roles", {}).values() if isinstance(team, str) and team != "owner"]
    players = list(dict.fromkeys([book.owner, *roles]))
    others = [team for team in teams if team not in players]
    while len(others) < 2 < len(players):
        others.append(players.pop())
    if len(others) < 2:
        return [f"roles: {{players: [{', '.join(players)}]}}"]
    return ["roles:", f"  facilitator: {others[0]}", f"  evaluator: {others[1]}", f"  players: [{', '.join(players)}]"]


def _schedule(book: Runbook, day: date) -> list[str]:
    plan = book.data.get("drills")
    every = plan.get("tabletop") if isinstance(plan, dict) else None
    return [f"schedule: {{every: {every or '90d'}, first: {working(day + _LATER)}}}"]


def _goals(book: Runbook) -> Iterator[tuple[str, Step, str]]:
    """The steps that a drill is about: evidence first, what contains, what mitigates; each with the runbook's own time."""
    times = book.data.get("objectives", {})
    collects = [book.step(each["collect"]) for each in book.data.get("evidence", ()) if each.get("collect")]
    if collects and collects[0]:
        yield "evidence", collects[0], times.get("contain", "30m")
    contains = next(
        (step for step in book.steps if step.phase == "Contain" and step.changes != "nothing" and not step.fallback),
        None,
    )
    if contains:
        yield "contained", contains, times.get("contain", "30m")
    first = book.rollback.steps[0] if book.rollback and book.rollback.steps else ""
    mitigates = book.step(first) or next(
        (step for step in book.steps if step.phase == "Mitigate" and step.changes != "nothing"), None
    )
    if mitigates and mitigates != contains:
        yield "mitigated", mitigates, times.get("mitigate", "90m")


def _objectives(book: Runbook) -> list[str]:
    found = [
        f"  - {{id: {name}, title: {_text(step.title)}, step: {step.id}, within: {_capped(within)}}}"
        for name, step, within in _goals(book)
    ]
    return ["objectives:", *found] if found else []


def _capped(within: str) -> str:
    """The runbook's own time, or the length of the drill where that is shorter: what is behind its end is never played."""
    length = duration.parse(within)
    return duration.show(min(length, _ALL)) if length else duration.show(_ALL)


def _firing(signal: Signal) -> dict[str, Any] | None:
    """A value that makes a signal fire; None where none can be told from its threshold."""
    side = signal.fires
    if side is None or side.value is None or signal.per:
        return None
    if isinstance(side.value, tuple):
        low, high = side.value
        value = high + abs(high - low) / 4 if side.op == "outside" else (low + high) / 2
    else:
        more = abs(side.value) * 0.25 or 1
        value = side.value + {"gt": more, "gte": more, "lt": -more, "lte": -more, "ne": more}.get(side.op, 0)
    found: dict[str, Any] = {"at": "0m", "value": round(value, 6)}
    return found | ({"samples": round(side.min_samples * 2)} if side.min_samples else {})


def _paging(book: Runbook) -> list[Signal]:
    return [each for each in book.signals if each.tier == "page" and not each.human and each.leads_to]


def _fixtures(book: Runbook) -> list[str]:
    found = [(each.id, value) for each in _paging(book) if (value := _firing(each))]
    lines = [f"  {name}: [{json.dumps(value)}]" for name, value in found]
    return ["fixtures:", *lines] if lines else []


def _injects(book: Runbook) -> Iterator[list[str]]:
    first = next((step for step in book.steps if not step.fallback), None)
    paging = _paging(book)[:1]
    for signal in paging:
        value = _firing(signal)
        said = f"{signal.alert or signal.id}: {signal.title or signal.id}" + (f", {value['value']:g}" if value else "")
        yield _inject("page", "0m", "pager", said, [signal.leads_to])
    if not paging and first:
        yield _inject("begin", "0m", "chat", "TODO: the first thing that somebody notices", [first.id])
    alike = next((str(each.get("what", "")) for each in book.data.get("look_alikes", ())), "")
    if first:
        said = f"TODO: a first idea that misleads{f', such as: {alike}' if alike else ''}"
        yield _inject("misleading-first-idea", "10m", "chat", said, [first.id])
    for number, (name, step, _) in enumerate(_goals(book), start=1):
        said = f'TODO: what brings them to "{step.title}", and what makes it hard'
        yield _inject(f"turn-{name}", f"{10 + 20 * number}m", "chat", said, [step.id])


def _inject(id: str, at: str, via: str, says: str, expect: list[str]) -> list[str]:
    return [
        "```inject",
        f"id: {id}",
        f"at: {at}",
        f"via: {via}",
        f"says: {_text(says)}",
        f"expect: [{', '.join(expect)}]",
        "```",
        "",
    ]


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
