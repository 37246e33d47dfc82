"""The step graph of the example and of small made-up runbooks: successors, circles, longest ways."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook import files, flow, graph, model
from drillbook.graph import Longest

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 22)
GOLDEN = Path(__file__).parent / "golden"


def minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def example() -> model.Runbook:
    repository = files.load(ROOT)
    document = repository.runbook("fraud-accuracy-drop")
    assert document is not None
    found = repository.model(document)
    assert found is not None, repository.violations(document)
    return found


def reached(runbook: model.Runbook) -> frozenset[str]:
    found = flow.flow(runbook)
    assert found is not None
    return found.reached


def described(runbook: model.Runbook) -> str:
    lines = ["successors (minutes from entering the step)"]
    for name, edges in graph.successors(runbook).items():
        lines.append(f"  {name}")
        lines += [f"    {edge.why}: {edge.to or f'end, {edge.outcome}'} ({minutes(edge.takes)})" for edge in edges]
    lines.append("longest way to each outcome (minutes)")
    lines += [f"  {outcome}: {minutes(way.takes)}" for outcome, way in graph.longest(runbook).items()]
    return "\n".join(lines) + "\n"


def test_ways_of_the_example_are_those_of_the_contract() -> None:
    printed = described(example())
    print(printed)
    assert printed == (GOLDEN / "fraud-accuracy-drop.ways.txt").read_text(encoding="utf-8")


def test_every_step_of_the_example_can_be_reached() -> None:
    runbook = example()
    assert reached(runbook) == {step.id for step in runbook.steps}
    assert graph.entries(runbook) == ("ours-or-the-world", "which-feature")


def made(*steps: dict[str, object], **front: object) -> model.Runbook:
    data = {"id": "x", "title": "X", "summary": "X", "version": "1.0.0", "status": "draft", "owner": "team", **front}
    acting = [step if {*model.ACTIONS} & {*step} else {"do": "Act", **step} for step in steps]
    return model.runbook(data, [({"title": "T", **step}, "Detect") for step in acting])


END = {"then": "end", "outcome": "restored"}


def test_a_time_box_counts_once_a_stage_and_an_attempt_and_hold_once_a_stage() -> None:
    step = {"id": "a", "within": "10m", "ramp": [10, 50, 100], "hold": "60m", "at_most": 2, **END}
    assert graph.longest(made(step)) == {"restored": Longest(timedelta(minutes=3 * 2 * 10 + 3 * 60))}


def test_a_wait_counts_its_limit_and_takes_counts_where_there_is_no_limit() -> None:
    runbook = made({"id": "a", "wait": "30m"}, {"id": "b", "takes": "8m", **END})
    assert graph.longest(runbook) == {"restored": Longest(timedelta(minutes=38))}


def test_steps_beside_one_another_count_as_the_longer_one() -> None:
    runbook = made({"id": "a", "within": "5m", "also": ["b"], **END}, {"id": "b", "within": "20m", "fallback": True})
    assert graph.longest(runbook) == {"restored": Longest(timedelta(minutes=20))}
    assert reached(runbook) == {"a", "b"}


def test_a_fallback_is_not_the_next_step() -> None:
    runbook = made({"id": "a"}, {"id": "b", "fallback": True, **END}, {"id": "c", **END})
    assert [edge.to for edge in graph.successors(runbook)["a"]] == ["c"]
    assert reached(runbook) == {"a", "c"}


def test_the_last_step_without_an_end_leads_nowhere() -> None:
    assert graph.successors(made({"id": "a"}))["a"] == (graph.Edge("then"),)
    assert graph.longest(made({"id": "a"})) == {}


def test_a_circle_is_left_at_its_longest_side_and_visited_once() -> None:
    runbook = made(
        {"id": "a", "within": "1m", "if_not": "c", "then": "b"},
        {"id": "b", "within": "10m", "then": "a", "if_not": "c"},
        {"id": "c", "within": "100m", **END},
    )
    assert graph.longest(runbook) == {"restored": Longest(timedelta(minutes=111))}


def test_many_circles_end_in_a_bound_that_says_so() -> None:
    names = [f"s{number}" for number in range(40)]
    steps = [{"id": name, "within": "1m", "decide": "?", "answers": {to: to for to in names}} for name in names]
    steps[-1]["answers"] = {**{to: to for to in names}, "out": "end-here"}  # type: ignore[dict-item]
    found = graph.longest(made(*steps, {"id": "end-here", "within": "1m", **END}))
    assert found["restored"].exact is False
    assert timedelta(minutes=41) == found["restored"].takes


def test_a_chain_of_thousands_of_steps_is_no_matter() -> None:
    steps = [{"id": f"s{number}", "within": "1m"} for number in range(5000)]
    assert graph.longest(made(*steps, {"id": "last", **END})) == {"restored": Longest(timedelta(minutes=5000))}


@st.composite
def runbooks(draw: st.DrawFn) -> model.Runbook:
    size = draw(st.integers(1, 7))
    names = [f"s{number}" for number in range(size)]
    steps = []
    for name in names:
        step: dict[str, object] = {"id": name, "within": f"{draw(st.integers(1, 9))}m"}
        step |= draw(st.sampled_from([END, {}, {"then": draw(st.sampled_from(names))}]))
        if draw(st.booleans()):
            step["if_not"] = draw(st.sampled_from(names))
        steps.append(step)
    return made(*steps)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(runbooks())
def test_longest_ways_agree_with_trying_every_way(runbook: model.Runbook) -> None:
    ways = graph.successors(runbook)
    best: dict[str, timedelta] = {}

    def walk(name: str, seen: frozenset[str], spent: timedelta) -> None:
        for edge in ways[name]:
            total = spent + edge.takes
            if edge.outcome:
                best[edge.outcome] = max(best.get(edge.outcome, timedelta()), total)
            elif edge.to and edge.to not in seen:
                walk(edge.to, seen | {edge.to}, total)

    for entry in graph.entries(runbook):
        walk(entry, frozenset([entry]), timedelta())
    assert graph.longest(runbook) == {outcome: Longest(takes) for outcome, takes in best.items()}


@pytest.mark.parametrize(("extra", "whole"), [({}, 15 + 15 + 120), ({"if_unavailable": "b"}, 15 + 15 + 120)])
def test_the_rollback_adds_its_decision_and_its_verification(extra: dict[str, str], whole: int) -> None:
    rollback = {
        "decide": {"by": "incident_commander", "within": "15m"},
        "steps": ["a"],
        "verify": {"all": ["x"], "hold": "30m", "give_up_after": "2h"},
        **extra,
    }
    runbook = made({"id": "a", "within": "15m", **END}, {"id": "b", **END, "fallback": True}, rollback=rollback)
    assert minutes(graph.longest(runbook)["restored"].takes) == whole
    if extra:
        unavailable = next(edge for edge in graph.successors(runbook)["a"] if edge.why == "if_unavailable")
        assert minutes(unavailable.takes) == 15
