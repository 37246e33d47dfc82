"""What linting a part of a repository says, against what linting all of it says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from drillbook import engine, files
from drillbook.repository import Repository
from drillbook.rules import all_rules

BROKEN = Path(__file__).parent / "golden" / "formats" / "broken"
DAY = date(2026, 11, 22)


def test_a_file_has_the_findings_that_it_has_among_all() -> None:
    whole = engine.lint(files.load(BROKEN), all_rules(), DAY)
    assert whole
    for document in files.load(BROKEN).documents:
        alone = engine.lint(files.load(BROKEN), all_rules(), DAY, only=[document.path])
        mine = [finding for finding in alone if finding.path == document.path]
        assert mine == [finding for finding in whole if finding.path == document.path]


def test_what_was_forgotten_is_read_again_and_says_the_same() -> None:
    repository = files.load(BROKEN)
    first = engine.lint(repository, all_rules(), DAY)
    runbooks = repository.of("runbook")
    assert runbooks
    assert not any("reading" in document.__dict__ for document in runbooks), "memory grows with the files"
    assert engine.lint(repository, all_rules(), DAY) == first


@pytest.mark.parametrize("kind", ["runbook", "drill", "incident"])
def test_forgetting_keeps_values_and_places(kind: str) -> None:
    root = Path(__file__).parent.parent
    kept, forgotten = (
        next(iter(each.of(kind)))  # type: ignore[arg-type]
        for each in (files.load(root), files.load(root))
    )
    texts = (kept.text, kept.front, kept.steps, kept.injects, kept.problems, kept.marks)
    forgotten.forget()
    assert (
        forgotten.text,
        forgotten.front,
        forgotten.steps,
        forgotten.injects,
        forgotten.problems,
        forgotten.marks,
    ) == texts
    assert Repository((forgotten,)).by_id == {(kind, kept.id): (forgotten,)}
