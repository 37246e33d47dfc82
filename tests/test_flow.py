"""Rules about the ways through the steps: on small random graphs they agree with trying every way without circles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook import document, engine, files, graph
from drillbook.document import PHASES, Document
from drillbook.finding import Finding
from drillbook.flow import Flow, losses
from drillbook.graph import Edge
from drillbook.repository import Repository
from drillbook.rules import all_rules

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 22)
RULES = {rule.name: rule for rule in all_rules()}
FRONT = {
    "schema": "runbook/1",
    "id": "x",
    "title": "X",
    "summary": "X",
    "version": "0.1.0",
    "status": "draft",
    "owner": "us",
}
END = {"then": "end", "outcome": "restored"}
FAILED = ("if_not", "if_unknown")

Hop = tuple[str, Edge]
Walk = tuple[Hop, ...]


def written(steps: list[dict[str, object]], **front: object) -> Document:
    values = {**FRONT, "changelog": [{"version": "0.1.0"}], **front}
    lines = ["---", *(f"{key}: {json.dumps(value)}" for key, value in values.items()), "---", ""]
    ordered = sorted(steps, key=lambda step: PHASES.index(str(step.get("phase", "Detect"))))
    for phase in PHASES:
        lines += [f"## {phase}", ""]
        for step in ordered:
            if step.get("phase", "Detect") == phase:
                block = {"title": "T", **({} if {"decide", "check"} & {*step} else {"do": "Act"}), **step}
                lines += ["```step", *(f"{key}: {json.dumps(value)}" for key, value in block.items() if key != "phase")]
                lines += ["```", ""]
    return document.parse("runbooks/x.md", "runbook", "\n".join(lines).encode())


def flow_of(given: Document) -> Flow:
    repository = Repository((given,))
    found = repository.flow(given)
    assert found is not None, repository.violations(given)
    return found


def found(name: str, given: Document) -> list[Finding]:
    return list(engine.lint(Repository((given,)), [RULES[name]], DAY))


def marked(finding: Finding, flow: Flow) -> str:
    """The step whose block a finding stands in."""
    assert finding.place[0] == "steps"
    return list(flow.steps)[int(finding.place[1])]


@st.composite
def runbooks(draw: st.DrawFn) -> Document:
    names = [f"s{number}" for number in range(draw(st.integers(1, 6)))]
    some = st.sampled_from(names)
    steps: list[dict[str, object]] = []
    for name in names:
        step: dict[str, object] = {"id": name, "within": f"{draw(st.integers(1, 9))}m"}
        step["phase"] = draw(st.sampled_from(PHASES[:4]))
        kind = draw(st.sampled_from(["end", "next", "then", "then", "check", "decide"]))
        if kind == "decide":
            step |= {"decide": "What?", "answers": {"yes": draw(some), "no": draw(some)}}
        else:
            step |= {"end": END, "next": {}, "check": {"check": "seen"}, "then": {"then": draw(some)}}[kind]
        for key in FAILED:
            if draw(st.integers(0, 3)) == 0:
                step[key] = draw(some)
        if draw(st.integers(0, 3)) == 0:
            step["fallback"] = True
        if draw(st.integers(0, 5)) == 0:
            step["also"] = [draw(some.filter(lambda other, name=name: other != name) if len(names) > 1 else some)]
        if draw(st.booleans()):
            step["needs"] = [draw(some)]
        steps.append(step)
    front: dict[str, object] = {}
    if draw(st.booleans()):
        front["signals"] = [{"id": "seen", "source": "people", "leads_to": draw(some)}]
    if draw(st.booleans()):
        chosen = draw(st.lists(some, min_size=1, max_size=2, unique=True))
        front["rollback"] = {"steps": chosen, **{f"if_{word}": draw(some) for word in ("unavailable", "failed")}}
    lost = draw(st.lists(some, max_size=2, unique=True))
    front["evidence"] = [{"id": "log", "collect": draw(some), "destroyed_by": lost}]
    return written(steps, **front)


def walks(flow: Flow, start: str, stop: frozenset[str] = frozenset()) -> Iterator[Walk]:
    """Every way from a step that visits no step twice, longest last edge included, and every beginning of one."""

    def on(name: str, seen: frozenset[str], walk: Walk) -> Iterator[Walk]:
        for edge in flow.ways[name]:
            longer = (*walk, (name, edge))
            yield longer
            if edge.to in flow.steps and edge.to not in seen and edge.to not in stop:
                yield from on(edge.to, seen | {edge.to}, longer)

    yield from on(start, frozenset([start]), ())


def all_walks(flow: Flow) -> list[Walk]:
    return [walk for entry in flow.entries for walk in walks(flow, entry)]


def beside(flow: Flow, name: str) -> set[str]:
    return {name, *flow.steps[name].also}


def visited(flow: Flow) -> set[str]:
    """Steps that one comes to, and those beside them with their own ways."""
    seen: set[str] = set()
    todo = [*flow.entries]
    while todo:
        start = todo.pop()
        come = {start} | {edge.to for walk in walks(flow, start) for _, edge in walk if edge.to}
        for name in come:
            todo += [other for other in beside(flow, name) if other not in seen and other not in come]
        seen |= come
    return seen


def comes_without(flow: Flow, target: str, passed: object) -> bool:
    """Whether some way from an entry comes to the beginning of a step without passing anything."""
    assert callable(passed)
    ends = {name for name in flow.steps if target in beside(flow, name)}
    if ends & {*flow.entries}:
        return True
    return any(walk[-1][1].to in ends and not any(passed(*hop) for hop in walk) for walk in all_walks(flow))


def works(flow: Flow, name: str, edge: Edge) -> bool:
    """Whether nothing has failed on the way out: the other answer of a check is no failure."""
    if edge.why.startswith("also "):
        return flow.steps[edge.why.removeprefix("also ").partition(":")[0]].action == "check"
    return "_" not in edge.why or (flow.steps[name].action == "check" and edge.why in FAILED)


def led_back(flow: Flow, target: str, stop: frozenset[str], counts: Callable[[str, Edge], bool]) -> bool:
    """Whether some way from a step comes to where one stops, and no way comes to an end."""
    if target in stop:
        return True
    tried = [walk for walk in walks(flow, target, stop) if all(counts(*hop) for hop in walk)]
    come = ({target} | {walk[-1][1].to for walk in tried}) - stop
    ends = any(not any(counts(name, edge) for edge in flow.ways.get(name, ())) for name in come)
    return any(walk[-1][1].to in stop for walk in tried) and not ends


SEARCH = settings(max_examples=80, deadline=None)


@SEARCH
@given(runbooks())
def test_what_is_never_reached_is_told_at_its_first_step(given: Document) -> None:
    flow = flow_of(given)
    lost = {*flow.steps} - visited(flow) if flow.entries else set()
    first = {marked(finding, flow) for finding in found("unreachable-step", given)}
    assert first <= lost
    covered = {*first}
    for name in first:
        todo = [name]
        while todo:
            here = todo.pop()
            more = {edge.to for edge in flow.ways[here] if edge.to} | beside(flow, here)
            todo += more - covered
            covered |= more
    assert lost <= covered


@SEARCH
@given(runbooks())
def test_a_circle_without_exit_is_found_where_what_works_leads_to_no_end(given: Document) -> None:
    flow = flow_of(given)

    def ends(name: str) -> bool:
        for walk in [(), *(walk for walk in walks(flow, name) if all(works(flow, *hop) for hop in walk))]:
            here = walk[-1][1].to if walk else name
            if not any(works(flow, here, edge) and edge.to for edge in flow.ways.get(here, ())):
                return True
        return False

    again = {name for name, step in flow.steps.items() if step.then == name and step.action in ("run", "do", "wait")}
    stuck = {name for name in visited(flow) if not ends(name)}
    findings = found("endless-circle", given)
    assert bool(findings) == bool(stuck | again)
    assert {marked(finding, flow) for finding in findings} <= stuck | again
    assert again <= {marked(finding, flow) for finding in findings}


@SEARCH
@given(runbooks())
def test_a_retry_is_endless_where_all_that_fails_or_all_but_one_comes_back(given: Document) -> None:
    flow = flow_of(given)

    def fails(edge: Edge) -> bool:
        return edge.why in FAILED or edge.why.startswith("also ")

    circles = [
        walk
        for name in visited(flow)
        for walk in walks(flow, name)
        if walk[-1][1].to == name and all(fails(edge) for _, edge in walk)
    ]
    vain = {
        name
        for name in visited(flow)
        for edge in flow.ways[name]
        if fails(edge)
        and not works(flow, name, edge)
        and led_back(flow, edge.to, frozenset([name]), lambda name, edge: works(flow, name, edge))
    }
    assert bool(found("endless-retry", given)) == bool(circles or vain)


@SEARCH
@given(runbooks())
def test_a_way_without_outcome_is_found_where_one_stops(given: Document) -> None:
    flow = flow_of(given)
    off = {
        name
        for name in visited(flow)
        for edge in flow.ways[name]
        if not edge.to and not edge.outcome and any(step.outcome for step in flow.steps.values())
    }
    findings = [each for each in found("path-without-outcome", given) if "no step comes after" in each.message]
    assert {marked(finding, flow) for finding in findings} == off


@pytest.mark.slow
@SEARCH
@given(runbooks())
def test_a_need_is_unmet_where_some_way_has_not_seen_it_succeed(given: Document) -> None:
    flow = flow_of(given)

    def succeeded(need: str) -> object:
        went_wrong = (*FAILED, "if_unavailable")
        helped = ("if_failed", "if_inconclusive")

        def passed(name: str, edge: Edge) -> bool:
            if edge.why in went_wrong or edge.why.startswith("also "):
                return False
            return name == need or (edge.why not in helped and need in beside(flow, name))

        return passed

    unmet = {
        (name, need)
        for name, step in flow.steps.items()
        for need in step.needs
        if need in visited(flow) and comes_without(flow, name, succeeded(need))
    }
    assert {
        (marked(each, flow), flow.steps[marked(each, flow)].needs[0]) for each in found("unmet-need", given)
    } == unmet


@SEARCH
@given(runbooks())
def test_evidence_is_lost_where_some_way_destroys_it_first(given: Document) -> None:
    flow = flow_of(given)
    entry = flow.runbook.data["evidence"][0]
    collect, destroyed_by = entry["collect"], entry["destroyed_by"]
    lost = set()
    for name in destroyed_by:
        before = {collect, *(each for each in destroyed_by if each != name)}
        if comes_without(flow, name, lambda at, _, before=before: bool(before & beside(flow, at))):
            lost.add(name)
    assert {loss.step for loss in losses(flow, collect, destroyed_by)} == lost
    assert bool(found("uncollected-evidence", given)) == bool(lost)


@SEARCH
@given(runbooks())
def test_a_rollback_is_circular_where_all_that_works_comes_back(given: Document) -> None:
    flow = flow_of(given)
    rollback = flow.runbook.rollback
    if rollback is None:
        return
    circular = set()
    for why in ("if_unavailable", "if_failed"):
        target = getattr(rollback, why)
        stop = frozenset(rollback.steps[:1] if why == "if_unavailable" else rollback.steps)
        mends = why == "if_unavailable"  # what works may bring the target back, so that what fails is an end as well
        back = led_back(flow, target, stop, lambda name, edge, mends=mends: mends or works(flow, name, edge))
        if target not in rollback.steps and back:
            circular.add(why)
    assert {each.place[1] for each in found("circular-rollback", given)} == circular


@SEARCH
@given(runbooks())
def test_no_rule_about_steps_raises_or_stands_nowhere(given: Document) -> None:
    rules = [rule for rule in RULES.values() if rule.code[:3] in ("DB4", "DB5")]
    for finding in engine.lint(Repository((given,)), rules, DAY):
        assert finding.line > 1
        assert "\n" not in finding.message


@SEARCH
@given(runbooks(), st.sampled_from(["Contain", "Mitigate"]))
def test_a_phase_takes_as_long_as_the_longest_way_out_of_it(given: Document, phase: str) -> None:
    flow = flow_of(given)
    early = {name for name, step in flow.steps.items() if PHASES.index(step.phase) <= PHASES.index(phase)}
    longest: timedelta | None = None
    for walk in [each for each in all_walks(flow) if all(name in early for name, _ in each)]:
        last = walk[-1][1]
        if last.outcome in ("restored", "degraded") or (last.to and last.to not in early):
            longest = max(longest or timedelta(), sum((edge.takes for _, edge in walk), timedelta()))
    way = graph.behind(flow.runbook, flow.ways, phase)
    assert (way.takes if way else None) == longest


@pytest.mark.parametrize(
    ("name", "contain", "mitigate", "restore"),
    [
        ("fraud-accuracy-drop", 25, 180, 392),
        ("ranker-latency-regression", 21, 113, 193),
        ("upstream-schema-change", 17, 147, 1067),
        ("prompt-injection-leak", 54, 499, 749),
    ],
)
def test_the_objectives_of_the_runbooks(name: str, contain: int, mitigate: int, restore: int) -> None:
    repository = files.load(ROOT)
    given = repository.runbook(name)
    assert given is not None
    flow = repository.flow(given)
    assert flow is not None
    ways = [graph.behind(flow.runbook, flow.ways, phase) for phase in ("Contain", "Mitigate")]
    ways.append(graph.longest(flow.runbook)["restored"])
    assert [way.takes // timedelta(minutes=1) for way in ways if way] == [contain, mitigate, restore]
