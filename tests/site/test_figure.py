"""The picture of a signal's thresholds, and what the page of a runbook leads to beside it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

from drillbook import files
from drillbook.model import Signal, Threshold
from drillbook.site import runbook
from drillbook.site.figure import figure

ROOT = Path(__file__).parent.parent.parent


def fields(signal: Signal) -> tuple[list[str], list[str]]:
    """The words of the fields from left to right, and the numbers where they meet."""
    drawn = ET.fromstring(str(figure(signal)))  # noqa: S314 - our own
    texts = [(float(each.get("x", 0)), each.get("class"), unescape(each.text or "")) for each in drawn.iter("text")]
    ordered = [(kind, text) for _, kind, text in sorted(texts, key=lambda each: each[0])]
    return [text for kind, text in ordered if not kind], [text for kind, text in ordered if kind]


@pytest.mark.parametrize(
    ("fires", "clears", "states", "numbers"),
    [
        (("gt", 0.35), ("lt", 0.28), ["clears", "neither", "fires"], ["0.28", "0.35"]),
        (("lt", -0.03), ("gte", -0.01), ["fires", "neither", "clears"], ["−0.03", "−0.01"]),
        (
            ("outside", (-0.04, 0.04)),
            ("between", (-0.015, 0.015)),
            ["fires", "neither", "clears", "neither", "fires"],
            ["−0.04", "−0.015", "0.015", "0.04"],
        ),
        (("gte", 10000), ("lt", 10000), ["clears", "fires"], ["10,000"]),
    ],
)
def test_the_picture_shows_both_thresholds_and_the_gap(
    fires: tuple[str, float], clears: tuple[str, float], states: list[str], numbers: list[str]
) -> None:
    signal = Signal(id="x", unit="ratio", fires=Threshold(*fires), clears=Threshold(*clears))
    assert fields(signal) == (states, numbers)
    assert 'role="img" aria-label="fires ' in figure(signal)


@pytest.mark.parametrize(
    "signal",
    [
        Signal(id="x"),
        Signal(id="x", fires=Threshold("gt", 1)),
        Signal(id="x", fires=Threshold("ne", 1), clears=Threshold("eq", 1)),
        Signal(id="x", fires=Threshold("absent"), clears=Threshold("gt", 0)),
        Signal(id="x", fires=Threshold("gt", 1), clears=Threshold("lt", 1), latched=True),
    ],
)
def test_no_picture_where_there_are_no_two_limits(signal: Signal) -> None:
    assert figure(signal) == ""


def test_the_page_leads_to_the_source_and_shows_the_exported_rule() -> None:
    """The query that the source is asked is the one on the page, whole."""
    repository = files.load(ROOT)
    document = repository.runbook("fraud-accuracy-drop")
    assert document is not None
    model = repository.model(document)
    assert model is not None
    page = runbook.page(repository, document, model, date(2026, 11, 22), site="https://books.example.com")
    links = [unescape(each) for each in re.findall(r'href="([^"]+/graph[^"]*)"', page)]
    asked = {(urlsplit(each).netloc, parse_qs(urlsplit(each).query)["g0.expr"][0]) for each in links}
    expected = [signal.query for signal in model.signals if signal.source == "metrics"]
    assert asked == {
        (f"prometheus.{name}.example.com:9090", query) for name in ("staging", "prod") for query in expected
    }
    text = unescape(page)
    assert "- alert: FraudAucPrDrop" in text
    assert "runbook_url: https://books.example.com/runbooks/fraud-accuracy-drop/?environment=staging&version=" in text
    assert "#step-which-feature" in text
    assert page.count('<svg class="db-figure"') == 3
