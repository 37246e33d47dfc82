"""The page of the data dictionary: what is said of each name, whose it is, and who uses it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from drillbook import document, files
from drillbook.repository import Repository
from drillbook.site import data, indexes, pages

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
DAY = date(2026, 11, 22)
FILES = files.load(ROOT)
LINK = re.compile(r'href="[./]*dictionary/#([^"]+)"')


def with_dictionary(text: str) -> Repository:
    others = [each for each in FILES.documents if each.kind != "dictionary"]
    return Repository((*others, document.parse("catalog/dictionary.yaml", "dictionary", text.encode())))


def page(repository: Repository) -> str:
    return next(each.markdown for each in pages.pages(repository, DAY) if each.uri == data.URI)


def anchors(text: str) -> set[str]:
    return set(re.findall(r"^### .* \{#(\S+)\}$", text, re.MULTILINE))


def card(text: str, anchor: str) -> str:
    """What stands below a heading, up to the next one."""
    return re.split(r"^##", text.split(f"{{#{anchor}}}")[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_every_metric_and_table_of_the_repository_stands_there() -> None:
    (file,) = FILES.of("dictionary")
    text = page(FILES)
    assert isinstance(file.front["metrics"], dict)
    assert isinstance(file.front["tables"], dict)
    expected = {f"metric-{name}" for name in file.front["metrics"]} | {f"table-{name}" for name in file.front["tables"]}
    assert anchors(text) == expected
    said = card(text, "metric-http_request_duration_seconds")
    for words in (
        "histogram",
        "observes seconds",
        "http_request_duration_seconds_bucket",
        "Searches became slow",
        "Ranker API",
    ):
        assert words in said
    said = card(text, "table-feature_psi_hourly")
    for words in ("source warehouse", "double precision", "Card velocity", "Fraud scores no longer match"):
        assert words in said


def test_components_lead_to_names_that_are_there() -> None:
    there = anchors(page(FILES))
    linked = {
        anchor
        for each in pages.pages(FILES, DAY)
        if each.uri.startswith("components/")
        for anchor in LINK.findall(each.markdown)
    }
    assert {"metric-model_decision_total", "table-retrievals"} <= linked <= there


def test_without_a_dictionary_and_with_a_broken_one_the_page_says_so() -> None:
    none = Repository(tuple(each for each in FILES.documents if each.kind != "dictionary"))
    assert "would list them" in page(none)
    assert "has errors and is not shown" in page(
        with_dictionary("schema: dictionary/1\nmetrics: {x: {type: summary}}\n")
    )
    assert "would list them" not in page(FILES)
    listed = data.of_component("service/scoring-api", none)
    assert listed == []


def test_text_from_the_dictionary_stays_text() -> None:
    bad = "<script>alert(1)</script> [[[ 7 * 6 ]]] `x` {{ y }}"
    metric = {"type": "gauge", "unit": "count", "by": "service/scoring-api", "what": bad, "labels": {"a": bad}}
    table = {"source": "warehouse", "what": bad, "columns": {"a": {"type": "text", "what": bad}}}
    repository = with_dictionary(
        json.dumps({"schema": "dictionary/1", "metrics": {"a:b": metric}, "tables": {"T.x": table}})
    )
    text = page(repository)
    assert anchors(text) == {"metric-a:b", "table-T.x"}
    component = next(
        each.markdown for each in pages.pages(repository, DAY) if each.uri == "components/service/scoring-api.md"
    )
    for made in (text, component):
        assert "<script>" not in made
        assert "[[[" not in made
        assert "{{" not in made
        assert "alert(1)" in made.replace("&#40;", "(").replace("&#41;", ")")


def test_a_runbook_uses_what_its_queries_name_in_the_source_that_they_ask() -> None:
    tables = {
        "Feature_PSI_Hourly": {"source": "warehouse", "what": "x", "columns": {"psi": {"type": "real", "what": "x"}}},
        "releases": {
            "source": "warehouse",
            "what": "another of that name",
            "columns": {"a": {"type": "text", "what": "x"}},
        },
    }
    repository = with_dictionary(json.dumps({"schema": "dictionary/1", "tables": tables}))
    text = page(repository)
    assert "Fraud scores no longer match" in card(text, "table-Feature_PSI_Hourly")
    assert "No runbook uses it" in card(text, "table-releases")
    found = indexes.books(repository, lambda each: Path(each.path).stem)
    assert data.page(repository, found) == text
