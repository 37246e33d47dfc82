"""A runbook in its repository -> its queries that are SQL, each with the place where it stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drillbook import sql
from drillbook.document import Document
from drillbook.finding import Place
from drillbook.model import Signal, Step
from drillbook.queries import kinds
from drillbook.repository import Repository
from drillbook.sql import Statement


@dataclass(frozen=True, slots=True)
class Asked:
    """A query in SQL: ``at`` is where it stands, ``kind`` the kind of its source or an empty text, and one of the two asks it."""

    at: Place
    kind: str
    statement: Statement
    signal: Signal | None = None
    step: Step | None = None

    @property
    def source(self) -> str:
        """The source that it asks."""
        return self.signal.source if self.signal else self.step.source if self.step else ""

    @property
    def text(self) -> str:
        """The query as it is written."""
        return self.signal.query if self.signal else self.step.text if self.step else ""

    def lacking(self) -> Iterator[tuple[str, str]]:
        """The columns that the contract asks for and the rows do not have, and why they are asked for."""
        columns = self.statement.columns
        if columns is not None and self.statement.count == 1 and not self.statement.writes:
            yield from (each for each in self.wanted(len(columns)) if each[0] not in columns)

    def wanted(self, width: int) -> Iterator[tuple[str, str]]:
        """The columns that the contract asks for, and why. A step's one column is its value, whatever its name is."""
        if self.step is not None:
            if self.step.passes is not None and width > 1:
                yield "value", 'which "passes" judges'
        elif self.signal is not None:
            if self.signal.fires or self.signal.clears:
                yield "value", "which the thresholds judge"
            if any(side and side.min_samples is not None for side in (self.signal.fires, self.signal.clears)):
                yield "samples", 'which "min_samples" counts'
            for label in self.signal.per:
                yield label.lower(), 'a label of "per"'

    def word(self, words: str) -> str:
        """The words of SQL as they are written in the query, whose keywords may be in capitals or not."""
        found = re.search(rf"\b{re.escape(words)}\b", self.text, re.IGNORECASE)
        return found[0] if found else words


def statements(document: Document, repository: Repository) -> tuple[Asked, ...]:
    """Every SQL of a runbook that is in use: of its signals and of its steps."""
    return repository.derived(document, _statements)


def _statements(document: Document, repository: Repository) -> tuple[Asked, ...]:
    return tuple(_each(document, repository))


def _each(document: Document, repository: Repository) -> Iterator[Asked]:
    runbook = repository.in_use(document)
    if runbook is None:
        return
    for index, signal in enumerate(runbook.signals):
        kind = _kind(kinds(repository, runbook, signal.source), signal.query)
        if kind is not None and signal.query and not signal.human:
            yield Asked(("signals", index, "query"), kind, sql.read(signal.query, kind), signal=signal)
    for index, step in enumerate(runbook.steps):
        kind = _kind(kinds(repository, runbook, step.source), step.text) if step.action == "query" else None
        if kind is not None:
            yield Asked(("steps", index, "query"), kind, sql.read(step.text, kind), step=step)


def _kind(found: frozenset[str], text: str) -> str | None:
    """The one kind of a source whose language is SQL; without a catalog the text itself must say so, and its dialect is open."""
    if found:
        return next(iter(found)) if len(found) == 1 and not found & {"prometheus", "http"} else None
    return "" if sql.begins(text) else None
