"""What the checker says and what the exported alert does, over a day of history, minute by minute, series by series.

The checker asks a real Prometheus at each minute; the alert is run by ``promtool test rules`` over the same samples. The alert is
on from when the checker says fires until it says clears, and in between stays what it was. A disagreement is printed.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from drillbook import alerting as alerts
from drillbook import model
from drillbook.contract import Labels, State
from drillbook.environment import Environment
from drillbook.model import Runbook, Signal
from drillbook.probes.evaluate import Asking, evaluate
from tests.servers import program, prometheus

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
WARM = 240
"""Minutes of good values before the comparison: what was before the first sample is no matter here."""
DAY = 1440
GOOD, BETWEEN, BAD, GONE, NAN, FEW = "good", "between", "bad", "gone", "nan", "few"

SIGNALS: list[dict[str, Any]] = [
    {
        "id": "slow",
        "query": "slow_value",
        "samples": "slow_samples",
        "fires": {"op": "gt", "value": 0.35, "for": "10m", "min_samples": 100},
        "clears": {"op": "lt", "value": 0.28, "for": "15m", "min_samples": 100},
    },
    {
        "id": "by-track",
        "query": "by_track_value",
        "samples": "by_track_samples",
        "per": ["track"],
        "fires": {"op": "gte", "value": 0.35, "for": "5m", "min_samples": 100},
        "clears": {"op": "lte", "value": 0.28, "for": "3m"},
        "no_data": "ok",
    },
    {
        "id": "must-be-there",
        "query": "must_be_there_value",
        "fires": {"op": "outside", "value": [-0.35, 0.35], "for": "4m"},
        "clears": {"op": "between", "value": [-0.28, 0.28], "for": "6m"},
        "no_data": "fires",
    },
    {
        "id": "must-all-be-there",
        "query": "must_all_be_there_value",
        "samples": "must_all_be_there_samples",
        "per": ["shard", "zone"],
        "fires": {"op": "gt", "value": 0.35, "for": "7m"},
        "clears": {"op": "lt", "value": 0.28, "min_samples": 100},
        "no_data": "fires",
    },
    {
        "id": "in-a-row",
        "query": "in_a_row_value",
        "fires": {"op": "ne", "value": 0.1, "times": 3},
        "clears": {"op": "eq", "value": 0.1, "times": 4},
    },
    {
        "id": "silent",
        "query": "silent_value",
        "fires": {"op": "absent", "for": "5m"},
        "clears": {"op": "gte", "value": 0},
    },
    {
        "id": "counted",
        "query": "rate(counted_total[5m])",
        "samples": "increase(counted_total[5m])",
        "fires": {"op": "gt", "value": 0.5, "for": "2m", "min_samples": 10},
        "clears": {"op": "lte", "value": 0.4, "for": "2m"},
    },
]
SERIES: dict[str, tuple[Labels, ...]] = {
    "by-track": ((("track", "canary"),), (("track", "stable"),)),
    "must-all-be-there": ((("shard", "1"), ("zone", "a")), (("shard", "2"), ("zone", "a"))),
}


def runbook() -> Runbook:
    """A runbook with these signals."""
    signals = [
        {"title": each["id"], "alert": each["id"].title().replace("-", ""), "source": "metrics", "tier": "page", **each}
        for each in SIGNALS
    ]
    data = dict.fromkeys(("title", "summary", "version", "status"), "x")
    return model.runbook({**data, "id": "agreement", "owner": "sre", "signals": signals}, [])


def fate(seed: str) -> Iterator[str]:
    """What becomes of a series each minute: good at first, then stretches of everything."""
    chance = random.Random(seed)  # noqa: S311 - a day that can be repeated
    yield from [GOOD] * WARM
    minutes = 0
    while minutes < DAY:
        length = chance.choice((1, 2, 3, 4, 5, 6, 8, 11, 16, 25, 40))
        yield from [chance.choice((GOOD, GOOD, BETWEEN, BAD, BAD, GONE, NAN, FEW))] * min(length, DAY - minutes)
        minutes += length


def samples_of(signal: Signal) -> dict[str, list[tuple[datetime, float]]]:
    """A day of a signal's metrics."""
    found: dict[str, list[tuple[datetime, float]]] = {}
    name = signal.id.replace("-", "_")
    for labels in SERIES.get(signal.id, ((),)):
        inner = ",".join(f'{key}="{value}"' for key, value in labels)
        total = 0.0
        for minute, what in enumerate(fate(f"{signal.id} {inner}")):
            at = BEGIN + minute * MINUTE
            if what == GONE:
                continue
            if signal.id == "counted":
                total = 0.0 if what == NAN else total + {GOOD: 6, BETWEEN: 27, BAD: 60}.get(what, 0.5)
                found.setdefault("counted_total", []).append((at, total))
                continue
            value = {GOOD: 0.1, BETWEEN: 0.3, NAN: float("nan")}.get(what, 0.5)
            found.setdefault(f"{name}_value{{{inner}}}", []).append((at, value))
            if signal.samples:
                found.setdefault(f"{name}_samples{{{inner}}}", []).append((at, 20.0 if what == FEW else 500.0))
    return found


