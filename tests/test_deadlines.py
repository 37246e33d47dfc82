"""Which obligation has no clock."""

from __future__ import annotations

from datetime import date

from drillbook.deadlines import lacking, named

DAY = date(2026, 11, 22)
CATALOG = {
    "breach": {"concerns": ["personal_data"], "applies_from": "2018-05-25"},
    "ai-act": {"concerns": ["high_risk"], "applies_from": "2027-12-02"},
    "outage": {"applies_from": "to be verified"},
}


def test_a_clock_that_concerns_it_is_enough() -> None:
    assert lacking(["outage", "breach"], "personal_data", CATALOG, DAY) == ""
    assert lacking(["outage"], "personal_data", CATALOG, DAY) == 'expected "breach"'
    assert lacking([], "personal_data", CATALOG, DAY) == 'expected "breach"'


def test_a_clock_that_applies_later_is_not_missed_before() -> None:
    assert lacking([], "high_risk", CATALOG, DAY) == ""
    assert lacking([], "high_risk", CATALOG, date(2027, 12, 2)) == 'expected "ai-act"'


def test_where_no_clock_says_what_it_concerns_any_will_do() -> None:
    catalog = {"outage": CATALOG["outage"]}
    assert lacking(["outage"], "personal_data", catalog, DAY) == ""
    assert lacking([], "personal_data", catalog, DAY) == "expected a clock of catalog/clocks.yaml"


def test_a_clock_that_nobody_knows_may_be_the_one() -> None:
    assert lacking(["breech"], "personal_data", CATALOG, DAY) == ""


def test_clocks_that_nobody_wrote_down_are_not_none() -> None:
    assert named({}) is None
    assert named({"governance": {"clocks": "none"}}) is None
    assert named({"governance": {"clocks": [{"clock": "breach"}, {}]}}) == ["breach", ""]
