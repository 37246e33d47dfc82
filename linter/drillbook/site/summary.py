"""A runbook -> the page that a manager reads: what it means, what people notice, who decides, how long it takes. Pure.

It says nothing that the runbook does not say, and explains every word of the glossary that it uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import unescape
from typing import Any

from drillbook import duration
from drillbook.model import Runbook
from drillbook.repository import Repository
from drillbook.site import glossary
from drillbook.site.escape import front_matter
from drillbook.site.indexes import Book
from drillbook.site.render import Names, Open, heading, render
from drillbook.site.runbook import dated

_UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)
_PHASES = {
    "detect": ("Somebody knows of it", "of the beginning"),
    "contain": ("The damage stops growing", "after somebody knows"),
    "mitigate": ("The harm is over", "after somebody knows"),
    "restore": ("All is as it was", "after somebody knows"),
}
_TAGS = re.compile(r"<[^>]+>")


def spoken(text: str) -> str:
    """A duration as one says it: ``90m`` is 1 hour 30 minutes."""
    rest = duration.parse(text)
    if rest is None:
        return text
    parts = []
    for name, unit in _UNITS:
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(parts[:2]) or "at once"


def page(repository: Repository, runbook: Runbook, slug: str, as_of: date) -> str:
    """The page of a runbook that satisfies the contract."""
    names = Names(repository, runbook, up="../../")
    data = Open(dict(runbook.data))
    body = render(
        "summary.html.j2",
        data=data,
        severity=Open(data.severity or {}),
        times=list(_times(runbook.data)),
        first=[
            step
            for step in runbook.steps
            if step.phase == "Contain" and step.changes != "nothing" and not step.fallback
        ],
        noticed=[step for step in runbook.steps if step.blast_radius and not step.fallback],
        roles=Open(data.roles or {}),
        approve=Open(Open(data.authority or {}).approve or {}),
        talk=Open(data.communication or {}),
        after=Open(data.postmortem or {}),
        governance=Open(data.governance or {}),
        rollback=runbook.rollback,
        clock_of=lambda name: Open(repository.entries("clocks").get(name, {})),
        dated=lambda name: dated(repository.entries("clocks").get(name, {}), as_of),
        spoken=spoken,
        team=names.team,
        runbook=names.runbook_of,
        here=Open({"slug": slug, "title": runbook.title}),
    )
    explained = render("words.html.j2", words=glossary.used(unescape(_TAGS.sub(" ", f"{runbook.title} {body}"))))
    meta = front_matter(boost=0, title=f"{runbook.title} - in plain words", description=runbook.summary)
    return f"{meta}{heading(1, runbook.title, 'top').strip()}\n\n{body}\n\n{explained}"


def index(books: Sequence[Book]) -> str:
    """The page that leads to all summaries."""
    title, intro = (
        "In plain words",
        "Each runbook for whoever need not act: what it means, who decides, how long it takes.",
    )
    body = render("summaries.html.j2", books=books)
    return f"{front_matter(title=title, description=intro)}# {title}\n\n{intro}\n\n{body}"


def _times(data: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """What is reached, within what time, and how long that is in hundredths of the longest."""
    objectives = data.get("objectives", {})
    known = {name: duration.parse(objectives[name]) for name in _PHASES if name in objectives}
    longest = max((each for each in known.values() if each), default=timedelta(1))
    for name, length in known.items():
        if length is not None:
            what, since = _PHASES[name]
            yield what, f"within {spoken(objectives[name])} {since}", max(1, round(100 * (length / longest)))
