"""What a page says of the days of a clock."""

from __future__ import annotations

from datetime import date

from drillbook import files
from drillbook.site.runbook import dated, page
from tests.site.conftest import ROOT

DAY = date(2026, 11, 22)


def test_a_clock_says_when_somebody_read_it_and_when_it_applies_only_later() -> None:
    read = {"verified": "2026-11-20", "applies_from": "2018-05-25"}
    assert dated(read, DAY) == ", verified 2026-11-20."
    assert dated(read | {"applies_from": "2027-12-02"}, DAY).endswith(" It applies from 2027-12-02 on, not yet.")
    open_ = {"verified": "to be verified", "applies_from": "to be verified"}
    assert dated(open_, DAY).startswith(", not verified here yet: ask counsel")
    assert dated(open_, DAY).endswith(" From when it applies is not verified either.")


def test_the_page_of_a_runbook_tells_both() -> None:
    repository = files.load(ROOT)
    document = repository.by_path["runbooks/upstream-schema-change.md"]
    runbook = repository.model(document)
    assert runbook is not None
    text = page(repository, document, runbook, DAY)
    assert ">Source</a>, verified 2026-11-20." in text
    assert ">Source</a>, not verified here yet: ask counsel before you rely on it." in text
