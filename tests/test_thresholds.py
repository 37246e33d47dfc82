"""Thresholds against each other and their unit, and sentences against thresholds: pairs of what is right and what is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from drillbook import document, engine
from drillbook.model import Signal, Threshold
from drillbook.ranges import Interval, overlap, possible, reach, touch
from drillbook.repository import Repository
from drillbook.rules import all_rules

DAY = date(2026, 11, 22)
HEAD = """---
schema: runbook/1
id: one
title: Recommendations repeat themselves
summary: People see the same ten items everywhere.
version: "0.1.0"
status: draft
owner: ranking
{front}
changelog: [{{version: "0.1.0"}}]
---

## Detect

{body}
```step
id: look
title: Look at it
do: {do}
```
"""
RULES = {rule.name: rule for rule in all_rules()}


def found(*names: str, front: str = "", body: str = "", do: str = "Open the dashboard") -> list[str]:
    """The names of the rules among those named that find something."""
    text = HEAD.format(front=front, body=body, do=do)
    repository = Repository((document.parse("runbooks/one.md", "runbook", text.encode()),))
    assert repository.model(repository.documents[0]) is not None, repository.violations(repository.documents[0])
    return [each.rule for each in engine.lint(repository, [RULES[name] for name in names], DAY)]


def side(words: str) -> Threshold:
    op, *numbers = words.split()
    values = [float(each) for each in numbers]
    return Threshold(op, (values[0], values[1]) if len(values) == 2 else values[0] if values else None)


@pytest.mark.parametrize(
    ("fires", "clears", "both", "meet"),
    [
        ("gt 3", "lt 2", False, False),
        ("gt 3", "lt 3", False, True),
        ("gt 3", "lte 3", False, True),
        ("gte 3", "lt 3", False, True),
        ("gte 3", "lte 3", True, True),
        ("gt 3", "gt 2", True, False),
        ("gt 3", "gte 5", True, False),
        ("lt 3", "lt 5", True, False),
        ("lt 3", "gt 5", False, False),
        ("lt 3", "gte 2", True, False),
        ("outside 1 4", "between 2 3", False, False),
        ("outside 1 4", "between 1 3", False, True),
        ("outside 1 4", "between 0 3", True, False),
        ("outside 1 4", "lt 3", True, False),
        ("outside 1 4", "eq 2", False, False),
        ("between 2 3", "outside 1 4", False, False),
        ("between 2 3", "gt 4", False, False),
        ("gt 0", "eq 0", False, True),
        ("ne 1", "eq 1", False, True),
        ("eq 0", "eq 1", False, False),
        ("ne 1", "gt 5", True, False),
    ],
)
def test_two_sides(fires: str, clears: str, both: bool, meet: bool) -> None:
    one, other = reach(side(fires)), reach(side(clears))
    assert one is not None
    assert other is not None
    assert (overlap(one, other) is not None) is both
    assert both or (touch(one, other) is not None) is meet


def test_sides_agree_with_trying_values() -> None:
    """Two sides overlap exactly when some value satisfies both; ends and halves are all that can matter."""
    numbers = [0.0, 1.0, 2.0, 3.0]
    words = [f"{op} {value:g}" for op in ("lt", "lte", "gt", "gte", "eq", "ne") for value in numbers]
    words += [
        f"{op} {low:g} {high:g}" for op in ("between", "outside") for low in numbers for high in numbers if low <= high
    ]
    tried = [each / 2 for each in range(-2, 9)]
    for first in words:
        for second in words:
            one, other = reach(side(first)), reach(side(second))
            both = any(satisfies(first, each) and satisfies(second, each) for each in tried)
            assert (overlap(one or (), other or ()) is not None) is both, (first, second)


def satisfies(words: str, value: float) -> bool:
    op, *numbers = words.split()
    first, last = float(numbers[0]), float(numbers[-1])
    return {
        "lt": value < first,
        "lte": value <= first,
        "gt": value > first,
        "gte": value >= first,
        "eq": value == first,
        "ne": value != first,
        "between": first <= value <= last,
        "outside": value < first or value > last,
    }[op]


@pytest.mark.parametrize(
    ("unit", "query", "expected"),
    [
        ("ratio", "", Interval(0, 1)),
        ("ratio_delta", "a - b", Interval(-1, 1)),
        ("count", "sum(errors)", Interval(0, float("inf"))),
        ("count", "sum(errors{job=\"a-b\"})", Interval(0, float("inf"))),
        ("count", "sum(errors) - sum(errors offset 1d)", None),
        ("seconds", "delta(age[5m])", None),
        ("count", "", None),
        ("score", "psi", None),
        ("eur", "sum(loss)", None),
        ("percent", "avg(DCGM_FI_DEV_GPU_UTIL)", Interval(0, 100)),
        ("percent", "sum(DCGM_FI_DEV_GPU_UTIL)", Interval(0, float("inf"))),
    ],
)  # fmt: skip
def test_possible_values(unit: str, query: str, expected: Interval | None) -> None:
    assert possible(Signal("one", unit=unit, query=query)) == expected


THRESHOLDS = (
    "overlapping-thresholds",
    "touching-thresholds",
    "reversed-range",
    "unreachable-threshold",
    "constant-threshold",
)


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        ("unit: ratio, fires: {op: gt, value: 0.3}, clears: {op: lt, value: 0.2}", ""),
        ("unit: ratio, fires: {op: gt, value: 0.3}, clears: {op: gt, value: 0.2}", "overlapping-thresholds"),
        ("unit: ratio, fires: {op: gt, value: 0.3}, clears: {op: lte, value: 0.3}", "touching-thresholds"),
        (
            "unit: ratio, fires: {op: gt, value: 0.3}, clears: {op: lte, value: 1}",
            "overlapping-thresholds constant-threshold",
        ),
        ("unit: ratio, fires: {op: gt, value: 1}", "unreachable-threshold"),
        ("unit: ratio, fires: {op: gte, value: 1}", ""),
        ("unit: ratio, fires: {op: gte, value: 0}", "constant-threshold"),
        ("unit: ratio_delta, fires: {op: lt, value: -0.3}", ""),
        ("unit: ratio_delta, fires: {op: gt, value: 3}", "unreachable-threshold"),
        ("unit: count, query: sum(a), fires: {op: lt, value: 0}", "unreachable-threshold"),
        ("unit: count, query: sum(a) - sum(b), fires: {op: lt, value: 0}", ""),
        ("unit: count, query: sum(a), fires: {op: gt, value: 0}, clears: {op: eq, value: 0}", ""),
        ("unit: count, query: sum(a), fires: {op: gte, value: 1}, clears: {op: lt, value: 0.5}", ""),
        ("unit: count, query: sum(a), fires: {op: gte, value: 0}", "constant-threshold"),
        (
            "unit: score, fires: {op: outside, value: [2, 1]}, clears: {op: between, value: [1.2, 1.4]}",
            "reversed-range",
        ),
        (
            "unit: score, fires: {op: outside, value: [1, 2]}, clears: {op: between, value: [1, 2]}",
            "touching-thresholds",
        ),
        ("fires: {op: absent}, clears: {op: gt, value: 0}", ""),
        ("fires: {op: gt}, clears: {op: lt, value: 3}", ""),
    ],
)
def test_thresholds(signal: str, expected: str) -> None:
    told = found(*THRESHOLDS, front=f"signals: [{{id: one, {signal}}}]")
    assert sorted(told) == sorted(expected.split())


SIGNALS = """signals:
  - {id: slow-version, title: 99th percentile of the response time, unit: seconds,
     fires: {op: gt, value: 0.35}, clears: {op: lt, value: 0.28}}
  - {id: auc-drop, title: Quality against the baseline, unit: ratio_delta,
     fires: {op: lt, value: -0.03}, clears: {op: gt, value: -0.01}}
  - {id: error-share, title: Share of requests that fail, unit: ratio,
     fires: {op: gt, value: 0.05}, clears: {op: lt, value: 0.01}}
  - {id: jobs, title: Jobs that wait, unit: count, fires: {op: gt, value: 20}, clears: {op: lt, value: 5}}
  - {id: shop-calls, title: Shops call, source: people}
