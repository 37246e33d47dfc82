"""PromQL, right and wrong in pairs: which rule speaks. Where a pair claims what an engine gives, Prometheus confirms it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
import yaml

from drillbook import document, engine, promql
from drillbook.promql import labels, units
from drillbook.repository import Repository
from drillbook.rules import all_rules
from tests.test_rules import DAY

OURS = [rule for rule in all_rules() if "DB301" <= rule.code <= "DB329" or "DB360" <= rule.code <= "DB369"]


class Case(NamedTuple):
    """A signal, the rule that speaks about it (or none), and what an engine gives, ``one`` or an ``error``."""

    query: str
    rule: str = ""
    gives: str = ""
    more: Mapping[str, object] = MappingProxyType({})


def per(*names: str, **more: object) -> dict[str, object]:
    return {"per": [*names], **more}


def unit(name: str, **more: object) -> dict[str, object]:
    return {"unit": name, **more}


Q = "histogram_quantile(0.9, sum by (le) (rate(req_seconds_bucket[5m])))"
CASES = [
    # what parses
    Case("sum(rate(req_total[5m])"[:-1], "unparsable-promql"),
    Case("sum(rate(req_total[5m]))"),
    Case("rate(req_total)", "unparsable-promql"),
    Case("max(load[5m])", "unparsable-promql"),
    Case("max(max_over_time(load[5m]))"),
    Case("sum(rate(req_total[$__rate_interval]))", "unparsable-promql"),
    Case("sum(rate(req_total[${window}]))"),
    Case('max(load{model="${model}"})'),
    # a share that is none
    Case("load / load", "compared-with-itself", "one"),
    Case("max(load) / max(size)", "", "other"),
    Case("sum(load) / sum(load)", "compared-with-itself", "one"),
    Case("sum(load) / sum(load offset 10m)", "", "other"),
    Case(
        'sum by (code) (rate(req_total{code="500"}[5m])) / sum by (code) (rate(req_total[5m]))',
        "compared-with-itself",
        "one",
        per("code"),
    ),
    Case('sum(rate(req_total{code="500"}[5m])) / sum(rate(req_total[5m]))', "", "other"),
    Case(
        'rate(req_total{code="500"}[5m]) / rate(req_total[5m])',
        "compared-with-itself",
        "one",
        per("instance", "code"),
    ),
    Case(
        'rate(req_total{code="500"}[5m]) / ignoring (code) sum without (code) (rate(req_total[5m]))',
        "",
        "other",
        per("instance"),
    ),
    Case("max(load) - max(load)", "compared-with-itself", "zero"),
    Case("max(load) - min(load)", "", "other"),
    Case("max(load) > max(load)", "compared-with-itself", "empty"),
    Case("sum by (zone) (load) unless sum by (zone) (load)", "compared-with-itself", "empty", per("zone")),
    Case("sum by (zone) (load) unless sum by (zone) (load > 30)", "", "other", per("zone")),
    # sides that do not meet
    Case("sum by (zone) (load) / sum by (model) (size)", "unmatched-labels", "empty", per("zone")),
    Case("sum by (zone) (load) / sum by (zone) (size)", "", "other", per("zone")),
    Case("sum by (zone) (load) / sum(size)", "unmatched-labels", "empty", per("zone")),
    Case("sum by (zone) (load) / on () group_left sum(size)", "", "other", per("zone")),
    Case("sum by (zone) (load) / scalar(sum(size))", "", "other", per("zone")),
    Case("sum by (zone) (load) / ignoring (zone) group_left sum(size)", "", "other", per("zone")),
    Case("sum by (zone, model) (load) / on (model) sum(size)", "unmatched-labels", "empty", per("model")),
    Case("sum by (zone, model) (load) / on (zone) group_left sum by (zone) (size)", "", "other", per("zone", "model")),
    Case('load{zone="eu"} / load{zone="us"}', "unmatched-labels", "empty"),
    Case('load{zone="eu"} / ignoring (zone, model) load{zone="us"}', "", "other"),
    Case('max(load{zone="eu"}) / max(load{zone="us"})', "", "other"),
    Case("rate(req_total[5m]) / sum(rate(req_total[5m]))", "unmatched-labels", "empty", per("code")),
    Case("max(load) and max by (zone) (size)", "unmatched-labels", "empty"),
    Case("max(load) and on () max by (zone) (size)", "", "other"),
    Case("absent(gone) and sum(load)", "", "one"),
    Case('absent(gone{zone="eu"}) and sum(load)', "unmatched-labels", "empty"),
    Case("max by (zone) (load) or max(size)", "", "other", per("zone")),
    Case(
        "histogram_quantile(0.9, sum by (le, zone) (rate(req_seconds_bucket[5m]))) / max by (zone) (load)",
        "",
        "other",
        per("zone"),
    ),
    # units
    Case(Q, "unit-mismatch", "", unit("milliseconds")),
    Case(f"{Q} * 1000", "", "", unit("milliseconds")),
    Case(f"1000 * {Q}", "unit-mismatch", "", unit("seconds")),
    Case(f"{Q} / 0.25", "", "", unit("score")),
    Case("max(cache_ratio)", "unit-mismatch", "", unit("percent")),
    Case("100 * max(cache_ratio)", "", "", unit("percent")),
    Case("max(cache_ratio) * 100", "unit-mismatch", "", unit("ratio")),
    Case("max(vllm:kv_cache_usage_perc)", "unit-mismatch", "", unit("percent")),
    Case("max(vllm:kv_cache_usage_perc)", "", "", unit("ratio")),
    Case("max(DCGM_FI_DEV_GPU_UTIL)", "unit-mismatch", "", unit("ratio")),
    Case("max(DCGM_FI_DEV_GPU_UTIL)", "", "", unit("percent")),
    Case("max(DCGM_FI_DEV_FB_USED)", "unit-mismatch", "", unit("bytes")),
    Case("max(DCGM_FI_DEV_FB_USED) * 1024 * 1024", "", "", unit("bytes")),
    Case("max(heap_bytes) / 1024 / 1024", "", "", unit("mebibytes")),
    Case("max(heap_bytes) / 1e6", "", "", unit("mebibytes")),
    Case("max(heap_bytes)", "unit-mismatch", "", unit("mebibytes")),
    Case("max(age_seconds) / 86400", "", "", unit("days")),
    Case("max(age_seconds)", "unit-mismatch", "", unit("days")),
    Case("time() - max(last_run_timestamp_seconds)", "", "", unit("seconds")),
    Case("sum(rate(req_seconds_sum[5m])) / sum(rate(req_seconds_count[5m]))", "unit-mismatch", "", unit("ratio")),
    Case("sum(rate(req_seconds_sum[5m])) / sum(rate(req_seconds_count[5m]))", "", "", unit("seconds")),
    Case('1 - sum(rate(req_total{code="500"}[5m])) / sum(rate(req_total[5m]))', "", "", unit("ratio")),
    Case('1 - sum(rate(req_total{code="500"}[5m])) / sum(rate(req_total[5m]))', "unit-mismatch", "", unit("percent")),
    Case("max(a_ratio) - max(b_ratio)", "", "", unit("ratio_delta")),
    Case("sum(rate(tokens_total[5m])) / sum(rate(req_total[5m]))", "", "", unit("count")),
    Case("max(freshness)", "", "", unit("seconds")),
    Case("max(zone:age_seconds:p99)", "", "", unit("milliseconds")),
    # for how long
    Case("sum(rate(req_total[5m]))", "pace-mismatch", "", unit("per_hour")),
    Case("sum(rate(req_total[5m])) * 3600", "", "", unit("per_hour")),
    Case("sum(rate(req_total[5m]))", "pace-mismatch", "", unit("per_minute")),
    Case("sum(rate(req_total[5m])) * 60", "", "", unit("per_minute")),
    Case("sum(increase(req_total[5m]))", "pace-mismatch", "", unit("per_second")),
    Case("sum(increase(req_total[5m])) / 300", "", "", unit("per_second")),
    Case("sum(increase(req_total[5m]))", "pace-mismatch", "", unit("per_hour")),
    Case("sum(increase(req_total[1h]))", "", "", unit("per_hour")),
    Case("sum(increase(req_total[5m])) * 12", "", "", unit("per_hour")),
    Case("sum(rate(req_total[5m]))", "pace-mismatch", "", unit("count")),
    # one value or several
    Case("max by (zone) (load)", "several-series", "", {}),
    Case("max by (zone) (load)", "", "", per("zone")),
    Case('max by (zone) (load{zone="eu"})'),
    Case("topk(3, load)", "several-series"),
    Case("topk(1, load)"),
    Case("max by (zone) (load)", "label-mismatch", "", per("model")),
    Case("max by (zone, model) (load)", "label-mismatch", "", per("zone")),
    Case("max by (zone) (load)", "label-mismatch", "", per("zone", samples="sum(size)")),
    Case("max by (zone) (load)", "", "", per("zone", samples="sum by (zone) (size)")),
    Case("sum(load)", "label-mismatch", "", {"samples": "sum by (zone) (size)"}),
    Case('rate(req_total{code="500"}[5m])', "unaggregated-query"),
    Case('sum(rate(req_total{code="500"}[5m]))'),
    Case("load"),
    # histograms
    Case("histogram_quantile(0.9, sum(rate(req_seconds_bucket[5m])))", "missing-le", "empty"),
    Case(Q, "", "other"),
    Case("histogram_quantile(0.9, sum without (le) (rate(req_seconds_bucket[5m])))", "missing-le", "", per("zone")),
    Case("histogram_quantile(0.9, sum(rate(req_seconds[5m])))"),
    Case("histogram_quantile(0.9, sum by (le) (rate(req_seconds_sum[5m])))", "missing-le", "empty"),
    Case("histogram_quantile(0.9, sum by (le) (rate(req_seconds_count[5m])))", "missing-le", "empty"),
    Case("histogram_quantile(0.9, sum(rate(req_seconds_sum[5m])))", "missing-le", "empty"),
    Case("histogram_quantile(0.9, sum(rate(prompt_word_count[5m])))"),
    Case("histogram_quantile(0.9, sum by (le) (rate(zone:req_seconds_sum[5m])))"),
    Case(Q.replace("0.9", "90"), "impossible-quantile"),
    Case("quantile(1.5, load)", "impossible-quantile"),
    Case(Q.replace("0.9", "NaN"), "impossible-quantile"),
    Case("quantile(0.5, load)"),
    # counters
    Case("sum(req_total)", "raw-counter"),
    Case("req_total", "raw-counter"),
    Case("count(req_total)"),
    Case("sum(req_total) - sum(req_total offset 1h)"),
    Case("sum(req_seconds_sum) / sum(req_seconds_count)", "raw-counter"),
    Case("histogram_quantile(0.9, sum by (le) (req_seconds_bucket))", "raw-counter"),
    Case("sum(changes(req_total[1h]))"),
    Case("time() - max(timestamp(req_total))"),
    Case("max(feature_row_count)"),
    Case("sum(increase(req_total[5m]))", "raw-counter", "", {"samples": "sum(req_total)"}),
    Case("sum(increase(req_total[5m]))", "uncounted-samples", "", {"samples": "sum(rate(req_total[5m]))"}),
    Case("sum(increase(req_total[5m]))", "", "", {"samples": "sum(increase(req_total[5m]))"}),
    Case("max(rate(cache_ratio[5m]))", "rate-of-gauge"),
    Case("max(deriv(cache_ratio[5m]))"),
    Case("sum(rate(item_queue_length[5m]))", "rate-of-gauge"),
    Case("max(rate(kafka_consumergroup_lag[5m]))", "rate-of-gauge"),
    Case("sum(rate(item_queue_length_total[5m]))"),
    Case("max(item_queue_length)"),
    Case("sum(delta(req_total[5m]))", "delta-of-counter"),
    Case("max(delta(load[5m]))"),
    Case("rate(sum(req_total)[5m:15s])", "sum-before-rate"),
    Case("max_over_time(sum(rate(req_total[5m]))[1h:1m])"),
    Case("max(input_psi)", "paging-drift", "", {"tier": "page"}),
    Case("max(prediction_psi)", "", "", {"tier": "page"}),
    # ranges
    Case("sum(rate(req_total[30s]))", "short-range"),
    Case("sum(rate(req_total[1m]))"),
    Case("max(rate(req_total[4m:2m]))", "short-range"),
    # conditions that nothing satisfies
    Case('sum(load{zone="eu", zone="us"})', "impossible-selector", "empty"),
    Case('sum(load{zone="eu", zone=~"us|asia"})', "impossible-selector", "empty"),
    Case('sum(load{zone="eu", zone!="eu"})', "impossible-selector", "empty"),
    Case('sum(load{zone="eu", zone!~"e.*"})', "impossible-selector", "empty"),
    Case('sum(load{zone=~"eu|us", zone!~"eu|us"})', "impossible-selector", "empty"),
    Case('sum(load{zone="", zone=~".+"})', "impossible-selector", "empty"),
    Case('sum(load{zone="eu", zone=~"e.*"})', "", "other"),
    Case('sum(load{zone="eu", zone=~"eu|us"})', "", "other"),
    Case('sum(load{zone=~"eu|us", zone!="us"})', "", "other"),
    Case('sum(load{zone=~"e.*", zone=~".*u"})', "", "other"),
    Case('sum(load{zone="eu", model="m"})', "", "other"),
    Case('sum(load{zone="eu" or zone="us"})'),
    Case('sum(load{zone="${zone}", zone=~"eu|us"})'),
    # buckets, of which each holds those below it
    Case("sum(rate(req_seconds_bucket[5m]))", "summed-buckets"),
    Case("sum by (zone) (increase(req_seconds_bucket[5m]))", "summed-buckets", "", per("zone")),
    Case("sum(sum by (le) (rate(req_seconds_bucket[5m])))", "summed-buckets"),
    Case('sum(rate(req_seconds_bucket{le="0.3"}[5m])) / sum(rate(req_seconds_bucket[5m]))', "summed-buckets"),
    Case('sum(rate(req_seconds_bucket{le="0.3"}[5m])) / sum(rate(req_seconds_count[5m]))'),
    Case("sum by (le) (rate(req_seconds_bucket[5m]))", "", "", per("le")),
    Case("max(rate(req_seconds_bucket[5m]))"),
    Case("count(rate(req_seconds_bucket[5m]))"),
    Case("sum(increase(req_seconds_count[5m]))"),
    Case(
        "sum(increase(req_seconds_count[5m]))",
        "summed-buckets",
        "",
        {"samples": "sum(increase(req_seconds_bucket[5m]))"},
    ),
    Case("sum(rate(zone:req_seconds_bucket[5m]))"),
    # one against several
    Case("sum by (zone, model) (load) / on (zone) sum by (zone) (size)", "ungrouped-match", "", per("zone")),
    Case("sum by (zone) (load) / on () sum(size)", "ungrouped-match", "error"),
    Case("sum(size) / on () sum by (zone) (load)", "ungrouped-match", "error"),
    Case("sum by (zone) (load) > bool on () sum(size)", "ungrouped-match", "error"),
    Case("max(rate(req_seconds_bucket[5m]) / ignoring (le) rate(req_seconds_count[5m]))", "ungrouped-match", "error"),
    Case(
        "sum(sum by (le) (rate(req_seconds_bucket[5m])) / ignoring (le) sum(rate(req_total[5m])))",
        "ungrouped-match",
        "error",
    ),
    Case("sum by (zone) (load) and on () sum(size)", "", "other", per("zone")),
    Case("sum by (zone) (load) / ignoring (zone) group_left sum(size)", "", "other", per("zone")),
    Case('sum by (zone) (load{zone="eu"}) / on () sum(size)', "", "other"),
    Case("sum by (zone) (load) / on (zone) sum by (zone) (size)", "", "other", per("zone")),
    Case("load / on (instance, zone) size", "", "other", per("instance", "zone")),
    # what public alert rules do, and is right
    Case("sum(histogram_count(rate(req_seconds[5m])))", "", "", unit("per_second")),
    Case("max(token_bucket)"),
    Case("holt_winters(max(load)[5m:1m], 0.5, 0.5)"),
    Case("max(container_fs_inodes_total)"),
    Case("max(cortex_ruler_managers_total)"),
    Case("sum(minio_cluster_drive_offline_total)"),
    Case("max(disk_storage_available) / max(disk_storage_total) * 100", "", "", unit("percent")),
    Case("max(orders_total)", "raw-counter"),
    Case("sum(rate(model_cost_usd_total[5m])) * 3600", "", "", unit("usd")),
    Case("sum(rate(model_cost_usd_total[5m])) * 3600", "unit-mismatch", "", unit("bytes")),
    Case("histogram_quantile(0.99, job_route:req_seconds_bucket:sum_rate)"),
    Case("sum by (instance) (load) * on (instance) group_left (version) build_info", "", "", per("instance")),
    Case('label_replace(sum by (instance) (load), "host", "$1", "instance", "(.*):.*")', "", "", per("instance")),
    Case('count_values by (instance) ("version", build_info)', "label-mismatch", "", per("instance")),
    Case("max(rate(req_total[5m])) / min(rate(req_total[5m]))", "", "", unit("count")),
    Case("sum(rate(req_total[5m])) / sum(rate(req_total[5m] offset 1d))", "", "", unit("count")),
    Case('sum(rate(req_total{zone="a"}[5m])) / sum(rate(req_total{zone="b"}[5m]))', "", "", unit("count")),
    Case('sum(rate(req_total{code="500"}[5m])) / sum(rate(req_total[5m]))', "unit-mismatch", "", unit("count")),
    # a value that hides
    Case("max(load) > 5", "hidden-value"),
    Case("max(load) > bool 5"),
    Case("max(load) and on () max(size) > 5"),
    Case("(max(load) > 5) and on () max(size)", "hidden-value"),
    Case("max(load) >= 0"),
    Case("max(load) != 1", "hidden-value"),
    Case("max(load) != 1", "hidden-value", "", {"fires": {"op": "eq", "value": 0}, "clears": {"op": "eq", "value": 1}}),
    Case("max(load) != 999", "", "", {"fires": {"op": "gt", "value": 50}, "clears": {"op": "lt", "value": 20}}),
    Case("max(load) != 0", "hidden-value", "", {"fires": {"op": "gt", "value": 0}, "clears": {"op": "eq", "value": 0}}),
    Case("max(load) != 0", "", "", {"fires": {"op": "gt", "value": 50}, "clears": {"op": "lt", "value": 20}}),
    Case("max(load) != -1"),
    Case("max(load == load)"),
    Case("count(load > 5) or vector(0)"),
    Case("sum(load) / (sum(size) > 0)"),
    Case("sum(size)", "", "", {"samples": "count(load > 0)"}),
    Case("absent(load)", "unclearable-absence", "", {"fires": {"op": "eq", "value": 1}}),
    Case("absent(load)", "", "", {"fires": {"op": "eq", "value": 1}, "no_data": "ok"}),
    Case(Q, "few-samples", "", {"fires": {"op": "gt", "value": 1, "min_samples": 199}}),
    Case(Q, "", "", {"fires": {"op": "gt", "value": 1, "min_samples": 200}}),
]


def found(case: Case) -> set[str]:
    """The rules that speak about a draft with this one signal."""
    catalog = {
        "schema": "environments/1",
        "environments": {
            "prod": {
                "title": "Production",
                "allow": "all",
                "sources": {"metrics": {"kind": "prometheus", "url": "http://prometheus.example.com:9090"}},
            }
        },
    }
    front = {
        "schema": "runbook/1",
        "id": "case",
        "title": "A case",
        "summary": "One signal.",
        "version": "0.1.0",
        "status": "draft",
        "owner": "ranking",
        "signals": [{"id": "it", "source": "metrics", "query": case.query, **case.more}],
        "changelog": [
            {"version": "0.1.0", "date": "2026-11-02", "by": "ranking", "because": "first", "changes": ["It"]}
        ],
    }
    text = f"---\n{yaml.safe_dump(front).replace(chr(39) + '2026-11-02' + chr(39), '2026-11-02')}---\n\n## Detect\n\n"
    text += "```step\nid: look\ntitle: Look\ndo: Look\n```\n"
    repository = Repository(
        (
            document.parse("catalog/environments.yaml", "environments", yaml.safe_dump(catalog).encode()),
            document.parse("runbooks/case.md", "runbook", text.encode()),
        )
    )
    assert repository.model(repository.documents[1]) is not None, repository.violations(repository.documents[1])
    return {each.rule for each in engine.lint(repository, OURS, DAY)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.query)
def test_which_rule_speaks(case: Case) -> None:
    assert found(case) == ({case.rule} if case.rule else set())


def test_the_table_is_large_and_knows_every_rule() -> None:
    assert len(CASES) >= 60
    assert {case.rule for case in CASES if case.rule} == {rule.name for rule in OURS}


SERIES = {
    'load{instance="a", zone="eu", model="m"}': "1+1x30",
    'load{instance="a", zone="us", model="n"}': "3+2x30",
    'size{instance="a", zone="eu", model="m"}': "40x30",
    'size{instance="a", zone="us", model="n"}': "60x30",
    'req_total{instance="a", job="api", code="200"}': "0+90x30",
    'req_total{instance="a", job="api", code="500"}': "0+10x30",
    'req_seconds_sum{instance="a", zone="eu"}': "0+9x30",
    'req_seconds_count{instance="a", zone="eu"}': "0+60x30",
    'req_seconds_bucket{instance="a", zone="eu", le="2"}': "0+50x30",
    'req_seconds_bucket{instance="a", zone="eu", le="+Inf"}': "0+60x30",
}
EXPECTED = {
    "one": [("max({})", 1), ("min({})", 1)],
    "zero": [("max({})", 0), ("min({})", 0)],
    "empty": [("count({}) or vector(-1)", -1)],
    "other": [("count({}) > bool 0", 1), ("max({}) != bool 1", 1)],
}


@pytest.mark.slow
def test_prometheus_gives_what_the_table_claims(tmp_path: Path) -> None:
    program = shutil.which("promtool")
    assert program, "promtool is missing; make test installs it, or says how"
    claims = [
        (case.query, form, value) for case in CASES if case.gives in EXPECTED for form, value in EXPECTED[case.gives]
    ]
    assert {case.rule for case in CASES if case.gives} >= {"compared-with-itself", "unmatched-labels", "missing-le"}
    done = asked(program, tmp_path, [(form.format(f"({query})"), value) for query, form, value in claims])
    assert done.returncode == 0, done.stdout + done.stderr
    errors = [case.query for case in CASES if case.gives == "error"]
    assert errors
    for query in errors:
        refused = asked(program, tmp_path, [(query, 0)])
        assert "many-to-one" in refused.stdout + refused.stderr or "many-to-many" in refused.stdout + refused.stderr


def asked(program: str, folder: Path, claims: list[tuple[str, float]]) -> subprocess.CompletedProcess[str]:
    """What Prometheus says to expressions that should give a number each."""
    test = {
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": series, "values": values} for series, values in SERIES.items()],
                "promql_expr_test": [
                    {"expr": query, "eval_time": "20m", "exp_samples": [{"labels": "{}", "value": value}]}
                    for query, value in claims
                ],
            }
        ],
    }
    file = folder / "test.yml"
    file.write_text(yaml.safe_dump(test, sort_keys=False))
    return subprocess.run([program, "test", "rules", str(file)], capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["(" * 1999 + "x" + ")" * 1999, "-" * 3999 + "x", "x-" * 1999 + "x", "x" * 9999, "\N{SNOWMAN}"]
)
def test_nothing_makes_reading_raise(text: str) -> None:
    assert promql.read(text).nodes == () or promql.read(text).tree is not None


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("sum(rate(nv_inference_queue_duration_us[5m])) / sum(rate(nv_inference_request_success[5m]))", "microseconds"),
        ("increase(req_total[1m])", "count"),
        ("max(cost_total)", ""),
        ("count(load)", "count"),
        ("sum(rate(sent_bytes_total[5m]))", "per_second"),
        ("sum(up) / count(up)", ""),
    ],
)
def test_units_by_name(query: str, name: str) -> None:
    tree = promql.read(query).tree
    assert tree is not None
    assert units.name(units.of(tree)) == name


@pytest.mark.parametrize(
    ("query", "known"),
    [
        ("sum by (a) (x)", {"a"}),
        ("histogram_quantile(0.9, sum by (a, le) (x))", {"a"}),
        ('label_replace(sum by (a) (x), "b", "$1", "a", "(.*)")', {"a", "b"}),
        ('count_values by (a) ("v", x)', {"a", "v"}),
        ("sum by (a, b) (x) / on (a) group_left (c) max by (a, c) (y)", {"a", "b", "c"}),
        ("sum by (a, b) (x) / on (a) max by (a) (y)", {"a"}),
        ("sum without (a) (sum by (a, b) (x))", {"b"}),
        ("x", None),
        ("vector(1)", set()),
    ],
)
def test_labels_that_are_kept(query: str, known: set[str] | None) -> None:
    tree = promql.read(query).tree
    assert tree is not None
    of = labels.of(tree)
    assert of is not None
    assert of.known == known
