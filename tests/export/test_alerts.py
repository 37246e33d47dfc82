"""The alert rules of the runbooks, read and run by the real promtool."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from drillbook import alerting as alerts
from drillbook import files, model
from drillbook.alerting import NotExported
from drillbook.environment import Environment
from drillbook.export import proofs
from drillbook.export.files import export
from drillbook.model import Runbook, Signal, Threshold
from drillbook.repository import Repository
from tests.servers import program

ROOT = Path(__file__).parent.parent.parent
SITE = "https://runbooks.example.com/"
PROD = Environment("prod", {"sources": {"metrics": {"kind": "prometheus", "url": "http://x", "interval": "1m"}}})


@pytest.fixture(scope="module")
def repository() -> Repository:
    return files.load(ROOT)


@pytest.fixture(scope="module")
def runbook(repository: Repository) -> Runbook:
    return modelled(repository, "fraud-accuracy-drop")


def modelled(repository: Repository, name: str) -> Runbook:
    document = repository.runbook(name)
    assert document is not None
    found = repository.model(document)
    assert found is not None
    return found


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program("promtool"), *arguments], capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "runbooks").glob("*.md")), ids=lambda path: path.stem)
def test_promtool_accepts_and_proves_what_a_runbook_exports(repository: Repository, tmp_path: Path, path: Path) -> None:
    """The rules of every environment are read; those of the first are run, since the others differ in names only."""
    book = modelled(repository, path.stem)
    for number, name in enumerate(book.data["environments"]):
        result = export([book], Environment(name, repository.entries("environments")[name]), SITE)
        for file, text in result.files.items():
            (tmp_path / file).write_text(text)
            done = (
                promtool("check" if "rules" in file else "test", "rules", str(tmp_path / file)) if number == 0 else None
            )
            assert done is None or done.returncode == 0, done.stdout + done.stderr
        wanted = {signal.id for signal in book.signals if signal.alert}
        rules = yaml.safe_load(result.files.get(f"{book.id}.rules.yaml", "groups: []"))["groups"]
        alerted = {rule["alert"] for group in rules for rule in group["rules"] if "alert" in rule}
        left = {signal for _, signal, _ in result.left}
        assert {signal.alert for signal in book.signals if signal.id in wanted - left} == alerted


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        lambda rule: rule.update({"for": "9m"}),
        lambda rule: rule.update({"for": "11m"}),
        lambda rule: rule.pop("keep_firing_for"),
        lambda rule: rule.update({"keep_firing_for": "16m"}),
        lambda rule: rule.update({"expr": rule["expr"].split("\nor\n")[0]}),
        lambda rule: rule.update({"expr": rule["expr"].replace("> 0.04", "> 0.03")}),
        lambda rule: rule.update({"expr": rule["expr"].replace(">= 800", ">= 799")}),
        lambda rule: rule.update({"expr": rule["expr"].replace("absent(", "0 * absent(")}),
        lambda rule: rule.update({"expr": "\nor\n".join(rule["expr"].split("\nor\n")[::2])}),
    ],
    ids=["early", "late", "ends early", "ends late", "no hysteresis", "threshold", "samples", "harmless", "no data"],
)
def test_the_unit_tests_find_a_rule_that_is_not_the_signal(runbook: Runbook, tmp_path: Path, change: Any) -> None:
    """Each of these changes but the harmless one makes ``promtool test rules`` fail, so what it proves is worth something."""
    for file, text in export([runbook], PROD, SITE).files.items():
        (tmp_path / file).write_text(text)
    rules = tmp_path / "fraud-accuracy-drop.rules.yaml"
    data = yaml.safe_load(rules.read_text())
    rule = next(each for each in data["groups"][0]["rules"] if each.get("alert") == "FraudDecisionShift")
    before = dict(rule)
    change(rule)
    assert rule != before
    rules.write_text(yaml.safe_dump(data))
    done = promtool("test", "rules", str(tmp_path / "fraud-accuracy-drop.tests.yaml"))
    assert done.returncode == (0 if "0 * absent" in rule["expr"] else 1), done.stdout


def test_an_alert_leads_to_its_step_and_says_who_owns_it(runbook: Runbook) -> None:
    signal = runbook.signal("auc-pr-drop")
    assert signal is not None
    rule = alerts.rules(runbook, signal, PROD, SITE)[-1]
    assert (
        rule["annotations"]["runbook_url"]
        == f"{SITE}runbooks/fraud-accuracy-drop/?environment=prod&version={runbook.version}#step-which-feature"
    )
    assert rule["labels"] == {
        "owner": "fraud-ml",
        "tier": "page",
        "severity": "sev2",
        "runbook": "fraud-accuracy-drop",
        "environment": "prod",
    }
    assert rule["annotations"]["summary"] == runbook.title


def test_a_title_is_no_template(runbook: Runbook) -> None:
    """What Prometheus would run as a template comes out as it is written."""
    signal = runbook.signals[0]
    rule = alerts.rules(replace(runbook, title="{{ query `up` }}"), signal, PROD, "")[-1]
    assert rule["annotations"]["summary"] == '{{ "{{" }} query `up` }}'


@pytest.mark.parametrize(
    ("name", "environment", "why"),
    [
        ("complaints", PROD, "names no alert"),
        ("input-psi", PROD, "names no alert"),
        ("decision-shift", Environment("prod", {"sources": {}}), 'has no source "metrics"'),
        (
            "decision-shift",
            Environment("prod", {"sources": {"metrics": {"kind": "prometheus", "url": "http://x", "version": "2.41"}}}),
            "knows no keep_firing_for",
        ),
    ],
)
def test_what_prometheus_cannot_do_is_not_exported(
    runbook: Runbook, name: str, environment: Environment, why: str
) -> None:
    signal = runbook.signal(name)
    assert signal is not None
    with pytest.raises(NotExported, match=why):
        alerts.rules(runbook, signal, environment, SITE)


def test_a_query_with_an_input_is_not_exported(runbook: Runbook) -> None:
    """The environment and its variables are known beforehand, an input only in an incident."""
    book = replace(
        runbook,
        signals=(
            Signal(
                id="by-version",
                alert="ByVersion",
                source="metrics",
                query='errors{env="${environment}", version="${version}"}',
                fires=Threshold("gt", 1),
                clears=Threshold("lt", 1),
            ),
        ),
    )
    assert alerts.refusal(book.signals[0], PROD).startswith('it needs a value for "version"')
    assert alerts.refusal(replace(book.signals[0], query='errors{env="${environment}"}'), PROD) == ""


@pytest.mark.parametrize("side", ["fires", "clears"])
@pytest.mark.parametrize("op", ["lt", "lte", "gt", "gte", "eq", "ne", "between", "outside"])
def test_there_is_a_case_for_every_comparison(op: str, side: str) -> None:
    """Whatever the operators are, the tests show when the alert starts and, where a value clears, when it ends."""
    value = (1.0, 2.0) if op in ("between", "outside") else 1.0
    opposite = {"lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt", "eq": "ne", "ne": "eq"}
    other = {"between": "outside", "outside": "between"}.get(op) or opposite[op]
    sides = {side: Threshold(op, value), "fires" if side == "clears" else "clears": Threshold(other, value)}
    names = [each.name for each in proofs.cases(Signal(id="x", **sides), timedelta(minutes=1))]
    assert any(name.startswith("fires at") for name in names)
    assert any(name.startswith("ends at") for name in names)


def test_two_environments_of_one_server_share_nothing(runbook: Runbook) -> None:
    """Else the one would overwrite the recorded series of the other, and keep its alert alive."""
    both = [replace(PROD, name=name) for name in ("prod", "prod-eu")]
    names = [
        {
            rule["record"]
            for signal in runbook.signals
            if signal.alert
            for rule in alerts.rules(runbook, signal, each, "")[:-1]
        }
        for each in both
    ]
    assert names[0].isdisjoint(names[1])
    for each in both:
        rule = alerts.rules(runbook, runbook.signals[0], each, "")[-1]
        assert rule["labels"]["environment"] == each.name
        assert f'environment="{each.name}"' in rule["expr"]


SERVERS = {name: {"kind": "prometheus", "url": f"http://{name}", "interval": "1m"} for name in ("metrics", "eu")}


def test_the_rules_of_two_servers_stand_in_files_of_their_own(runbook: Runbook, tmp_path: Path) -> None:
    """A server that is asked for what only the other one has sees no data."""
    moved = tuple(replace(each, source="eu") if each.id == "auc-pr-drop" else each for each in runbook.signals)
    result = export([replace(runbook, signals=moved)], Environment("prod", {"sources": SERVERS}), SITE)
    assert sorted(result.files) == [
        f"fraud-accuracy-drop.{name}.{what}.yaml" for name in ("eu", "metrics") for what in ("rules", "tests")
    ]
    assert "FraudAucPrDrop" in result.files["fraud-accuracy-drop.eu.rules.yaml"]
    assert "FraudAucPrDrop" not in result.files["fraud-accuracy-drop.metrics.rules.yaml"]
    for file, text in result.files.items():
        (tmp_path / file).write_text(text)
    done = promtool("test", "rules", str(tmp_path / "fraud-accuracy-drop.eu.tests.yaml"))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("op", "value", "how"),
    [("lt", 1.0, "min"), ("lte", 1.0, "min"), ("gt", 1.0, "max"), ("gte", 1.0, "max"), ("outside", (0.0, 1.0), "max")],
)
def test_of_several_series_the_worst_is_taken(runbook: Runbook, op: str, value: Any, how: str) -> None:
    """Where a query gives several although one is compared: nine servers of ten that are down must not hide behind the tenth."""
    signal = replace(runbook.signals[0], fires=Threshold(op, value))
    assert alerts.rules(runbook, signal, PROD, "")[0]["expr"].startswith(f"{how} by (")


def test_an_event_does_not_end_by_itself(runbook: Runbook) -> None:
    """The alert goes on as long as the checker says so when nobody has said that its step was done."""
    signal = replace(runbook.signals[0], latched=True, cleared_by="restore-bundle", clears=None)
    assert alerts.rules(runbook, signal, PROD, "")[-1]["keep_firing_for"] == "1d"
    assert any(case.name.startswith("goes on") for case in proofs.cases(signal, timedelta(minutes=1)))


@pytest.mark.slow
@pytest.mark.parametrize("interval", ["15s", "1m", "3m", "5m", "10m", "1h"])
def test_the_alert_remembers_itself_at_any_interval(tmp_path: Path, interval: str) -> None:
    """Prometheus looks back five minutes by itself: what is evaluated more rarely would forget that it was on."""
    source = {"kind": "prometheus", "url": "http://x", "interval": interval}
    sides = {"fires": {"op": "gt", "value": 1, "times": 3}, "clears": {"op": "lt", "value": 0.5, "times": 2}}
    signal = {"id": "s", "title": "s", "alert": "S", "source": "metrics", "query": "x", "tier": "page", **sides}
    data = dict.fromkeys(("title", "summary", "version", "status"), "x")
    book = model.runbook({**data, "id": "rare", "owner": "sre", "signals": [signal]}, [])
    for file, text in export([book], Environment("prod", {"sources": {"metrics": source}}), "").files.items():
        (tmp_path / file).write_text(text)
    done = promtool("test", "rules", str(tmp_path / "rare.tests.yaml"))
    assert done.returncode == 0, done.stdout


@given(
    st.one_of(
        st.text(st.characters(max_codepoint=0x2300, exclude_categories=["Cs"]), max_size=60),
        st.text(" \n\t:#'\"-abc|>{}[],&*!%@`~\u00e9\u2212\\", max_size=40),
    )
)
def test_both_writers_write_the_same(said: str) -> None:
    """What is exported is compared byte by byte, and not every machine has the writer in C."""
    data = {"groups": [{"name": said, "rules": [{"expr": said, "for": None, "value": 1.5, "keep": True}]}]}
    slow = yaml.dump(data, Dumper=alerts._Dumper, sort_keys=False, width=1_000_000, allow_unicode=True)
    assert alerts.text(data) == slow
