"""A runbook in its repository -> its queries that are PromQL, each with the place where it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from drillbook import dictionary, duration, promql
from drillbook.document import Document
from drillbook.finding import Place
from drillbook.model import Data, Runbook, Signal
from drillbook.promql import Query
from drillbook.repository import Repository

_SQL = ("select", "with")
_INTERVAL = "1m"
"""What the schema of environments has as the default."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A signal whose query is PromQL: ``at`` is its place, ``samples`` None where it has none that can be read."""

    signal: Signal
    at: Place
    query: Query
    samples: Query | None
    given: frozenset[str]


def signals(document: Document, repository: Repository) -> tuple[Asked, ...]:
    """The signals of a runbook that is in use whose queries are PromQL."""
    return repository.derived(document, _signals)


def _signals(document: Document, repository: Repository) -> tuple[Asked, ...]:
    runbook = repository.in_use(document)
    return () if runbook is None else tuple(_asked(runbook, repository))


def _asked(runbook: Runbook, repository: Repository) -> Iterator[Asked]:
    words = dictionary.of(repository)
    for index, signal in enumerate(runbook.signals):
        if signal.query and _is_promql(repository, runbook, signal.source, signal.query):
            samples = words.read(signal.samples) if signal.samples else None
            given = frozenset(runbook.data["signals"][index])
            yield Asked(signal, ("signals", index), words.read(signal.query), samples, given)


def expressions(document: Document, repository: Repository) -> tuple[tuple[Query, Place], ...]:
    """Every PromQL of a runbook that is in use: queries and samples of signals, queries of steps."""
    return repository.derived(document, _expressions)


def _expressions(document: Document, repository: Repository) -> tuple[tuple[Query, Place], ...]:
    return tuple(_each_expression(document, repository))


def _each_expression(document: Document, repository: Repository) -> Iterator[tuple[Query, Place]]:
    for each in signals(document, repository):
        yield each.query, (*each.at, "query")
        if each.samples is not None:
            yield each.samples, (*each.at, "samples")
    runbook = repository.in_use(document)
    for index, step in enumerate(runbook.steps if runbook else ()):
        if runbook and step.action == "query" and _is_promql(repository, runbook, step.source, step.text):
            yield dictionary.of(repository).read(step.text), ("steps", index, "query")


def interval(document: Document, repository: Repository, at: Place) -> timedelta | None:
    """The longest time between two scrapes of the source that the query at a place asks, where the catalog says it."""
    runbook = repository.in_use(document)
    if runbook is None or not isinstance(at[1], int):
        return None
    source = runbook.signals[at[1]].source if at[0] == "signals" else runbook.steps[at[1]].source
    places = _places(repository, runbook, source)
    said = [duration.parse(str(place["interval"])) for place in places if "interval" in place]
    return max((each for each in said if each is not None), default=None)


def kinds(repository: Repository, runbook: Runbook, source: str) -> frozenset[str]:
    """What a source is in the environments of a runbook; nothing where nobody lists it."""
    return frozenset(str(place["kind"]) for place in _places(repository, runbook, source) if "kind" in place)


def evaluated_every(repository: Repository, runbook: Runbook, source: str) -> timedelta:
    """The shortest time between two evaluations of a source, as its environments say; a minute where they do not."""
    found = (duration.parse(str(place.get("interval", _INTERVAL))) for place in _places(repository, runbook, source))
    return min((each for each in found if each is not None), default=timedelta(minutes=1))


def _places(repository: Repository, runbook: Runbook, source: str) -> list[Data]:
    """What the environments of a runbook say of a source."""
    catalog = repository.entries("environments")
    wanted = runbook.data.get("environments", catalog)
    found = (catalog.get(name, {}).get("sources") for name in wanted)
    places = (each.get(source) for each in found if isinstance(each, dict))
    return [place for place in places if isinstance(place, dict)]


def _is_promql(repository: Repository, runbook: Runbook, source: str, text: str) -> bool:
    """Whether a source's language is PromQL; of a source that nobody lists, whether the text can be nothing else."""
    if source == "people":
        return False
    if found := kinds(repository, runbook, source):
        return found == {"prometheus"}
    return not text.lower().lstrip().startswith(_SQL) and not promql.read(text).error