def said(signal: Signal, environment: Environment) -> list[frozenset[Labels]]:
    """The series whose alert is on, at each minute of the day, by what the checker says."""
    on: set[Labels] = set()
    found = []
    for minute in range(WARM, WARM + DAY):
        answer = evaluate((signal,), environment, Asking(BEGIN + minute * MINUTE, now=False))[0]
        for each in answer.outcome.series:
            assert "cannot" not in each.why, each.why
            if each.state is State.FIRES:
                on.add(each.labels)
            elif each.state is State.CLEARS:
                on.discard(each.labels)
        found.append(frozenset(on))
    return found


def values(samples: list[tuple[datetime, float]]) -> str:
    """Samples in promtool's notation, one a minute, ``_`` where there is none."""
    known = {round((at - BEGIN) / MINUTE): value for at, value in samples}
    return " ".join(
        f"{known[minute]!r}".replace("nan", "NaN") if minute in known else "_" for minute in range(WARM + DAY)
    )


@pytest.mark.slow
@pytest.mark.parametrize("signal", runbook().signals, ids=lambda signal: signal.id)
def test_the_checker_and_the_alert_agree(signal: Signal, tmp_path: Path) -> None:
    book = runbook()
    samples = samples_of(signal)
    with prometheus(tmp_path, samples) as address:
        source = {"kind": "prometheus", "url": address, "interval": "1m"}
        environment = Environment("prod", {"sources": {"metrics": source}})
        expected = said(signal, environment)
    rules = alerts.rules(book, signal, environment, "")
    group = {"name": "g", "interval": "1m", "rules": rules}
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [group]}))
    alert = rules[-1]
    checks = [
        {
            "eval_time": f"{WARM + minute}m",
            "alertname": signal.alert,
            "exp_alerts": [
                {"exp_labels": {**alert["labels"], **dict(labels)}, "exp_annotations": alert["annotations"]}
                for labels in sorted(on)
            ],
        }
        for minute, on in enumerate(expected)
    ]
    series = [{"series": name, "values": values(each)} for name, each in samples.items()]
    test = {"interval": "1m", "input_series": series, "alert_rule_test": checks}
    whole = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [test]}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(whole))
    done = subprocess.run(
        [program("promtool"), "test", "rules", str(tmp_path / "tests.yml")], capture_output=True, text=True, check=False
    )
    changes = sum(a != b for a, b in pairwise(expected))
    disagreements = done.stdout.count("exp:") + done.stderr.count("exp:")
    print(f"{signal.id}: {DAY} minutes, the alert changes {changes} times, {disagreements} disagreements")
    assert changes > 5, "a day in which nothing happens shows nothing"
    assert done.returncode == 0, (done.stdout + done.stderr)[:4000]
