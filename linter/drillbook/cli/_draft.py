"""A repository and named drafts -> the same with the drafts finished, and what they lack in the order of writing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from drillbook import resources
from drillbook.document import Document
from drillbook.finding import Finding, Place
from drillbook.repository import Repository


def promoted(repository: Repository, paths: Iterable[str], status: str) -> Repository:
    """The repository as it would be if the drafts among ``paths`` had another status."""
    named = frozenset(paths)
    documents = tuple(_as(each, status) if each.path in named else each for each in repository.documents)
    return replace(repository, documents=documents)


def _as(document: Document, status: str) -> Document:
    if document.front.get("status") != "draft":
        return document
    return replace(document, given=replace(document.reading, front={**document.front, "status": status}))


def in_order_of_writing(findings: Iterable[Finding], repository: Repository) -> list[Finding]:
    """By file; in a file by the order in which its schema lists the keys, the blocks of the body after them."""

    def order(finding: Finding) -> tuple[object, ...]:
        document = repository.by_path[finding.path]
        return (finding.path, rank(document.kind, finding.place), finding.order)

    return sorted(findings, key=order)


def rank(kind: str, place: Place) -> tuple[int, ...]:
    """What sorts places of a document as its schema lists them; last what no key holds and the status alone asks for."""
    if not place or place == ("status",):
        return (2,)
    if place[0] in ("steps", "injects") and len(place) > 1:
        word = str(place[0]).removesuffix("s")
        return (1, *_numbers(place[1:2], {}), *_numbers(place[2:], resources.schemas()[word]))
    return (0, *_numbers(place, resources.schemas().get(kind, {})))


def _numbers(place: Place, root: Mapping[str, Any]) -> tuple[int, ...]:
    numbers: list[int] = []
    node = root
    for part in place:
        node, root = resources.resolved(node, root)
        if isinstance(part, int):
            numbers.append(part)
            node = node.get("items", {})
        else:
            listed: Mapping[str, Any] = node.get("properties", {})
            numbers.append([*listed].index(part) if part in listed else len(listed))
            other = node.get("additionalProperties")
            node = listed.get(part, other if isinstance(other, dict) else {})
    return tuple(numbers)
