"""What the data dictionary says of the names in queries."""

from __future__ import annotations

import json
from datetime import date

import pytest

from drillbook import dictionary, document, engine
from drillbook.dictionary import Dictionary
from drillbook.promql import Selector, labels, units
from drillbook.repository import Repository
from drillbook.rules import all_rules


def metric(type_: str, unit: str, *names: str) -> dict[str, object]:
    return {
        "type": type_,
        "unit": unit,
        "by": "service/x",
        "what": "x",
        "labels": dict.fromkeys(names, "x"),
    }


METRICS = {
    "req_total": metric("counter", "count", "code", "model"),
    "busy_us": metric("counter", "microseconds", "model"),
    "wait": metric("gauge", "milliseconds", "model"),
    "age_seconds": metric("gauge", "days"),
    "share": metric("gauge", "ratio", "segment"),
    "score_mean": metric("gauge", "score", "model"),
    "ready": metric("gauge", "count"),
    "time": metric("histogram", "seconds", "model"),
    "tokens": metric("histogram", "count", "model"),
    "odd_count": metric("gauge", "count"),
    "job:req:rate5m": metric("gauge", "per_second", "model"),
}
COLUMN = {"type": "text", "what": "x"}
TABLES = {"Lists": {"source": "warehouse", "what": "x", "columns": {"Shop": COLUMN, "psi": COLUMN}}}


def repository(**said: object) -> Repository:
    text = json.dumps({"schema": "dictionary/1", **said})
    return Repository((document.parse("catalog/dictionary.yaml", "dictionary", text.encode()),))


WORDS = dictionary.of(repository(metrics=METRICS, tables=TABLES))


def test_there_may_be_no_dictionary_or_a_broken_one() -> None:
    for each in (Repository(()), repository(metrics={"x": {"type": "summary"}}), repository(metrics=METRICS, tables=7)):
        assert dictionary.of(each).names == ()
        assert dictionary.of(each).columns == {}
        assert dictionary.of(each).read("x") is dictionary.of(each).read("x")


@pytest.mark.parametrize(
    ("name", "metric", "part"),
    [
        ("req_total", "req_total", ""),
        ("time", "time", ""),
        ("time_bucket", "time", "bucket"),
        ("time_sum", "time", "sum"),
        ("time_count", "time", "count"),
        ("odd_count", "odd_count", ""),
        ("job:req:rate5m", "job:req:rate5m", ""),
    ],
)
def test_a_name_leads_to_its_metric(name: str, metric: str, part: str) -> None:
    said = WORDS.metric(name)
    assert said
    assert (said.metric, said.part) == (metric, part)


@pytest.mark.parametrize("name", ["", "req", "req_total_sum", "wait_count", "time_total", "time_bucket_count", "_sum"])
def test_a_name_that_nobody_lists(name: str) -> None:
    assert WORDS.metric(name) is None


def test_names_and_columns() -> None:
    assert set(METRICS) < set(WORDS.names)
    assert {"time_bucket", "time_sum", "time_count"} <= set(WORDS.names)
    assert "wait_sum" not in WORDS.names
    assert WORDS.columns == {"warehouse": {"lists": frozenset({"shop", "psi"})}}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("up", True), ("ALERTS", True), ("job:x:rate5m", True), ("", True), ("vllm:x_total", False), ("upper", False)],
)
def test_what_nobody_need_list(name: str, expected: bool) -> None:
    assert dictionary.built_in(name) is expected


def test_a_query_carries_what_is_said_and_its_own_text() -> None:
    text = "sum(rate(req_total[5m])) / scalar(max(time_count)) + quantile(0.5, -unheard) + avg_over_time(wait[5m:1m])"
    query = WORDS.read(text)
    said = {selector.name: selector.declared for selector, _ in query.selectors}
    assert {name for name, each in said.items() if each} == {"req_total", "time_count", "wait"}
    assert query.text == text
    assert WORDS.read(text) is query
    plain = Dictionary().read(text)
    assert all(selector.declared is None for selector, _ in plain.selectors)
    assert isinstance(plain.selectors[0][0], Selector)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("max(wait)", "milliseconds"),
        ("max(wait) / 1000", "seconds"),
        ("max(age_seconds)", "days"),
        ("sum(rate(req_total[5m]))", "per_second"),
        ("sum(increase(req_total[5m]))", "count"),
        ("sum(rate(busy_us[5m])) / sum(rate(req_total[5m]))", "microseconds"),
        ("histogram_quantile(0.9, sum by (le) (rate(time_bucket[5m])))", "seconds"),
        ("histogram_quantile(0.9, sum(rate(time[5m])))", "seconds"),
        ("sum(rate(time_sum[5m])) / sum(rate(time_count[5m]))", "seconds"),
        ('1 - sum(rate(time_bucket{le="1"}[5m])) / sum(rate(time_count[5m]))', "ratio"),
        ("histogram_quantile(0.9, sum by (le) (rate(tokens_bucket[5m])))", "count"),
        ("max(share) * 100", "percent"),
        ("max(share) - min(share)", "ratio_delta"),
        ("max(score_mean)", "score"),
        ("max(job:req:rate5m)", "per_second"),
        ("sum(share)", ""),
    ],
)
def test_the_unit_of_a_query(query: str, word: str) -> None:
    assert units.name(units.of_query(WORDS.read(query))) == word


