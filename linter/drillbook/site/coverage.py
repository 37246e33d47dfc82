"""Repository -> two pages about all runbooks: which incidents of which models have one, and what depends on what. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from drillbook.repository import Repository
from drillbook.site.arcs import Row, Way, drawn
from drillbook.site.escape import front_matter, html, markdown
from drillbook.site.indexes import Book
from drillbook.site.render import Names, render

COVERAGE, DEPENDENCIES = "coverage.md", "dependencies.md"
_MODELS = ("model", "vendor", "prompt")
_HOLES = (
    "Which kinds of incident of which model a runbook is for. An empty field is a hole: "
    "nobody has written one, or nobody can need it."
)
_STANDS = "What stands on what. A line leads from a component to one that it depends on; a dashed one closes a circle."


def coverage(repository: Repository, found: Sequence[Book]) -> str:
    """Incident types by models, each field with its runbooks."""
    names = Names(repository, up="../")
    models = [name for name in repository.entries("components") if name.split("/")[0] in _MODELS]
    types = sorted({str(each) for book in found for each in book.data.incident_types or []})
    fields = {
        (kind, model): [book for book in found if _about(book, kind, model)] for kind in types for model in models
    }
    rows = [(kind.replace("-", " "), [fields[kind, model] for model in models]) for kind in types]
    bare = [model for model in models if not any(fields[kind, model] for kind in types)]
    body = render(
        "coverage.html.j2",
        models=models,
        rows=rows,
        bare=bare,
        component=names.component,
        runbook=lambda book: _short(names, book),
    )
    return f"{front_matter(title='Coverage', description=_HOLES)}# Coverage\n\n{markdown(_HOLES)}\n\n{body}"


def _short(names: Names, book: Book) -> Markup:
    whole = Markup('<a href="{}runbooks/{}/" aria-label="{}">{}</a>')
    return whole.format(names.up, html(book.slug), html(book.title), html(book.slug))


def _about(book: Book, kind: str, model: str) -> bool:
    return kind in (book.data.incident_types or []) and model in book.keys("component")


def dependencies(repository: Repository) -> str:
    """The picture of the components and what they depend on, and the same in words."""
    entries = repository.entries("components")
    order = list(_ordered(entries))
    at = {name: number for number, name in enumerate(order)}
    rows = [Row("step", f"{entries[name].get('title', name)} ({name})", f"../components/{name}/") for name in order]
    ways = [
        Way(at[name], at[other], at[other] < at[name], "depends on")
        for name in order
        for other in _needed(entries, name)
    ]
    picture = drawn(rows, ways, "What each component depends on") if rows else Markup("")
    names = Names(repository, up="../")
    needs = [(name, list(_needed(entries, name))) for name in order]
    body = render("dependencies.html.j2", picture=picture, needs=needs, component=names.component)
    return f"{front_matter(title='Dependencies', description=_STANDS)}# Dependencies\n\n{markdown(_STANDS)}\n\n{body}"


def _needed(entries: Mapping[str, Mapping[str, Any]], name: str) -> Iterator[str]:
    found = entries[name].get("depends_on")
    yield from (each for each in found if each in entries and each != name) if isinstance(found, list) else ()


def _ordered(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What nothing stands on first, then what it depends on; circles where they are first met."""
    seen: dict[str, None] = {}

    def visit(name: str) -> None:
        waiting = [(name, iter(tuple(_needed(entries, name))))]
        opened = {name}
        while waiting:
            here, needed = waiting[-1]
            other = next((each for each in needed if each not in seen and each not in opened), None)
            if other is None:
                seen[here] = None
                waiting.pop()
            else:
                opened.add(other)
                waiting.append((other, iter(tuple(_needed(entries, other)))))

    for name in entries:
        if name not in seen:
            visit(name)
    yield from reversed(seen)
