"""A runbook in an environment at a time -> what each of its signals says. The one module here that starts threads.

Sources are asked side by side, a few questions at a time each, and one that hangs holds up nobody else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

from drillbook import contract
from drillbook.contract import Outcome, Series, State
from drillbook.environment import Environment, NotFilled
from drillbook.model import Signal
from drillbook.probes.asking import Credentials, Question, SourceError, Unreachable, failed

SIDE_BY_SIDE = 4
"""So many questions at a time to one source."""
PATIENCE = 60.0
"""Seconds after which a source that has not answered is given up."""

Ask = Callable[[Question], tuple[Series, ...]]


@dataclass(frozen=True, slots=True)
class Asking:
    """How one asks: ``now`` where ``at`` is the present, who asks which source, what people said, when latches were cleared."""

    at: datetime
    now: bool = True
    credentials: Callable[[str], Credentials] = lambda _: Credentials()
    people: Callable[[Signal], bool | None] = lambda _: None
    cleared: Mapping[str, datetime] = field(default_factory=dict)
    recorded: Ask | None = None
    further: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Answer:
    """A signal, its evaluations by series, and what they say."""

    signal: Signal
    interval: timedelta
    series: tuple[Series, ...]
    outcome: Outcome
    cleared: datetime | None = None

    def states(self) -> list[tuple[datetime, State]]:
        """What the signal said at each evaluation, oldest first."""
        if not self.series:
            return []
        by_series = [contract.states(self.signal, each.points, self.interval, self.cleared) for each in self.series]
        times = [point.at for point in self.series[0].points]
        return [(at, contract.together(states)) for at, states in zip(times, zip(*by_series, strict=True), strict=True)]


def evaluate(signals: tuple[Signal, ...], environment: Environment, asking: Asking) -> tuple[Answer, ...]:
    """What the signals say, in their order."""
    answers: dict[int, Answer] = {}
    desks = {signal.source: _Desk(signal.source, asking.credentials) for signal in signals if not signal.human}
    until = monotonic() + PATIENCE

    def one(number: int, signal: Signal) -> None:
        desk = desks[signal.source]
        if desk.free.acquire(timeout=max(0.0, until - monotonic())):  # else nobody waits for it any more
            try:
                answers[number] = _answer(signal, environment, asking, desk)
            finally:
                desk.free.release()

    threads = []
    for number, signal in enumerate(signals):
        if not signal.human:
            thread = threading.Thread(target=one, args=(number, signal), daemon=True)
            thread.start()
            threads.append(thread)
    for number, signal in enumerate(signals):
        if signal.human:
            answers[number] = _people(signal, environment, asking)
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))
    return tuple(
        answers.get(number)
        or _inconclusive(signal, environment, asking, f"{signal.source} did not answer within {PATIENCE:g} seconds")
        for number, signal in enumerate(signals)
    )


class _Desk:
    """Where the questions to one source wait: few at a time, who asks, and why it answers nobody once that is known."""

    def __init__(self, source: str, who: Callable[[str], Credentials]) -> None:
        self.free = threading.Semaphore(SIDE_BY_SIDE)
        self.unreachable = ""
        self._source, self._who = source, who
        self._asks: Credentials | None = None
        self._lock = threading.Lock()

    @property
    def credentials(self) -> Credentials:
        """Who asks; the keyring is opened once, and not by every thread."""
        with self._lock:
            if self._asks is None:
                self._asks = self._who(self._source)
            return self._asks


def _answer(signal: Signal, environment: Environment, asking: Asking, desk: _Desk) -> Answer:
    if desk.unreachable:
        return _inconclusive(signal, environment, asking, desk.unreachable)
    try:
        question = _question(signal, environment, asking, desk)
        found = (asking.recorded or _asker(question))(question)
    except NotFilled as error:
        why = str(error)
    except SourceError as error:
        why = f"{signal.source} {error}"
        if isinstance(error, Unreachable):
            desk.unreachable = why
    except ModuleNotFoundError as error:
        why = f"needs {error.name}, which is not installed; pip install 'drillbook[live]'"
    except Exception as error:  # noqa: BLE001 - a driver may raise anything, and the other signals must be told
        why = f"{signal.source} cannot be asked: {type(error).__name__}"
    else:
        return _judged(signal, question.interval, found, asking)
    return _inconclusive(signal, environment, asking, why)


def _judged(signal: Signal, interval: timedelta, found: tuple[Series, ...], asking: Asking) -> Answer:
    cleared = asking.cleared.get(signal.cleared_by)
    return Answer(signal, interval, found, contract.outcome(signal, found, interval, cleared), cleared)


def _question(signal: Signal, environment: Environment, asking: Asking, desk: _Desk) -> Question:
    source = environment.source(signal.source)
    if not source:
        raise SourceError(f'is no source of "{environment.name}"')
    interval = environment.interval(signal)
    filled = replace(signal, query=environment.filled(signal.query), samples=environment.filled(signal.samples))
    # Elsewhere each evaluation is a query of its own: no more of them than the thresholds ask for.
    cheap = source["kind"] == "prometheus" or asking.recorded or signal.latched
    back = contract.window if cheap else contract.needed
    count = (back(signal, interval) + asking.further) // interval + 1
    return Question(filled, source, asking.at, interval, count, asking.now, desk.credentials)


def _asker(question: Question) -> Ask:
    kind = question.source["kind"]
    if kind == "prometheus":
        from drillbook.probes import prometheus

        return prometheus.ask
    if kind == "http":
        from drillbook.probes import web

        return web.ask
    from drillbook.probes import sql

    return sql.ask


def _people(signal: Signal, environment: Environment, asking: Asking) -> Answer:
    """What somebody says who was asked; nobody can be asked about the past."""
    said = asking.people(signal)
    state = {True: State.FIRES, False: State.CLEARS, None: State.INCONCLUSIVE}[said]
    why = "" if said is not None else "only people can say"
    return Answer(signal, environment.interval(signal), (), Outcome(state, (), why))


def _inconclusive(signal: Signal, environment: Environment, asking: Asking, why: str) -> Answer:
    interval = environment.interval(signal)
    question = Question(signal, {}, asking.at, interval, 1, asking.now)
    found = failed(question, why)
    return Answer(signal, interval, found, Outcome(State.INCONCLUSIVE, (), why))
