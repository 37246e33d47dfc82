"""What linting a part of a repository says, against what linting all of it says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from drillbook import engine, files
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.repository import Repository
from drillbook.rule import file_rule
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


def test_a_runbook_that_cannot_be_read_is_not_missed_by_others(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parent.parent / "catalog", tmp_path / "catalog")
    for folder in ("runbooks", "drills"):
        shutil.copytree(Path(__file__).parent.parent / folder, tmp_path / folder)
    file = tmp_path / "runbooks" / "fraud-accuracy-drop.md"
    file.write_text(
        file.read_text(encoding="utf-8").replace("owner: fraud-ml\n", "owner fraud-ml\n", 1), encoding="utf-8"
    )
    found = engine.lint(files.load(tmp_path), all_rules(), DAY)
    assert [(each.path, each.line, each.rule) for each in found] == [
        ("runbooks/fraud-accuracy-drop.md", 7, "broken-yaml")
    ]


def test_one_file_too_deep_for_a_rule_keeps_no_other_from_being_checked() -> None:
    def too_deep(_: Document) -> Iterator[Found]:
        """A rule that goes down for ever."""
        return too_deep(_)

    rule = file_rule("DB999", help="write less")(too_deep)
    found = engine.lint(files.load(BROKEN), [rule], DAY)
    assert {each.message for each in found} == {"something in this file nests too deep for this rule to look at"}
    assert len({each.path for each in found}) > 1