"""
RIGHT = [
    "The alert slow-version fires above 0.35 s.",
    "The alert slow-version fires when it is above 350 ms and clears below 280 ms.",
    "[[[ signal(\"slow-version\") ]]] stays above 350 milliseconds for a while.",
    "`error-share` exceeds 5 %.",
    "`error-share` is above 0.05, and then it is bad.",
    "On a normal day slow-version stays below 100 ms.",
    "In the drill of 2026 slow-version was above 900 ms.",
    "Watch slow-version, and page when the loss exceeds 50,000 EUR.",
    "Watch slow-version while the queue is longer than 10 s.",
    "Keep slow-version in sight for more than 20 requests.",
    "Compare slow-version with error-share above 9 %.",
    "When slow-version fires, wait 10 minutes.",
    "The alert auc-drop falls below −0.03.",
    "The alert auc-drop drops by more than 3 %.",
    "The alert slow-version went up by more than 20 %.",
    "Wait until auc-drop is above -0.01 again.",
    "The jobs that wait above 3 are many.",
    "The alert slow-version exceeds its threshold.",
    "A shop-calls above 7 % is nonsense.",
    "When slow-version exceeds 1 second, larger parts of the shop are affected.",
    "If the alert slow-version is above 900 ms, skip the ramp and cut everything.",
    "Once `error-share` exceeds 20 %, the incident is major.",
    "Where auc-drop falls below -0.1, the labels are wrong.",
    "The objective is a slow-version under 500 ms.",
    "slow-version is measured over 5 minutes.",
    "slow-version above 2 s means that the GPU is lost.",
    "A slow-version over 1.5 s for an hour is a leak.",
    "If error-share reaches 50 %, the shop is down.",
    "Last month slow-version above 900 ms cost us a day.",
]  # fmt: skip
WRONG = [
    "The alert slow-version fires above 500 ms.",
    "The alert slow-version fires when the percentile exceeds 0.5 s.",
    "The alert slow-version, which fires above 0.3 s, pages ranking.",
    "[[[ signal(\"error-share\") ]]] comes above 8 %.",
    "[[[ signal('error-share') ]]] comes above\n8 percent.",
    "The 99th percentile of the response time is above 1 second.",
    "`error-share` is above 0.5.",
    "The alert slow-version fires above 0.35 s and clears below 0.2 s.",
    "The alert auc-drop drops by more than 5 percentage points.",
    "The alert slow-version fires above 500 ms over the last ten minutes.",
    "Go back to the last version, because slow-version stays above 500 ms.",
    "When slow-version exceeds 500 ms, the alert fires.",
    "Page ranking when slow-version exceeds 500 ms.",
    "Wait while slow-version exceeds 500 ms.",
    "slow-version above 500 ms means that the alert fires.",
    "If error-share reaches 2 %, page ranking.",
    "If slow-version exceeds 0.3 s, go on to the next step.",
]  # fmt: skip
TURNED = ["Stop when auc-drop exceeds its threshold.", "The alert slow-version falls below 0.35 s, then stop."]


@pytest.mark.parametrize("sentence", RIGHT)
def test_right_sentences(sentence: str) -> None:
    assert found("contradicted-threshold", "contradicted-direction", front=SIGNALS, body=sentence + "\n") == []


@pytest.mark.parametrize("sentence", WRONG)
def test_sentences_with_another_number(sentence: str) -> None:
    assert found("contradicted-threshold", front=SIGNALS, body=sentence + "\n") == ["contradicted-threshold"]


@pytest.mark.parametrize(
    "sentence", [each for each in WRONG if ":" not in each and "[" not in each and "`" not in each]
)
def test_instructions_are_read_as_well(sentence: str) -> None:
    assert found("contradicted-threshold", front=SIGNALS, do=sentence) == ["contradicted-threshold"]


@pytest.mark.parametrize("sentence", TURNED)
def test_sentences_that_turn_a_signal_round(sentence: str) -> None:
    assert found("contradicted-direction", front=SIGNALS, body=sentence + "\n") == ["contradicted-direction"]
