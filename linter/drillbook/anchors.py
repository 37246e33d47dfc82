"""A document -> the anchors that its page has on the site, or that a Git host gives it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pyromark

from drillbook import rawhtml
from drillbook.document import Document
from drillbook.repository import Repository

_PARTS = ("rollback", "evidence", "escalation", "governance", "postmortem", "components", "signals", "changelog")
"""Sections that a runbook's page has where the runbook says something about them."""
_TIGHT = re.compile(r"^#{1,6}([^#\s].*?)#*[ \t]*\r?$", re.MULTILINE)
"""A heading without a space, which MkDocs takes for one."""
_ATTRIBUTES = re.compile(r"[ \t]+\{[^{}]*\}$")


def anchors(document: Document, repository: Repository) -> frozenset[str] | None:
    """Every anchor of a document's page; None where nobody can say, since a heading is made by a macro or by a setting."""
    if repository.site and repository.site.own_anchors:
        return None
    if any("[[" in heading.text for heading in document.body.headings):
        return None
    return frozenset(_anchors(document, repository))


def _anchors(document: Document, repository: Repository) -> Iterator[str]:
    explicit = {*_written(document)}
    if document.kind == "runbook":
        explicit |= {*_made(document, repository)}
    yield from explicit
    used = {*explicit}
    for heading in document.body.headings:
        if not heading.id:
            yield _unique(slug(plain(heading.text)), used)
    body = document.text[document.body_at :]
    for tight in _TIGHT.finditer(body) if "#" in body else ():
        yield slug(plain(_ATTRIBUTES.sub("", tight[1])))
    if document.kind != "page":
        yield from (_of_a_host(plain(heading.text)) for heading in document.body.headings)


def _written(document: Document) -> Iterator[str]:
    """The ids that people wrote: behind headings, in attribute lists and in HTML."""
    yield from (heading.id for heading in document.body.headings if heading.id)
    yield from rawhtml.ids(document.text[document.body_at :])
    for tag in document.body.tags:
        yield from (value for value in (tag.get("id"), tag.get("name")) if value)


def _made(document: Document, repository: Repository) -> Iterator[str]:
    """The ids of the cards and sections that the site makes from a runbook's values."""
    yield "top"
    data = repository.effective(document)
    yield from (part for part in _PARTS if data.get(part))
    if data.get("roles") or data.get("authority"):
        yield "roles"
    for block in document.steps:
        yield from (f"step-{name}" for name in _ids([block.value]))
    yield from (f"signal-{name}" for name in _ids(data.get("signals")))
    changes = data.get("changelog")
    for change in changes if isinstance(changes, list) else ():
        if isinstance(change, dict):
            yield f"version-{str(change.get('version')).replace('.', '-')}"


def _ids(entries: object) -> Iterator[str]:
    for each in entries if isinstance(entries, list) else ():
        if isinstance(each, dict) and isinstance(each.get("id"), str):
            yield each["id"]


def plain(words: str) -> str:
    """The words of a heading without their markup."""
    if not re.search(r"[`*_\[<&!\\]", words):
        return words
    parts: list[str] = []
    pictures = 0
    event: Any
    for event in pyromark.events(f"# {words}"):
        if not isinstance(event, dict):
            continue
        if any("Image" in str(event.get(edge)) for edge in ("Start", "End")):
            pictures += 1 if "Start" in event else -1
        if not pictures:
            parts += [str(event[kind]) for kind in ("Text", "Code") if kind in event]
    return "".join(parts)


def slug(words: str) -> str:
    """The anchor that MkDocs gives a heading: plain letters, digits and hyphens."""
    ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode("ascii")
    kept = re.sub(r"[^\w\s-]", "", ascii_only).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)


def _unique(name: str, used: set[str]) -> str:
    """The same anchor once more gets a number."""
    found, number = name, 0
    while found in used or not found:
        number += 1
        found = f"{name}_{number}"
    used.add(found)
    return found


def _of_a_host(words: str) -> str:
    """The anchor that a Git host gives a heading."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", words.strip().lower()))
