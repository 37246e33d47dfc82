"""A runbook -> what holds on the ways through its steps: what is reached, what a way leaves out, what never ends. Pure.

"On every way" is answered by its opposite: without the edges that bring something about, can the step still be reached? That is
the same as a fixpoint over all ways, because nothing that was brought about is taken back, and it gives a way to show.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from drillbook import graph
from drillbook.finding import Place
from drillbook.graph import Edge
from drillbook.model import Runbook, Step

Passed = Callable[[str, Edge], bool]
"""Whether going out of a step by an edge brings about what is asked for."""
_SHOWN = 5
_NAMED = 8
"""So many steps of a circle are named."""
OF_ROLLBACK = ("if_unavailable", "if_failed", "if_inconclusive")
"""Ways out of a rollback that stand in the front matter."""


@dataclass(frozen=True, slots=True)
class Way:
    """Steps from an entry, and the edges between them: one fewer."""

    steps: tuple[str, ...]
    edges: tuple[Edge, ...]

    def __str__(self) -> str:
        names = [self.steps[0], *map(_hop, self.steps[1:], self.edges)]
        if len(names) > _SHOWN:
            names = [names[0], "...", *names[2 - _SHOWN :]]
        return " -> ".join(names)


def _hop(name: str, edge: Edge) -> str:
    return name if edge.why == "then" else f"({edge.why}) {name}"


@dataclass(frozen=True, slots=True)
class Flow:
    """The steps of a runbook as a graph.

    ``number`` is where a step stands among the blocks, ``hosts`` names the steps that each runs beside. ``whole`` is False
    where a name leads to no step: then nobody knows what else could be reached. Outside ``turning`` nothing leads in circles.
    """

    runbook: Runbook
    steps: Mapping[str, Step]
    number: Mapping[str, int]
    ways: Mapping[str, tuple[Edge, ...]]
    entries: tuple[str, ...]
    hosts: Mapping[str, tuple[str, ...]]
    reached: frozenset[str]
    whole: bool
    turning: frozenset[str]

    def place(self, name: str, edge: Edge) -> Place:
        """Where an edge out of a step is written; the step itself where nobody wrote it."""
        if edge.why.startswith("also "):
            return ("steps", self.number[edge.why.removeprefix("also ").partition(":")[0]], "if_not")
        if edge.why in OF_ROLLBACK:
            return ("rollback", edge.why)
        step, at = self.steps[name], self.number[name]
        if edge.why in step.answers:
            return ("steps", at, "answers", edge.why)
        return ("steps", at, edge.why if edge.why != "then" or step.then else "id")


def flow(runbook: Runbook) -> Flow | None:
    """The graph of a runbook; None where two steps share an id, so that nobody knows which one is meant."""
    steps = {step.id: step for step in runbook.steps}
    if len(steps) < len(runbook.steps):
        return None
    ways, entries = graph.successors(runbook), graph.entries(runbook)
    hosts: dict[str, tuple[str, ...]] = {}
    for step in runbook.steps:
        for name in step.also:
            hosts[name] = (*hosts.get(name, ()), step.id)
    named = [*hosts, *(edge.to for edges in ways.values() for edge in edges)]
    named += [signal.leads_to for signal in runbook.signals]
    named += runbook.rollback.steps if runbook.rollback else ()
    return Flow(
        runbook=runbook,
        steps=steps,
        number={name: number for number, name in enumerate(steps)},
        ways=ways,
        entries=entries,
        hosts=hosts,
        reached=frozenset(spread(entries, ways, steps)),
        whole=all(name in steps for name in named if name),
        turning=frozenset(_turning(ways)),
    )


def spread(start: Iterable[str], ways: Mapping[str, Sequence[Edge]], steps: Mapping[str, Step]) -> set[str]:
    """The steps with ways that one can come to from some of them: those, and what runs beside any of ``steps``."""
    seen: set[str] = set()
    todo = [*start]
    while todo:
        name = todo.pop()
        if name in ways and name not in seen:
            seen.add(name)
            todo += [edge.to for edge in ways[name] if edge.to]
            if name in steps:
                todo += steps[name].also
    return seen


def _turning(ways: Mapping[str, Sequence[Edge]]) -> Iterable[str]:
    """What is left when steps that lead to nothing any more are taken away, one after another (Kahn 1962, from the end)."""
    ahead = {name: {edge.to for edge in edges if edge.to in ways} for name, edges in ways.items()}
    behind: dict[str, list[str]] = {name: [] for name in ways}
    for name, to in ahead.items():
        for each in to:
            behind[each].append(name)
    done = [name for name, to in ahead.items() if not to]
    for name in done:
        del ahead[name]
        for each in behind[name]:
            ahead[each].discard(name)
            if not ahead[each]:
                done.append(each)
    return ahead


def failed(edge: Edge) -> bool:
    """Whether one goes this way because something did not work, or nobody can tell; no answer has such a name."""
    return "_" in edge.why


def right(flow: Flow, name: str, edge: Edge) -> bool:
    """Whether somebody for whom everything works may go this way: ``if_not`` is the other answer of what judges."""
    if edge.why.startswith("also "):
        return _judges(flow.steps[edge.why.removeprefix("also ").partition(":")[0]])
    return not failed(edge) or (edge.why in ("if_not", "if_unknown") and _judges(flow.steps[name]))


def _judges(step: Step) -> bool:
    return step.action in ("check", "wait") or bool(step.passes or step.precondition or step.success)


def led_back(flow: Flow, target: str, again: Collection[str], counts: Passed) -> bool:
    """Whether the ways that count lead from a step to where it begins again, and none of them to an end."""
    if target in again or target not in flow.steps:
        return target in again
    ways = {
        name: [edge for edge in edges if counts(name, edge)] for name, edges in flow.ways.items() if name not in again
    }
    seen = spread([target], ways, {})
    if not all(ways[name] and all(edge.to in flow.steps for edge in ways[name]) for name in seen):
        return False
    return any(edge.to in again for name in seen for edge in ways[name])


def success(flow: Flow, wanted: str) -> Passed:
    """Passed where a step has succeeded, alone or beside another one. A rollback that has not helped has still been run."""

    def passed(name: str, edge: Edge) -> bool:
        if name == wanted:
            return not failed(edge) or edge.why in ("if_failed", "if_inconclusive")
        return not failed(edge) and wanted in flow.steps[name].also

    return passed


def attempt(flow: Flow, wanted: Collection[str]) -> Passed:
    """Passed where one of the steps has been tried, whatever came of it."""

    def passed(name: str, _: Edge) -> bool:
        return name in wanted or any(each in wanted for each in flow.steps[name].also)

    return passed


def way_without(flow: Flow, target: str, passed: Passed) -> Way | None:
    """The shortest way from an entry to the beginning of a step that passes nothing; None where every way does."""
    ends = {target, *flow.hosts.get(target, ())}
    before: dict[str, tuple[str, Edge] | None] = dict.fromkeys(flow.entries)
    todo = deque(flow.entries)
    while todo:
        name = todo.popleft()
        if name in ends:
            return _back(name, before)
        for edge in flow.ways[name]:
            if edge.to in flow.steps and edge.to not in before and not passed(name, edge):
                before[edge.to] = (name, edge)
                todo.append(edge.to)
    return None


def _back(name: str, before: Mapping[str, tuple[str, Edge] | None]) -> Way:
    steps: list[str] = [name]
    edges: list[Edge] = []
    while (hop := before[steps[0]]) is not None:
        steps.insert(0, hop[0])
        edges.insert(0, hop[1])
    return Way(tuple(steps), tuple(edges))


def way_round(flow: Flow, name: str, edge: Edge, counts: Passed) -> Way:
    """The shortest way out of a step by an edge and on by those that count, until it comes back to the step."""
    before: dict[str, tuple[str, Edge] | None] = {edge.to: None}
    todo = deque([edge.to])
    while name not in before:
        here = todo.popleft()
        for each in flow.ways[here]:
            if each.to in flow.steps and each.to not in before and counts(here, each):
                before[each.to] = (here, each)
                todo.append(each.to)
    back = _back(name, before)
    return Way((name, *back.steps), (edge, *back.edges))


def closing(flow: Flow, way: Way) -> tuple[str, Edge]:
    """The first edge of a way round that leads back in the file."""
    hops = zip(way.steps, way.edges, strict=False)
    return next((name, edge) for name, edge in hops if flow.number[edge.to] <= flow.number[name])


def parting(flow: Flow, way: Way, wanted: Collection[str], end: str) -> int | None:
    """The last edge of a way that leaves for good a step from which one could still have come to a wanted one before ``end``."""
    ahead = _leading_to(flow, {host for name in wanted for host in (name, *flow.hosts.get(name, ()))}, end)
    found = [index for index in range(len(way.edges)) if way.steps[index] in ahead]
    return found[-1] if found else None


def _leading_to(flow: Flow, wanted: Collection[str], end: str) -> set[str]:
    """The steps from which a way that does not pass ``end`` leads to a wanted one."""
    ahead = {name for name in wanted if name in flow.steps and name != end}
    more = True
    while more:
        more = False
        for name, edges in flow.ways.items():
            if name not in ahead and name != end and any(edge.to in ahead for edge in edges):
                ahead.add(name)
                more = True
    return ahead


@dataclass(frozen=True, slots=True)
class Circle:
    """Steps that lead to one another, and the edges that lead back in the file: without these there is no circle."""

    steps: tuple[str, ...]
    back: tuple[tuple[str, Edge], ...]

    def __str__(self) -> str:
        more = f" and {len(self.steps) - _NAMED} more" if len(self.steps) > _NAMED else ""
        return ", ".join(self.steps[:_NAMED]) + more


def circles(flow: Flow, counts: Passed) -> Iterator[Circle]:
    """The largest groups of reached steps that lead to one another by the edges that count."""
    if not flow.turning:
        return
    ways = {
        name: [edge for edge in edges if edge.to in flow.turning and counts(name, edge)]
        for name, edges in flow.ways.items()
        if name in flow.reached and name in flow.turning
    }
    for group in graph.circles({name: [edge.to for edge in edges] for name, edges in ways.items()}):
        steps = tuple(name for name in flow.steps if name in group)
        back = {
            (name, edge.to): edge
            for name in steps
            for edge in reversed(ways[name])  # of two to the same step, the first one counts
            if edge.to in group and flow.number[edge.to] <= flow.number[name]
        }
        if back:
            yield Circle(steps, tuple((name, edge) for (name, _), edge in back.items()))


@dataclass(frozen=True, slots=True)
class Loss:
    """A step that ends something before it was collected, a way there, and the place where that would be mended."""

    step: str
    way: Way
    at: Place


def losses(flow: Flow, collect: str, destroyed_by: Collection[str]) -> Iterator[Loss]:
    """The first steps on some way that destroy what ``collect`` collects, where that step was not even tried before."""
    if not collect or collect not in flow.steps:
        return
    for name in destroyed_by:
        if name in flow.steps:
            others = [each for each in destroyed_by if each != name]  # behind the first, all is lost already
            way = way_without(flow, name, attempt(flow, [collect, *others]))
            if way:
                yield Loss(name, way, _mended(flow, way, collect, name))


def _mended(flow: Flow, way: Way, collect: str, name: str) -> Place:
    """Where the way parts from the one that collects, else where one begins beyond it, else the step that destroys."""
    index = parting(flow, way, [collect], name)
    if index is not None:
        return flow.place(way.steps[index], way.edges[index])
    for number, signal in enumerate(flow.runbook.signals):
        if signal.leads_to == way.steps[0] != flow.entries[0]:
            return ("signals", number, "leads_to")
    return ("steps", flow.number[name], "id")
