"""The repository -> what its data dictionary says of the names in queries. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from drillbook import promql
from drillbook.document import Document
from drillbook.model import Data
from drillbook.promql import Declared, Query
from drillbook.repository import Repository

PATH = "catalog/dictionary.yaml"
PARTS = ("bucket", "sum", "count")
"""What follows the name of a histogram, behind a line below."""
_BUILT_IN = re.compile(r"up|ALERTS|ALERTS_FOR_STATE|scrape_\w+")
"""Series that Prometheus itself makes."""


@dataclass(frozen=True, eq=False)
class Dictionary:
    """The metrics and tables that the repository lists, by name; nothing of either where nobody lists any."""

    metrics: Mapping[str, Data] = field(default_factory=dict)
    tables: Mapping[str, Data] = field(default_factory=dict)

    def metric(self, name: str) -> Declared | None:
        """What is said of a name in a query: that of a metric, or one of the three of a histogram."""
        entry, part = self.metrics.get(name), ""
        if entry is None:
            base, _, part = name.rpartition("_")
            entry, name = self.metrics.get(base), base
            if entry is None or part not in PARTS or entry["type"] != "histogram":
                return None
        return Declared(name, entry["type"], entry["unit"], frozenset(entry.get("labels", ())), part)

    def read(self, text: str) -> Query:
        """A query in PromQL, with what is said of its names. The same text is read once."""
        if not self.metrics:
            return promql.read(text)
        return _query(self, text)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that a query may have, the three of each histogram too."""
        found: list[str] = []
        for name, entry in self.metrics.items():
            found.append(name)
            found += [f"{name}_{part}" for part in PARTS if entry["type"] == "histogram"]
        return tuple(found)

    @cached_property
    def columns(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """The columns of each table by the source that it lies in, all but the source in lower case."""
        found: dict[str, dict[str, frozenset[str]]] = {}
        for name, entry in self.tables.items():
            columns = frozenset(column.lower() for column in entry["columns"])
            found.setdefault(str(entry["source"]), {})[name.lower()] = columns
        return found


@lru_cache(maxsize=512)
def _query(dictionary: Dictionary, text: str) -> Query:
    return promql.declared(promql.read(text), dictionary.metric)


_NONE = Dictionary()


def of(repository: Repository) -> Dictionary:
    """The data dictionary of a repository; an empty one where there is none or its form is wrong."""
    for document in repository.of("dictionary"):
        return repository.derived(document, _read)
    return _NONE


def _read(document: Document, repository: Repository) -> Dictionary:
    if not document.readable or repository.violations(document):
        return _NONE  # what is wrong with it has its findings, and is mended first
    metrics, tables = document.front.get("metrics", {}), document.front.get("tables", {})
    return Dictionary(
        metrics if isinstance(metrics, dict) else {},
        tables if isinstance(tables, dict) else {},
    )


def built_in(name: str) -> bool:
    """Whether Prometheus itself makes the series of a name, or recording rules do, which nobody need list."""
    return bool(_BUILT_IN.fullmatch(name)) or promql.Selector(name).recorded
