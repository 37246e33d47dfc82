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
from drillbook.probes.asking import Credentials, Question, SourceError, failed

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
        count = len(self.series[0].points)
        found = []
        for number in range(1, count + 1):
            past = [replace(each, points=each.points[:number]) for each in self.series]
            at = self.series[0].points[number - 1].at
            found.append((at, contract.outcome(self.signal, past, self.interval, self.cleared).state))
        return found


def evaluate(signals: tuple[Signal, ...], environment: Environment, asking: Asking) -> tuple[Answer, ...]:
    """What the signals say, in their order."""
    answers: dict[int, Answer] = {}
    limits = {signal.source: threading.Semaphore(SIDE_BY_SIDE) for signal in signals}

    def one(number: int, signal: Signal) -> None:
        with limits[signal.source]:
            answers[number] = _answer(signal, environment, asking)

    threads = []
    for number, signal in enumerate(signals):
        if signal.human:
            answers[number] = _people(signal, environment, asking)
            continue
        thread = threading.Thread(target=one, args=(number, signal), daemon=True)
        thread.start()
        threads.append(thread)
    until = monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))
    late = f"did not answer within {PATIENCE:g} seconds"
    return tuple(
        answers.get(number) or _inconclusive(signal, environment, asking, late) for number, signal in enumerate(signals)
    )


def _answer(signal: Signal, environment: Environment, asking: Asking) -> Answer:
    try:
        question = _question(signal, environment, asking)
        found = (asking.recorded or _asker(question))(question)
    except NotFilled as error:
        return _inconclusive(signal, environment, asking, str(error))
    except SourceError as error:
        why = asking.credentials(signal.source).hidden(f"{signal.source} {error}")
        return _inconclusive(signal, environment, asking, why)
    except ModuleNotFoundError as error:
        why = f"needs {error.name}, which is not installed; pip install 'drillbook[live]'"
        return _inconclusive(signal, environment, asking, why)
    except Exception as error:  # noqa: BLE001 - a driver may raise anything, and the other signals must be told
        return _inconclusive(signal, environment, asking, f"{signal.source} cannot be asked: {type(error).__name__}")
    return _judged(signal, question.interval, found, asking)


def _judged(signal: Signal, interval: timedelta, found: tuple[Series, ...], asking: Asking) -> Answer:
    cleared = asking.cleared.get(signal.cleared_by)
    return Answer(signal, interval, found, contract.outcome(signal, found, interval, cleared), cleared)


def _question(signal: Signal, environment: Environment, asking: Asking) -> Question:
    source = environment.source(signal.source)
    if not source:
        raise SourceError(f'is no source of "{environment.name}"')
    interval = environment.interval(signal)
    filled = replace(signal, query=environment.filled(signal.query), samples=environment.filled(signal.samples))
    # Elsewhere each evaluation is a query of its own: no more of them than the thresholds ask for.
    back = contract.window if source["kind"] == "prometheus" or asking.recorded else contract.needed
    count = (back(signal, interval) + asking.further) // interval + 1
    credentials = asking.credentials(signal.source)
    return Question(filled, source, asking.at, interval, count, asking.now, credentials)


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
