"""Random runbooks that are sound by the way they are built: the linter has nothing to say about them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillbook import document, engine, files
from drillbook.repository import Repository
from drillbook.rules import all_rules

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 22)
KINDS = [each for each in document.CATALOG if each != "dictionary"]
METRICS = {
    "http_request_duration_seconds": ("histogram", "seconds", ["service", "region"]),
    "http_requests_total": ("counter", "count", ["code"]),
    "orders_total": ("counter", "count", ["shop"]),
    "vllm:kv_cache_usage_perc": ("gauge", "ratio", ["model_name"]),
    "DCGM_FI_DEV_GPU_UTIL": ("gauge", "percent", ["gpu"]),
    "process_resident_memory_bytes": ("gauge", "bytes", []),
}
DICTIONARY = {
    name: {"type": what, "unit": unit, "by": "service/scoring-api", "what": "x", "labels": dict.fromkeys(labels, "x")}
    for name, (what, unit, labels) in METRICS.items()
}
"""What the queries below name, in place of the dictionary of this repository."""
CATALOG = (
    *(each for each in files.load(ROOT).documents if each.kind in KINDS),
    document.parse(
        "catalog/dictionary.yaml",
        "dictionary",
        json.dumps({"schema": "dictionary/1", "metrics": DICTIONARY}).encode(),
    ),
)
PHASES = ("Detect", "Contain", "Mitigate", "Restore")

SIGNALS: list[dict[str, Any]] = [
    {"query": 'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{service="x"}[5m])))',
     "unit": "seconds", "between": (0.05, 5.0)},
    {"query": 'histogram_quantile(0.99, sum by (le, region) (rate(http_request_duration_seconds_bucket[5m]))) * 1000',
     "unit": "milliseconds", "per": ["region"], "between": (50, 5000)},
    {"query": 'sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
     "samples": "sum(increase(http_requests_total[5m]))", "unit": "ratio", "between": (0.01, 0.9)},
    {"query": "sum by (shop) (increase(orders_total[1h]))", "unit": "count", "per": ["shop"], "between": (10, 500)},
    {"query": "sum(rate(orders_total[10m])) * 60", "unit": "per_minute", "between": (1, 500)},
    {"query": "max by (model_name) (vllm:kv_cache_usage_perc)", "unit": "ratio", "per": ["model_name"], "between": (0.2, 0.95)},
    {"query": "max by (gpu) (DCGM_FI_DEV_GPU_UTIL)", "unit": "percent", "per": ["gpu"], "between": (10, 95)},
    {"query": "max by (pod) (process_resident_memory_bytes)", "unit": "bytes", "per": ["pod"], "between": (1000, 9e9)},
]  # fmt: skip
"""Queries with the unit that they give, the labels that they keep, and where a threshold makes sense."""
DURATIONS = st.sampled_from(["5m", "10m", "15m", "30m"])


@st.composite
def signals(draw: st.DrawFn, first: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {"id": "people-call", "title": "Two customers call", "source": "people", "leads_to": first}
    ]
    for number, form in enumerate(draw(st.lists(st.sampled_from(SIGNALS), min_size=1, max_size=4))):
        low, high = form["between"]
        top = 1 if form["unit"] == "ratio" else 100
        one = round(draw(st.floats(low, high)), 3)
        two = round(one + (high - low) / 10 + 0.002, 3)
        up = draw(st.booleans()) and two <= (
            1 if form["unit"] == "ratio" else 100 if form["unit"] == "percent" else two
        )
        fires, clears = (two, one) if up else (one, two)
        if not up and form["unit"] in ("ratio", "percent"):
            clears = min(two, (fires + top) / 2)
        few = {"min_samples": draw(st.integers(200, 5000))} if "samples" in form else {}
        made.append(
            {
                "id": f"signal-{number}",
                "title": f"What is seen, number {number}",
                "source": "metrics",
                **{key: value for key, value in form.items() if key != "between"},
                "tier": draw(st.sampled_from(["page", "ticket"])),
                "fires": {"op": "gt" if up else "lt", "value": fires, "for": draw(DURATIONS), **few},
                "clears": {"op": "lt" if up else "gt", "value": clears, "for": draw(DURATIONS), **few},
                "leads_to": first,
            }
        )
    return made


@st.composite
def steps(draw: st.DrawFn, seen: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """A way from the first step to the last, with questions, retries and steps to fall back on; nothing leads back."""
    main = [(phase, f"{phase.lower()}-{number}") for phase in PHASES for number in range(draw(st.integers(1, 3)))]
    made: list[tuple[str, dict[str, Any]]] = []
    for index, (phase, name) in enumerate(main):
        step: dict[str, Any] = {
            "id": name,
            "title": f"Do what {name} says",
            "within": draw(st.sampled_from(["2m", "5m", "10m"])),
        }
        after = main[index + 1][1] if index + 1 < len(main) else ""
        kind = draw(st.sampled_from(["do", "run", "decide", "check", "wait", "change"])) if after else "do"
        kind = "do" if index == 0 else kind
        if kind == "decide":
            step |= {"decide": "Is it so (yes), or is it not (no)?", "answers": {"yes": after, "no": "hand-over"}}
            step["if_unknown"] = draw(st.sampled_from([after, "hand-over"]))
        elif kind == "check":
            step |= {"check": draw(st.sampled_from(seen)), "if_not": "hand-over"}
        elif kind == "wait":
            step |= {"wait": "30m", "until": draw(st.sampled_from(seen)), "if_not": "hand-over"}
            del step["within"]
        elif kind == "change" and phase != "Detect":
            step |= {
                "run": 'flagctl set shop.share 0 --env "${environment}"',
                "changes": "reversible",
                "if_not": "hand-over",
            }
            step |= {"expect": "shop.share = 0", "undo": 'flagctl set shop.share 1 --env "${environment}"'}
            step |= {"blast_radius": "Every tenth order"} if phase == "Contain" else {}
            if draw(st.booleans()):
                step["at_most"] = draw(st.integers(2, 3))
        elif kind == "run":
            step |= {"run": 'kubectl --context "${kube_context}" get pods --namespace shop', "expect": "A list of pods"}
        else:
            step["do"] = "Write the time of the first alert into the channel"
        if index and draw(st.booleans()):
            step["needs"] = [main[0][1]]
        if not after:
            step |= {"then": "end", "outcome": "restored"}
        made.append((phase, step))
    hand_over = {
        "id": "hand-over",
        "title": "Hand over",
        "fallback": True,
        "within": "5m",
        "do": "Call the owning team and stay until they have answered",
        "then": "end",
        "outcome": "escalated",
    }
    if any("hand-over" in json.dumps(step) for _, step in made):
        made.append(("Restore", hand_over))
    return made


@st.composite
def runbooks(draw: st.DrawFn) -> bytes:
    seen = draw(signals("detect-0"))
    blocks = draw(steps([each["id"] for each in seen if each["source"] != "people"]))
    change = next((step["id"] for _, step in blocks if "undo" in step), "")
    front = {
        "schema": "runbook/1", "id": "made-up", "title": "Something is made up", "summary": "A test made this.",
        "version": "0.1.0", "status": "draft", "owner": "fraud-ml", "environments": ["staging", "prod"],
        "objectives": {"detect": "1h", "contain": "2d", "mitigate": "4d", "restore": "8d"},
        "signals": seen,
        "changelog": [{"version": "0.1.0", "date": "2026-11-02", "by": "fraud-ml", "because": "a test", "changes": ["First"]}],
    }  # fmt: skip
    if change:
        front["evidence"] = [
            {"id": "log", "what": "The log of the last hour", "collect": "detect-0", "destroyed_by": [change],
             "classification": "internal", "retain": "90d"}
        ]  # fmt: skip
    body = ""
    for phase in (*PHASES, "Learn"):
        body += f"\n## {phase}\n"
        for step in (step for where, step in blocks if where == phase):
            body += f"\n```step\n{json.dumps(step, indent=1)}\n```\n"
    return f"---\n{json.dumps(front, indent=1)}\n---\n{body}".encode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(runbooks())
def test_what_is_sound_is_left_in_peace(data: bytes) -> None:
    repository = Repository((*CATALOG, document.parse("runbooks/made-up.md", "runbook", data)))
    (made,) = repository.of("runbook")
    assert repository.model(made) is not None
    findings = engine.lint(repository, all_rules(), DAY, only=["runbooks/made-up.md"])
    assert [f"{each.line}: {each.message} [{each.rule}]" for each in findings] == []