@pytest.mark.parametrize(
    ("query", "declared", "expected"),
    [
        ("max(age_seconds)", "seconds", False),
        ("avg(ready)", "ratio", True),
        ("avg_over_time(ready[1h])", "percent", True),
        ("avg(ready)", "seconds", False),
        ("max(ready)", "ratio", False),
        ("sum(rate(tokens_sum[5m])) / sum(rate(tokens_count[5m]))", "count", True),
        ("sum(rate(tokens_sum[5m])) / sum(rate(tokens_count[5m]))", "seconds", False),
        ("abs(max(score_mean) - min(score_mean)) / avg(stddev_over_time(score_mean[1d]))", "stddev", True),
        ("max(score_mean)", "ratio", True),
        ("max(score_mean)", "bytes", False),
        ("sum(rate(time_sum[5m]))", "ratio", True),
    ],
)
def test_which_units_a_signal_may_name(query: str, declared: str, expected: bool) -> None:
    assert units.agrees(units.of_query(WORDS.read(query)), declared) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('rate(req_total{cod="500"}[5m])', ["cod"]),
        ('rate(req_total{cod!="500"}[5m])', ["cod"]),
        ('rate(req_total{code="500", job="x", pod=~"y.*", exported_job="z"}[5m])', []),
        ('rate(req_total{track=""}[5m])', []),
        ("sum by (le) (rate(time_bucket[5m]))", []),
        ('rate(time_count{le="1"}[5m])', ["le"]),
        ("sum by (modle) (rate(req_total[5m])) / sum by (modle) (rate(busy_us[5m]))", ["modle"]),
        ("sum by (segment) (rate(req_total[5m]) * on (model) group_left (segment) unheard)", []),
        ("sum by (segment) (wait * on (model) group_right (segment) share)", []),
        ("max by (model) (wait) - on (modle) max by (model) (score_mean)", ["modle"]),
        ("max by (segment) (unheard)", []),
        ('sum by (shop) (label_join(wait, "shop", "-", "model"))', []),
        ('sum by (value) (count_values("value", wait))', []),
        ("sum without (shop) (wait)", []),
        ('absent(wait{shop="a"})', ["shop"]),
    ],
)
def test_labels_that_nothing_has(query: str, expected: list[str]) -> None:
    assert [each.label for each in labels.strangers(WORDS.read(query))] == expected


@pytest.mark.parametrize(
    ("query", "rules"),
    [
        ("histogram_quantile(0.9, sum by (le) (rate(call_seconds_sum[5m])))", ["quantile-without-histogram"]),
        ("sum(rate(call_seconds_bucket[5m]))", ["summed-buckets"]),
        ("sum(rate(items_by_bucket[5m]))", []),
    ],
)
def test_one_rule_speaks_of_a_histogram_that_is_known(query: str, rules: list[str]) -> None:
    known = {"call_seconds": metric("histogram", "seconds"), "items_by_bucket": metric("counter", "count")}
    (words,) = repository(metrics=known).documents
    front = {"schema": "runbook/1", "id": "x", "title": "X", "summary": "X", "version": "0.1.0", "status": "draft"}
    front |= {
        "owner": "us",
        "changelog": [{"version": "0.1.0"}],
        "signals": [{"id": "it", "source": "m", "query": query}],
    }
    text = f"---\n{json.dumps(front)}\n---\n\n## Detect\n\n```step\nid: a\ntitle: A\ndo: Act\n```\n"
    both = Repository((words, document.parse("runbooks/x.md", "runbook", text.encode())))
    ours = [rule for rule in all_rules() if rule.name in ("missing-le", "summed-buckets", "quantile-without-histogram")]
    assert [each.rule for each in engine.lint(both, ours, date(2026, 11, 22))] == rules
