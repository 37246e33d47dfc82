"""Documents -> the repository: the catalog, effective values, models, and who refers to whom. Immutable, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, TypeVar

from drillbook import flow, model, references, validation
from drillbook.document import BESIDE, CATALOG, Document, Kind
from drillbook.finding import Place, Span
from drillbook.flow import Flow
from drillbook.model import Runbook
from drillbook.references import Reference
from drillbook.sitefile import Site
from drillbook.validation import Violation

COMPLETE = ("active", "deprecated")
"""The states of a document in which nothing may be missing."""
DEFAULTS = "catalog/defaults.yaml"
READERS = ("public", "internal", "confidential", "restricted")
"""The classifications, the one that most may read first."""

_HOLDS = {"step": "runbook", "inject": "drill"}
"""The kind of file that holds a kind of block."""

Data = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a document whose keys count as a runbook's own; ``below`` is where that part begins."""

    document: Document
    below: Place
    value: Data


@dataclass(slots=True)
class _Known:
    """What was derived from one document, each when first asked."""

    effective: Data | None = None
    violations: tuple[Violation, ...] | None = None
    references: dict[str, list[tuple[Reference, Place | Span]]] | None = None
    others: dict[object, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Repository:
    """Everything that was read, by path. Two repositories can stand side by side: before a change and after it.

    ``paths`` are the files that a link may lead to, read or not; ``site`` is what the site's configuration says, if it has one.
    ``quiet`` are times in which nobody drills: first and last day of each. ``players``: a site is made of it that the players
    of a drill may read. ``renamed``, of a repository before a change, gives the path that a file had then by the one that it
    has now.
    """

    documents: tuple[Document, ...]
    paths: frozenset[str] = frozenset()
    site: Site | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    limited: bool = False
    quiet: tuple[tuple[date, date], ...] = ()
    players: bool = False

    def of(self, kind: Kind) -> tuple[Document, ...]:
        """The documents of a kind, by path."""
        return self._by_kind.get(kind, ())

    @cached_property
    def _by_kind(self) -> Mapping[Kind, tuple[Document, ...]]:
        found: dict[Kind, list[Document]] = {}
        for document in self.documents:
            found.setdefault(document.kind, []).append(document)
        return {kind: tuple(documents) for kind, documents in found.items()}

    @cached_property
    def by_path(self) -> Mapping[str, Document]:
        """Every document by its path."""
        return {document.path: document for document in self.documents}

    @cached_property
    def by_id(self) -> Mapping[tuple[Kind, str], tuple[Document, ...]]:
        """The documents that carry an id, by kind and id; more than one where an id was used twice."""
        found: dict[tuple[Kind, str], tuple[Document, ...]] = {}
        for document in self.documents:
            if document.id:
                key = (document.kind, document.id)
                found[key] = (*found.get(key, ()), document)
        return found

    @cached_property
    def by_alert(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of the active runbooks that claim an alert, by the alert's name."""
        found: dict[str, dict[str, None]] = {}
        for document in self.of("runbook"):
            for _, alert in document.card.alerts if document.card.status == "active" else ():
                found.setdefault(alert, {})[document.path] = None
        return {alert: tuple(paths) for alert, paths in found.items()}

    def runbook(self, name: str) -> Document | None:
        """The runbook with an id."""
        return next(iter(self.by_id.get(("runbook", name), ())), None)

    def was(self, document: Document) -> Document | None:
        """In a repository before a change: what a runbook was then, under whatever name."""
        found = self.runbook(document.id) if document.id else None
        other = self.by_path.get(self.renamed.get(document.path, "")) if found is None else None
        return found or (other if other and other.kind == document.kind and other.id else None)

    @cached_property
    def by_file(self) -> Mapping[str, Document]:
        """The runbooks by the name of their file without its ending, which is their page's."""
        return {PurePosixPath(document.path).stem: document for document in reversed(self.of("runbook"))}

    @cached_property
    def _entries(self) -> dict[Kind, Mapping[str, Data]]:
        return {}

    def entries(self, kind: Kind) -> Mapping[str, Data]:
        """What a catalog file lists, by id; empty where there is no such file or it cannot be read."""
        if kind not in self._entries:
            self._entries[kind] = self._listed(kind)
        return self._entries[kind]

    def _listed(self, kind: Kind) -> Mapping[str, Data]:
        for document in self.of(kind):
            found = document.front.get(kind)
            if isinstance(found, dict):
                return {name: entry if isinstance(entry, dict) else {} for name, entry in found.items()}
        return {}

    @cached_property
    def _sound(self) -> dict[Kind, Mapping[str, Data]]:
        return {}

    def sound(self, kind: Kind) -> Mapping[str, Data]:
        """What a catalog file lists, without the entries that break its schema: those have their findings already."""
        if kind not in self._sound:
            broken = {each.at[1] for file in self.of(kind) for each in self.violations(file) if len(each.at) > 1}
            self._sound[kind] = {name: each for name, each in self.entries(kind).items() if name not in broken}
        return self._sound[kind]

    def classification(self, document: Document) -> str:
        """Who may read a runbook: its own word, else its team's, else the repository's; empty where nobody says it."""
        if document.card.classification or document.kind != "runbook":
            return document.card.classification
        defaults = next(iter(self.of("defaults")), None)
        for below in (("teams", document.card.owner), ("repository",)) if defaults else ():
            value: object = defaults.front if defaults else {}
            for part in (*below, "governance", "classification"):
                value = value.get(part) if isinstance(value, dict) else None
            if isinstance(value, str):
                return value
        return ""

    def fewer_may_read(self, document: Document, than: Document) -> bool:
        """Whether a runbook is more confidential than another. Not where one of the two says nothing that is known."""
        level, other = self.classification(document), self.classification(than)
        return level in READERS and other in READERS and READERS.index(level) > READERS.index(other)

    def layers(self, document: Document) -> tuple[Layer, ...]:
        """What makes up a runbook's effective values, the strongest first: its own, its team's, the repository's."""
        own = Layer(document, (), document.front)
        defaults = next(iter(self.of("defaults")), None)
        if document.kind != "runbook" or defaults is None:
            return (own,)
        found = [own]
        for below in (("teams", document.front.get("owner")), ("repository",)):
            value: object = defaults.front
            for part in below:
                value = value.get(part) if isinstance(value, dict) and isinstance(part, str) else None
            if isinstance(value, dict):
                found.append(Layer(defaults, tuple(str(part) for part in below), value))
        return tuple(found)

    def effective(self, document: Document) -> Data:
        """The front matter with the defaults of team and repository: maps merge at every depth, the rest replaces."""
        known = self._known(document)
        if known.effective is None:
            merged: Data = {}
            for layer in reversed(self.layers(document)):
                merged = _merge(merged, layer.value)
            known.effective = merged
        return known.effective

    def origin(self, document: Document, place: Place) -> tuple[Document, Place]:
        """Which document holds the value at a place of the effective values, and where in it."""
        if place and place[0] not in ("steps", "injects"):
            for layer in self.layers(document):
                if layer.document.marks.find((*layer.below, *place)) is not None:
                    return layer.document, (*layer.below, *place)
            entry = _entry(place)  # what is missing in an entry of a list is missing where the list was written
            if entry and document.marks.find(entry) is None:
                holder, at = self.origin(document, entry)
                return holder, (*at, *place[len(entry) :])
        return document, place

    def inherited(self, document: Document, place: Place) -> bool:
        """Whether a place lies in what the defaults say and not in the document's own text."""
        return self.origin(document, place)[0] is not document

    def is_complete(self, document: Document) -> bool:
        """Whether everything that a finished document needs must be there."""
        return document.card.status in COMPLETE

    def violations(self, document: Document) -> tuple[Violation, ...]:
        """What in a document breaks its schemas, steps and injects included; of an unreadable part, nothing."""
        known = self._known(document)
        if known.violations is None:
            known.violations = tuple(self._judge(document))
        return known.violations

    def _judge(self, document: Document) -> Iterator[Violation]:
        if document.readable and document.kind not in BESIDE:
            found = validation.violations(document.kind, self.effective(document))
            yield from (each for each in found if not document.foreign or each.names == ("schema",))
        for word, blocks in (("step", document.steps), ("inject", document.injects)):
            if document.kind != _HOLDS.get(word, document.kind):
                continue  # no business of this file: that is what is wrong with it
            schemas = (word, word + validation.COMPLETE) if self.is_complete(document) else (word,)
            for index, block in enumerate(blocks):
                if block.readable and not validation.holds(schemas, block.value):
                    yield from _beneath((f"{word}s", index), schemas, block.value)

    def model(self, document: Document) -> Runbook | None:
        """The typed runbook; None where the document does not satisfy the contract."""
        return self.derived(document, _model)

    def in_use(self, document: Document) -> Runbook | None:
        """The typed runbook that people still mend; None of a retired one, and where the contract is broken."""
        return self.model(document) if document.card.status != "retired" else None

    def flow(self, document: Document) -> Flow | None:
        """The steps as a graph; None where the contract is broken, two steps share an id, or the runbook is retired."""
        return self.derived(document, _flow)

    def references(self, document: Document, to: str) -> Sequence[tuple[Reference, Place | Span]]:
        """The names in a document that refer to something of a kind, and where to mark them.

        A name whose form is wrong has its finding already, and nobody mends a retired document.
        """
        known = self._known(document)
        if known.references is None:
            wrong = {violation.at for violation in self.violations(document)}
            known.references = {}
            for each, at in _references(document) if document.card.status != "retired" else ():
                if at not in wrong:
                    known.references.setdefault(each.to, []).append((each, at))
        return known.references.get(to, ())

    def mentions(self, document: Document) -> Sequence[tuple[Reference, Place | Span]]:
        """The runbooks that a document names, and where; it is kept."""
        if document.path not in self._mentions:
            self._mentions[document.path] = self.references(document, "runbook")
        return self._mentions[document.path]

    @cached_property
    def _mentions(self) -> dict[str, Sequence[tuple[Reference, Place | Span]]]:
        return {}

    def _known(self, document: Document) -> _Known:
        known = self._derived.get(document.path)
        if known is None:
            known = self._derived[document.path] = _Known()
        return known

    @cached_property
    def _derived(self) -> dict[str, _Known]:
        return {}

    def derived(self, document: Document, compute: Callable[[Document, Repository], T]) -> T:
        """What a function makes of a document, computed once as long as the document is in memory."""
        others = self._known(document).others
        if compute not in others:
            others[compute] = compute(document, self)
        found: T = others[compute]
        return found

    def once(self, compute: Callable[[Repository], T]) -> T:
        """What a function makes of the whole repository, computed once."""
        if compute not in self._whole:
            self._whole[compute] = compute(self)
        found: T = self._whole[compute]
        return found

    @cached_property
    def _whole(self) -> dict[object, Any]:
        return {}

    def forget(self, document: Document) -> None:
        """Give back the memory of everything about a document but its card and its mentions. The catalog stays."""
        if document.kind not in CATALOG:
            self.mentions(document)
            self._derived.pop(document.path, None)
            document.forget()


def _model(document: Document, repository: Repository) -> Runbook | None:
    sound = document.readable and all(block.readable for block in document.blocks)
    if document.kind != "runbook" or not sound or repository.violations(document):
        return None
    steps = [(block.value, block.section) for block in document.steps if isinstance(block.value, dict)]
    return model.runbook(repository.effective(document), steps)


def _flow(document: Document, repository: Repository) -> Flow | None:
    runbook = repository.in_use(document)
    return flow.flow(runbook) if runbook else None


def _references(document: Document) -> Iterator[tuple[Reference, Place | Span]]:
    if document.readable and document.kind not in BESIDE:
        yield from ((each, each.at) for each in references.references(document.kind, document.front))
    for word, blocks in (("step", document.steps), ("inject", document.injects)):
        for index, block in enumerate(blocks):
            for each in references.references(word, block.value):
                yield each, (f"{word}s", index, *each.at)
    for call in document.body.calls:
        yield Reference(call.macro, call.argument, ()), call.at


def _entry(place: Place) -> Place:
    """The innermost entry of a list that holds a place, or nothing where no list does."""
    last = max((index for index, part in enumerate(place) if isinstance(part, int)), default=-1)
    return place[: last + 1] if last + 1 < len(place) else ()


def _beneath(at: Place, schemas: tuple[str, ...], value: object) -> Iterator[Violation]:
    seen: set[Violation] = set()
    for schema in schemas:
        for violation in validation.violations(schema, value):
            if violation not in seen:
                seen.add(violation)
                yield replace(violation, at=(*at, *violation.at))


def _merge(weak: Data, strong: Data) -> Data:
    merged = dict(weak)
    for key, value in strong.items():
        under = merged.get(key)
        merged[key] = _merge(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged
