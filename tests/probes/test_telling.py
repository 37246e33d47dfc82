"""What a check prints of what sources answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from drillbook import contract, model
from drillbook.contract import Point, Series
from drillbook.model import Signal, Threshold
from drillbook.probes import telling
from drillbook.probes.evaluate import Answer
from drillbook.probes.telling import Check
from drillbook.words import quantity

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SIGNAL = Signal(
    id="errors",
    title="Errors for each request",
    unit="ratio",
    fires=Threshold("gt", 0.5, min_samples=10),
    clears=Threshold("lt", 0.1, min_samples=10),
)


def said(signal: Signal, value: float | None, samples: float | None) -> str:
    """What is printed of one evaluation."""
    series = (Series((), (Point(AT, value, samples),)),)
    answer = Answer(signal, MINUTE, series, contract.outcome(signal, series, MINUTE))
    runbook = model.runbook(
        {**dict.fromkeys(("id", "title", "summary", "status", "owner"), "x"), "version": "1.0.0"}, []
    )
    return "\n".join(line for line, _ in telling.text(Check(runbook, "prod", AT, (answer,))))


@pytest.mark.parametrize(
    ("value", "samples", "words"),
    [
        (float("inf"), 20, "infinite, 20 samples, fires"),
        (float("-inf"), 20, "\N{MINUS SIGN}infinite, 20 samples, clears"),
        (1, float("inf"), "1, infinite samples, fires"),
        (1, float("nan"), "1, too few samples: none of 10"),
        (float("nan"), float("nan"), "no data"),
    ],
)
def test_a_number_without_end_is_told_like_any_other(value: float, samples: float, words: str) -> None:
    """Prometheus divides by zero, and somebody reads it at three in the morning."""
    assert words in said(SIGNAL, value, samples)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1, "stddev", "1 standard deviation"),
        (-1, "days", "\N{MINUS SIGN}1 day"),
        (1, "bytes", "1 byte"),
        (1.5, "stddev", "1.5 standard deviations"),
        (0, "days", "0 days"),
        (1, "seconds", "1 s"),
    ],
)
def test_one_is_not_many(value: float, unit: str, words: str) -> None:
    assert quantity(value, unit) == words
