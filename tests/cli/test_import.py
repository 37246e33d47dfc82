"""``drillbook import alerts``: a draft for each alert, which lints and keeps what the rule says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from drillbook import files
from drillbook.cli import commands
from drillbook.starter.alerts import alerts, split

DAY = "--as-of=2026-11-22"
RULES = """\
groups:
- name: shop
  rules:
  - alert: CheckoutErrorsHigh
    expr: |
      sum by (shop) (rate(checkout_errors_total[5m]))
        / sum by (shop) (rate(checkout_requests_total[5m])) > 0.02
    for: 10m
    labels: {severity: critical, squad: "shop: one"}
    annotations:
      summary: Checkout fails for {{ $labels.shop }}
      description: "More than 2 % fail. ```look``` at {{ $value }}"
      runbook_url: https://wiki.example.com/checkout
  - alert: CheckoutGone
    expr: absent(up{job="checkout"}) and on () vector(1) == 1
  - record: shop:errors
    expr: sum(checkout_errors_total)
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(each) for each in arguments])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run("init", DAY).exit_code == 0
    (tmp_path / "rules.yaml").write_text(RULES)
    return tmp_path


def imported(*more: str) -> Result:
    return run("import", "alerts", "rules.yaml", "--owner", "sre", DAY, *more)


def test_each_alert_becomes_a_draft_that_lints(here: Path) -> None:
    result = imported()
    assert result.exit_code == 0, result.output
    assert "Wrote runbooks/checkout-errors-high.md, a draft\n" in result.stdout
    checked = run("lint", DAY, "runbooks/checkout-errors-high.md", "runbooks/checkout-gone.md")
    assert checked.exit_code == 0, checked.output
    document = files.load(here).runbook("checkout-errors-high")
    assert document is not None
    signal = document.front["signals"][0]  # type: ignore[index]
    assert signal["fires"] == {"op": "gt", "value": 0.02, "for": "10m"}
    assert (signal["per"], signal["alert"], signal["source"]) == (["shop"], "CheckoutErrorsHigh", "metrics")
    assert signal["query"].startswith("sum by (shop) (rate(checkout_errors_total[5m])) / sum")


def test_nothing_that_the_rule_says_is_lost(here: Path) -> None:
    imported()
    text = (here / "runbooks/checkout-errors-high.md").read_text()
    kept = text[text.index("````yaml\n") + 9 : text.rindex("````")]
    assert yaml.safe_load(kept) == yaml.safe_load(RULES)["groups"][0]["rules"][0]


HOSTILE = """
groups:
  - name: odd
    rules:
      - alert: Commented
        expr: |
          # of the gateway
          rate(errors_total[5m]) # each second
            / rate(requests_total[5m])
            > 0.05
      - alert: "Injected: me} # x\\n---"
        expr: up == 0
        for: "5m}, extra: {a: b"
        annotations: {summary: "is \\"down\\"\\n---\\nstatus: active"}
"""


def test_a_comment_in_a_query_ends_with_its_line(here: Path) -> None:
    """On one line it would hide the rest: another query, with another value."""
    (here / "rules.yaml").write_text(HOSTILE)
    imported()
    document = files.load(here).runbook("commented")
    assert document is not None
    query = document.front["signals"][0]["query"]  # type: ignore[index]
    lines = ["# of the gateway", "rate(errors_total[5m]) # each second", "  / rate(requests_total[5m])"]
    assert query.splitlines() == lines


@pytest.mark.parametrize(("limit", "written"), [("1e-07", "0.0000001"), ("1e22", "1" + 22 * "0"), ("0x1F", "31.0")])
def test_a_number_is_written_as_every_tool_reads_it(here: Path, limit: str, written: str) -> None:
    (here / "rules.yaml").write_text(f"groups: [{{name: a, rules: [{{alert: A, expr: b > {limit}}}]}}]")
    assert "finds" not in imported().stdout
    assert f"value: {written}}}" in (here / "runbooks/a.md").read_text()


def test_a_rule_can_say_nothing_that_a_draft_would_read_as_its_own(here: Path) -> None:
    (here / "rules.yaml").write_text(HOSTILE)
    imported()
    document = files.load(here).runbook("injected-me-x")
    assert document is not None
    assert document.front["status"] == "draft"
    signal = document.front["signals"][0]  # type: ignore[index]
    assert signal["alert"] == "Injected: me} # x\n---"
    assert signal["fires"] == {"op": "eq", "value": 0.0, "for": "5m}, extra: {a: b"}


def test_a_second_import_writes_nothing(here: Path) -> None:
    imported()
    runbook = here / "runbooks/checkout-gone.md"
    runbook.write_text(runbook.read_text().replace("TODO: say what to look at", "Look at the pods"))
    before = {path: path.read_text() for path in (here / "runbooks").iterdir()}
    result = imported()
    assert result.exit_code == 0
    assert "CheckoutGone: runbooks/checkout-gone.md claims it already" in result.stdout
    assert "Nothing to begin" in result.stdout
    assert {path: path.read_text() for path in (here / "runbooks").iterdir()} == before


@pytest.mark.parametrize(
    ("expression", "query", "op", "value"),
    [
        ("up == 0", "up", "eq", 0.0),
        ("a > 2 * 3", "a", "gt", 6.0),
        ("(a > 1) < 5", "(a > 1)", "lt", 5.0),
        ('rate(x{path="a>b"}[5m]) >= -0.5', 'rate(x{path="a>b"}[5m])', "gte", -0.5),
        ("a > b", "count(a > b) or vector(0)", "gt", 0.0),
        ("a > 1 and b > 2", "count(a > 1 and b > 2) or vector(0)", "gt", 0.0),
        ("a > bool 1", "count(a > bool 1) or vector(0)", "gt", 0.0),
        ("a > Inf", "count(a > Inf) or vector(0)", "gt", 0.0),
        ("a == NaN", "count(a == NaN) or vector(0)", "gt", 0.0),
    ],
)
def test_a_threshold_is_split_off_where_there_is_one(expression: str, query: str, op: str, value: float) -> None:
    assert split(expression) == (query, op, value)


def test_a_resource_of_the_operator_is_read_too() -> None:
    inner = "\n".join(f"  {line}" for line in RULES.splitlines())
    assert [each.id for each in alerts(f"kind: PrometheusRule\nspec:\n{inner}\n")] == [
        "checkout-errors-high",
        "checkout-gone",
    ]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("groups: [", "cannot be read: broken YAML"),
        ("a: 1", 'holds no "groups"'),
        ("groups: []", "holds no alerting rule"),
        ("groups: [1, {rules: [2, {alert: 3}]}]", "holds no alerting rule"),
        ("groups: [{rules: 5}, {rules: {a: b}}, {rules: text}]", "holds no alerting rule"),
        ("a: &a [*a]", "cannot be read: anchor"),
    ],
)
def test_what_is_no_rule_file_says_so(content: str, said: str) -> None:
    Path("rules.yaml").write_text(content)
    result = imported()
    assert result.exit_code == 2
    assert said in result.stderr
