"""A runbook -> where each step can go, and how long the longest way to each outcome takes. Pure.

A way runs through steps without visiting one twice. Its length is what CONTRACT says: ``within`` once a stage and an attempt
(``takes`` where a step has no limit), ``hold`` once a stage, the rollback's ``decide`` once before its first step and its
``verify`` as ``give_up_after`` after its last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache

from drillbook.document import PHASES
from drillbook.model import Runbook, Step

ZERO = timedelta()
BEHIND = "behind"
"""What stands for an outcome where a phase is over."""
SEARCHED = 20_000
"""Moves that are tried among steps that lead to one another in circles; beyond that a safe upper bound stands."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One way out of a step: to a step, to an outcome, or (both empty) to nowhere, which is a fault.

    ``why`` is the word of the contract: ``then``, ``if_not``, an answer. ``takes`` is the time from entering the step.
    """

    why: str
    to: str = ""
    outcome: str = ""
    takes: timedelta = ZERO


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest way to an outcome. ``exact`` is False where circles allow too many ways: then it is an upper bound."""

    takes: timedelta
    exact: bool = True


def entries(runbook: Runbook) -> tuple[str, ...]:
    """The steps where somebody may begin: where signals lead to, and the first step of the file."""
    named = [signal.leads_to for signal in runbook.signals if signal.leads_to]
    first = [step.id for step in runbook.steps if not step.fallback][:1]
    return tuple(dict.fromkeys(name for name in (*first, *named) if runbook.step(name)))


def box(runbook: Runbook, step: Step) -> timedelta:
    """The time box of a step with its attempts, its stages, and the steps that run beside it."""
    once = step.within if step.within is not None else step.takes or ZERO
    own = once + step.hold if step.hold else once
    if step.ramp or step.at_most > 1:
        stages = max(1, len(step.ramp))
        own = once * max(1, step.at_most) * stages + (step.hold or ZERO) * stages
    if not step.also:
        return own
    beside = (runbook.step(name) for name in step.also)
    return max([own, *(box(runbook, other) for other in beside if other and not other.also)])


@lru_cache(maxsize=16)
def successors(runbook: Runbook) -> Mapping[str, tuple[Edge, ...]]:
    """Every way out of every step, in the order in which a reader meets them."""
    follows = _next_in_file(runbook)
    beside = {name for step in runbook.steps for name in step.also}
    return {step.id: tuple(_ways(runbook, step, follows.get(step.id, ""), step.id in beside)) for step in runbook.steps}


def _next_in_file(runbook: Runbook) -> Mapping[str, str]:
    follows, upcoming = {}, ""
    for step in reversed(runbook.steps):
        follows[step.id] = upcoming
        if not step.fallback:
            upcoming = step.id
    return follows


def _ways(runbook: Runbook, step: Step, follows: str, beside: bool) -> Iterator[Edge]:
    rollback = runbook.rollback
    first = rollback is not None and rollback.steps[:1] == (step.id,)
    last = rollback is not None and rollback.steps[-1:] == (step.id,)
    decide = rollback.decide_within if rollback and first else ZERO
    takes = box(runbook, step) + decide
    verified = takes + (rollback.give_up_after if rollback and last else ZERO)
    if step.action == "decide":
        for answer, to in step.answers.items():
            yield Edge(answer, to, takes=takes)
    elif step.then == "end":
        yield Edge("then", outcome=step.outcome, takes=verified)
    elif not beside:
        yield Edge("then", step.then or follows, takes=verified)
    if step.if_not:
        yield Edge("if_not", step.if_not, takes=takes)
    for name in step.also:
        other = runbook.step(name)
        if other and other.if_not:
            yield Edge(f"also {name}: if_not", other.if_not, takes=takes)
    if step.if_unknown:
        yield Edge("if_unknown", step.if_unknown, takes=takes)
    if rollback and first and rollback.if_unavailable:
        yield Edge("if_unavailable", rollback.if_unavailable, takes=decide)
    if rollback and last and rollback.if_failed:
        yield Edge("if_failed", rollback.if_failed, takes=verified)
    if rollback and last and rollback.if_inconclusive:
        yield Edge("if_inconclusive", rollback.if_inconclusive, takes=verified)


def longest(runbook: Runbook) -> Mapping[str, Longest]:
    """The longest way from any entry to each outcome that can be reached, by outcome in alphabetical order."""
    return longest_along(successors(runbook), entries(runbook))


def phases(runbook: Runbook, last: str) -> frozenset[str]:
    """The steps of a phase and of those before it."""
    until = PHASES[: PHASES.index(last) + 1]
    return frozenset(step.id for step in runbook.steps if step.phase in until)


