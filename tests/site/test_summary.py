"""The page for whoever need not act: what it says is what the runbook says, and every word of the glossary is explained."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from drillbook import files
from drillbook.repository import Repository
from drillbook.site import glossary, summary

ROOT = Path(__file__).parent.parent.parent
NAMES = sorted(path.stem for path in (ROOT / "runbooks").glob("*.md"))


@pytest.fixture(scope="module")
def repository() -> Repository:
    return files.load(ROOT)


def page(repository: Repository, name: str) -> str:
    document = repository.runbook(name)
    assert document is not None
    model = repository.model(document)
    assert model is not None
    return summary.page(repository, model, name, date(2026, 11, 22))


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_the_glossary_is_explained(repository: Repository, name: str) -> None:
    text, _, explained = page(repository, name).partition("{#words}")
    said = unescape(re.sub(r"<[^>]+>|---.*?---", " ", text, flags=re.DOTALL)).lower()
    terms = {unescape(each) for each in re.findall(r"<dt>(.+?)</dt>", explained)}
    for word in glossary.glossary():
        used = any(re.search(rf"\b{re.escape(form.strip().lower())}s?\b", said) for form in word.term.split(","))
        assert not used or word.term in terms, f'"{word.term}" is used and not explained'
    assert {"Incident commander", "Runbook", "Severity"} <= terms


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_the_runbook_says(repository: Repository, name: str) -> None:
    document = repository.runbook(name)
    assert document is not None
    data = repository.effective(document)
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page(repository, name))).split())
    assert " ".join(data["summary"].split()) in text
    for name_of, length in data["objectives"].items():
        assert f"within {summary.spoken(length)} {'of the beginning' if name_of == 'detect' else 'after'}" in text
    for clock in data["governance"]["clocks"]:
        assert repository.entries("clocks")[clock["clock"]]["title"] in text


@pytest.mark.parametrize(
    ("written", "said"),
    [("90m", "1 hour 30 minutes"), ("5d", "5 days"), ("1d", "1 day"), ("45s", "45 seconds"), ("26h", "1 day 2 hours")],
)
def test_durations_are_said_in_words(written: str, said: str) -> None:
    assert summary.spoken(written) == said
