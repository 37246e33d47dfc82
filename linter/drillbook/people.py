"""Texts that people read -> the addresses and handles in them, and which are those of a person. Pure.

Nobody can tell a person by an address for certain: what is said here is a closed list of words and one shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drillbook.document import Document
from drillbook.finding import Place, Span

_ADDRESS = re.compile(r"(?<![\w.+/@:-])([A-Za-z0-9][A-Za-z0-9._%+-]*)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?![\w/:@-])")
_HANDLE = re.compile(r"(?<![\w.+/@:`-])@([a-z][a-z0-9]*(?:[._-][a-z0-9]+)*)(?![\w/@(])", re.IGNORECASE)
_PERSON = re.compile(r"(?:[a-z]{1,20}[._]){1,2}[a-z]{2,20}[0-9]?", re.IGNORECASE)
"""``jane.doe``, ``j.doe``, ``dr.jane.doe``: given name and family name."""
_NOT_A_PERSON = frozenset(
    (
        *("admin", "agent", "ai", "alert", "alerts", "all", "analytics", "audit", "bot", "channel", "cloud"),
        *("compliance", "contact", "core", "customer", "data", "db", "desk", "dev", "devops", "dpo", "duty"),
        *("emergency", "engineering", "escalation", "events", "everyone", "fraud", "governance", "group", "help"),
        *("helpdesk", "here", "hotline", "inc", "incident", "incidents", "info", "infra", "it", "lead", "leads"),
        *("legal", "mail", "mailing", "manager", "managers", "ml", "mlops", "monitoring", "news", "noc", "noreply"),
        *("notify", "office", "officer", "on", "oncall", "operations", "ops", "pager", "payments", "platform"),
        *("press", "primary", "privacy", "product", "protection", "ranking", "release", "releases", "reply"),
        *("report", "reports", "risk", "root", "search", "sec", "secondary", "security", "service", "services"),
        *("shift", "sre", "status", "support", "system", "team", "teams", "tech", "vendor"),
    )
)
"""A name with one of these words is that of a group or a machine."""
_READ = ("title", "do", "decide", "expect", "precondition", "compensates", "blast_radius")
"""The texts of a step that are for people. Commands and queries hold addresses of machines."""
_CODE = re.compile(r"`[^`\n]*`")
_APART = frozenset(("query", "samples", "pattern", "communication", "teams", "environments"))
"""Keys whose texts are for machines, or are looked at apart."""


@dataclass(frozen=True, slots=True)
class Named:
    """An address or a handle as it is written, and where."""

    words: str
    at: Place | Span


def is_personal(words: str) -> bool:
    """Whether an address or a handle has the shape of a person's name."""
    name = words.split("@")[0] or words.removeprefix("@")
    return bool(_PERSON.fullmatch(name)) and not _group(name)


def suspect(words: str, known: frozenset[str]) -> bool:
    """Whether an address or a handle may be that of a person; ``known`` are those of teams.

    An address in the domain of the teams is theirs or somebody's; one of elsewhere is only told when it looks like a person.
    """
    plain = words.lower().removeprefix("@")
    if plain in known:
        return False
    name, _, domain = plain.partition("@")
    if _group(name):
        return False
    ours = {each.partition("@")[2] for each in known if "@" in each}
    return is_personal(words) or (domain in ours if domain else bool(known))


def _group(name: str) -> bool:
    return not _NOT_A_PERSON.isdisjoint(re.split(r"[._+-]", name.lower()))


def contacts(document: Document) -> Iterator[Named]:
    """The addresses and on-call handles of the teams."""
    teams = document.front.get("teams")
    for name, team in teams.items() if isinstance(teams, dict) else ():
        for group, key in (("contact", "email"), ("on_call", "handle")):
            holder = team.get(group) if isinstance(team, dict) else None
            words = holder.get(key) if isinstance(holder, dict) else None
            if isinstance(words, str):
                yield Named(words, ("teams", name, group, key))


def named(document: Document) -> Iterator[Named]:
    """Every address and handle in a runbook's texts for people, and the addresses of persons in a catalog file."""
    communication = document.front.get("communication")
    if isinstance(communication, dict):
        yield from _in_value(communication.get("channel"), ("communication", "channel"))
    for at, text in _texts(document.front, ()):
        yield from (Named(found[0], at) for found in _ADDRESS.finditer(text) if is_personal(found[0]))
    for index, block in enumerate(document.steps):
        step = block.value
        if isinstance(step, dict):
            for key in _READ:
                yield from _in_value(step.get(key), ("steps", index, key))
    yield from _in_prose(document)


def _texts(value: object, at: Place) -> Iterator[tuple[Place, str]]:
    """The texts of a front matter or a catalog file that hold an address."""
    if isinstance(value, str):
        if "@" in value and "://" not in value:
            yield at, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*at, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _APART:
                yield from _texts(item, (*at, key))


def _in_value(value: object, at: Place) -> Iterator[Named]:
    if isinstance(value, str) and "@" in value and "://" not in value:
        for found in _found(_CODE.sub(lambda code: " " * len(code[0]), value)):
            yield Named(found[0], at)


def _in_prose(document: Document) -> Iterator[Named]:
    text = document.text
    if text.find("@", document.body_at) < 0:
        return
    for link in document.body.links:
        if found := _ADDRESS.fullmatch(link.target.removeprefix("mailto:")):
            yield Named(found[0], link.span)
    blank = list(text)
    for span in [*(fence.span for fence in document.body.fences), *(link.span for link in document.body.links)]:
        blank[span.start : span.end] = " " * (span.end - span.start)
    whole = "".join(blank[document.body_at :])
    for each in (found for code in _CODE.finditer(whole) for found in _ADDRESS.finditer(whole, *code.span())):
        if is_personal(each[0]):  # an address of a person is one in code, too
            yield Named(each[0], Span(each.start() + document.body_at, each.end() + document.body_at))
    prose = _CODE.sub(lambda code: " " * len(code[0]), whole)
    for each in _found(prose):
        yield Named(each[0], Span(each.start() + document.body_at, each.end() + document.body_at))


def _found(text: str) -> Iterator[re.Match[str]]:
    yield from _ADDRESS.finditer(text)
    yield from _HANDLE.finditer(text)