def behind(runbook: Runbook, ways: Mapping[str, Sequence[Edge]], phase: str) -> Longest | None:
    """The longest of the ``ways`` from any entry until a phase and those before it are over; None where no way leads there.

    They are over where one comes to a step of a later phase, or to an end at which things are safe.
    """
    early = phases(runbook, phase)
    cut = {
        name: tuple(replace(edge, to="", outcome=BEHIND) if _is_over(edge, early) else edge for edge in edges)
        for name, edges in ways.items()
        if name in early
    }
    begin = [name for name in entries(runbook) if name in early]
    return longest_along(cut, begin).get(BEHIND)


def at_most(ways: Mapping[str, Sequence[Edge]], names: Iterable[str]) -> timedelta:
    """What no way through some steps can exceed: the longest time of each of them together."""
    return sum((max((edge.takes for edge in ways[name]), default=ZERO) for name in names), ZERO)


def _is_over(edge: Edge, early: Collection[str]) -> bool:
    return edge.outcome in ("restored", "degraded") if edge.outcome else bool(edge.to) and edge.to not in early


def longest_along(given: Mapping[str, Sequence[Edge]], begin: Sequence[str]) -> Mapping[str, Longest]:
    """The longest of the given ways from some steps to each outcome."""
    ways = {name: [edge for edge in edges if edge.to or edge.outcome] for name, edges in given.items()}
    best: dict[str, dict[str, Longest]] = {}
    for group in circles({name: [edge.to for edge in edges if edge.to in ways] for name, edges in ways.items()}):
        best.update(_group(frozenset(group), ways, best))
    found: dict[str, Longest] = {}
    for entry in begin:
        _keep(found, best[entry], ZERO, True)
    return dict(sorted(found.items()))


Ways = Mapping[str, list[Edge]]
Best = Mapping[str, dict[str, Longest]]


def _group(group: frozenset[str], ways: Ways, best: Best) -> Best:
    """Longest ways from each step of a group that leads in circles; everything behind the group is in ``best``."""
    found: dict[str, dict[str, Longest]] = {}
    budget = SEARCHED
    for name in sorted(group):
        ends, budget = _search(name, group, ways, best, budget)
        if budget <= 0:
            bound = _bound(group, ways, best)
            return dict.fromkeys(group, bound)
        found[name] = ends
    return found


def _search(start: str, group: frozenset[str], ways: Ways, best: Best, budget: int) -> tuple[dict[str, Longest], int]:
    found: dict[str, Longest] = {}
    todo: list[tuple[str, frozenset[str], timedelta]] = [(start, frozenset([start]), ZERO)]
    while todo and budget > 0:
        budget -= 1
        name, seen, spent = todo.pop()
        for edge in ways[name]:
            if edge.outcome:
                _keep(found, {edge.outcome: Longest(edge.takes)}, spent, True)
            elif edge.to in group:
                if edge.to not in seen:
                    todo.append((edge.to, seen | {edge.to}, spent + edge.takes))
            elif edge.to in best:
                _keep(found, best[edge.to], spent + edge.takes, True)
    return found, budget


def _bound(group: frozenset[str], ways: Ways, best: Best) -> dict[str, Longest]:
    """No way through the group is longer than all of its steps together."""
    found: dict[str, Longest] = {}
    most = at_most(ways, group)
    for edge in (edge for name in group for edge in ways[name]):
        if edge.outcome:
            _keep(found, {edge.outcome: Longest(most)}, ZERO, False)
        elif edge.to in best and edge.to not in group:
            _keep(found, best[edge.to], most, False)
    return found


def _keep(found: dict[str, Longest], more: Mapping[str, Longest], spent: timedelta, exact: bool) -> None:
    for outcome, way in more.items():
        takes = spent + way.takes
        if outcome not in found or takes > found[outcome].takes:
            found[outcome] = Longest(takes, exact and way.exact)


def circles(ways: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Groups of steps that lead to one another (strongly connected, Tarjan 1972), what comes later in a way first."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    inside: set[str] = set()
    for root in ways:
        stack = [(root, iter(ways[root]))] if root not in number else []
        while stack:
            name, rest = stack[-1]
            if name not in number:
                number[name] = low[name] = len(number)
                open_.append(name)
                inside.add(name)
            for to in rest:
                if to not in number:
                    stack.append((to, iter(ways[to])))
                    break
                if to in inside:
                    low[name] = min(low[name], number[to])
            else:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[name])
                if low[name] == number[name]:
                    group = open_[open_.index(name) :]
                    del open_[open_.index(name) :]
                    inside -= set(group)
                    yield group
