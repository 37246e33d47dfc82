"""Repository -> the pages that lead to a runbook: by alert, symptom, component, severity and team, and all changes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from drillbook.repository import Repository
from drillbook.site import glossary
from drillbook.site.escape import front_matter, markdown
from drillbook.site.history import Entry, History, entries
from drillbook.site.render import Names, Open, render

AXES = {
    "alert": ("By alert", "Which runbook an alert leads to."),
    "symptom": ("By symptom", "What people say when it happens, in their words."),
    "component": ("By component", "What can fail: models, features, services and tools."),
    "severity": ("By severity", "How bad it is unless something raises it."),
    "team": ("By team", "Who answers for which runbook."),
}
"""The indexes: their address, title and sentence."""


@dataclass(frozen=True, slots=True)
class Book:
    """A runbook as an index shows it."""

    slug: str
    title: str
    summary: str
    data: Any

    def keys(self, axis: str) -> list[str]:
        """Under which words of an index the runbook stands."""
        data = self.data
        if axis == "alert":
            return [str(each["alert"]) for each in _list(data.signals) if isinstance(each, dict) and each.get("alert")]
        if axis == "symptom":
            return [str(each) for each in _list(data.symptoms)]
        if axis == "component":
            return [str(each.get("ref")) for each in _list(data.components) if isinstance(each, dict)]
        if axis == "severity":
            return [str(Open(data.severity).default or "not set")]
        return [str(data.owner)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def books(repository: Repository, slug: Callable[[Any], str]) -> list[Book]:
    """Every runbook that is not retired, by title."""
    found = []
    for document in repository.of("runbook"):
        if document.readable and document.front.get("status") != "retired":
            data = Open(repository.effective(document))
            found.append(Book(slug(document), str(data.title or slug(document)), str(data.summary or ""), data))
    return sorted(found, key=lambda book: (book.title, book.slug))


def searched(repository: Repository, front: Any) -> str:
    """The words by which somebody finds a runbook besides those on its card: kinds, components, signals, other names."""
    components = repository.entries("components")
    refs = [str(each.get("ref")) for each in _list(front.components) if isinstance(each, dict)]
    signals = [each for each in _list(front.signals) if isinstance(each, dict)]
    parts = [
        *(str(each).replace("-", " ") for each in _list(front.incident_types)),
        *(f"{ref} {components.get(ref, {}).get('title', '')}" for ref in refs),
        *(f"{each.get('id', '')} {each.get('title', '')}" for each in signals),
        *(str(each.get("what", "")) for each in _list(front.look_alikes) if isinstance(each, dict)),
    ]
    text = " ".join([str(front.title), str(front.summary), *map(str, _list(front.symptoms)), *parts])
    return " ".join([*parts, *glossary.other_names(text)])


def index(axis: str, repository: Repository, found: list[Book]) -> str:
    """One index: each word, and the runbooks that it leads to."""
    title, intro = AXES[axis]
    names = Names(repository, up="../../")
    groups: dict[str, list[Book]] = {}
    for book in found:
        for key in book.keys(axis):
            groups.setdefault(key, []).append(book)
    show = {"component": names.component, "team": names.team}.get(axis)
    rows = [(show(key) if show else key, books) for key, books in sorted(groups.items())]
    body = render("index.html.j2", rows=rows, runbook=names.runbook_of, plain=axis in ("symptom", "severity"))
    return _page(title, intro, body)


def component(
    name: str, entry: dict[str, Any], repository: Repository, found: list[Book], listed: Sequence[object] = ()
) -> str:
    """The page of a component: what it is, who answers for it, what stands on it, which runbooks are about it.

    ``listed`` is what it exports or fills, as the data dictionary shows it.
    """
    names = Names(repository, up="../../../")
    users = [other for other, each in repository.entries("components").items() if name in _list(each.get("depends_on"))]
    body = render(
        "component.html.j2",
        id=name,
        entry=Open(entry),
        users=users,
        listed=listed,
        dictionary="../../../dictionary/",
        books=[book for book in found if name in book.keys("component")],
        component=names.component,
        team=names.team,
        runbook=names.runbook_of,
    )
    return _page(str(entry.get("title", name)), str(entry.get("what", "")), body)


def team(name: str, entry: dict[str, Any], repository: Repository, found: list[Book]) -> str:
    """The page of a team: how to reach it, and what it answers for."""
    names = Names(repository, up="../../")
    owned = [each for each, component in repository.entries("components").items() if component.get("owner") == name]
    body = render(
        "team.html.j2",
        id=name,
        entry=Open(entry),
        components=owned,
        books=[book for book in found if name in book.keys("team")],
        component=names.component,
        runbook=names.runbook_of,
    )
    return _page(str(entry.get("title", name)), "", body)


@dataclass(frozen=True, slots=True)
class Change:
    """One version of a runbook."""

    book: Book
    entry: Entry


def changes(found: list[Book], history: History) -> list[Change]:
    """Every version of every runbook, newest first."""
    every = [Change(book, entry) for book in found for entry in entries(book.data, history.get(book.slug, ()))]
    return sorted(every, key=lambda each: (each.entry.date, each.book.slug, each.entry.version), reverse=True)


def changes_page(repository: Repository, found: list[Change]) -> str:
    """All changes across the runbooks, by date."""
    names = Names(repository, up="../")
    body = render("changes.html.j2", changes=found, team=names.team, runbook=names.runbook_of)
    return _page("Changes", "What changed in the runbooks, newest first.", body)


def _page(title: str, intro: str, body: str) -> str:
    meta = front_matter(title=title, description=intro)
    return f"{meta}# {markdown(title)}\n\n{markdown(intro)}\n\n{body}"
