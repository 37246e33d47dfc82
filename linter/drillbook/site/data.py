"""Repository -> the page of the data dictionary: each metric and table, what it means, and which runbooks ask for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drillbook import columns, dictionary
from drillbook.dictionary import PARTS, Dictionary
from drillbook.document import Document
from drillbook.queries import expressions
from drillbook.repository import Repository
from drillbook.site.escape import front_matter, markdown
from drillbook.site.indexes import Book
from drillbook.site.render import Names, Open, render
from drillbook.statements import statements

URI = "dictionary.md"
_TITLE = "Data dictionary"
_INTRO = "The metrics and tables that queries name, what they mean and in which unit."
_ASIDE = 0.0001
"""How much the page counts in the search: its many names are titles, and runbooks come first all the same."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A metric or a table: ``anchor`` is its address on the page, ``said`` what the dictionary says of it."""

    name: str
    anchor: str
    said: Any
    books: tuple[Book, ...]
    parts: tuple[str, ...] = ()


def page(repository: Repository, found: list[Book]) -> str:
    """The whole dictionary, by name."""
    words, names = dictionary.of(repository), Names(repository, up="../")
    used = _used(repository, words, found)
    body = render(
        "dictionary.html.j2",
        metrics=[_metric(name, words, used) for name in sorted(words.metrics)],
        tables=[_table(name, words, used) for name in sorted(words.tables)],
        broken=bool(repository.of("dictionary")) and not words.metrics and not words.tables,
        component=names.component,
        runbook=names.runbook_of,
    )
    meta = front_matter(boost=_ASIDE, title=_TITLE, description=_INTRO)
    return f"{meta}# {_TITLE}\n\n{markdown(_INTRO)}\n\n{body}"


def of_component(name: str, repository: Repository) -> list[Entry]:
    """What a component exports or fills, by name, metrics first."""
    words = dictionary.of(repository)
    metrics = [_metric(each, words, {}) for each in sorted(words.metrics) if words.metrics[each]["by"] == name]
    return metrics + [_table(each, words, {}) for each in sorted(words.tables) if words.tables[each].get("by") == name]


Used = dict[tuple[str, str], dict[str, Book]]


def _metric(name: str, words: Dictionary, used: Used) -> Entry:
    said = Open(words.metrics[name])
    parts = tuple(f"{name}_{part}" for part in PARTS) if said.type == "histogram" else ()
    return Entry(name, f"metric-{name}", said, tuple(used.get(("metric", name), {}).values()), parts)


def _table(name: str, words: Dictionary, used: Used) -> Entry:
    return Entry(name, f"table-{name}", Open(words.tables[name]), tuple(used.get(("table", name), {}).values()))


def _used(repository: Repository, words: Dictionary, found: list[Book]) -> Used:
    """The runbooks whose queries name each metric and each table, by title."""
    used: Used = {}
    for book in found:
        document = repository.by_file.get(book.slug)
        for key in _asked(document, repository, words) if document else ():
            used.setdefault(key, {})[book.slug] = book
    return used


def _asked(document: Document, repository: Repository, words: Dictionary) -> set[tuple[str, str]]:
    asked = {
        ("metric", selector.declared.metric)
        for query, _ in expressions(document, repository)
        for selector, _ in query.selectors
        if selector.declared is not None
    }
    for each in statements(document, repository):
        read = {name for table in columns.tables(each.text, each.kind) for name in (table.name, table.short)}
        asked |= {
            ("table", name)
            for name, said in words.tables.items()
            if name.lower() in read and said["source"] == each.source
        }
    return asked
