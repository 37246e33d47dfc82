"""When the next review is due, and on which days a runbook was changed."""

from __future__ import annotations

from datetime import date

import pytest

from drillbook.reviews import due, released, thresholds


def test_the_last_review_counts_for_its_time() -> None:
    assert due({"last": "2026-10-12", "every": "90d"}) == date(2027, 1, 10)


@pytest.mark.parametrize(
    "review", [{}, {"last": "2026-10-12"}, {"every": "90d"}, {"last": "9999-12-01", "every": "90d"}]
)
def test_without_a_last_day_or_an_end_nothing_is_due(review: dict[str, str]) -> None:
    assert due(review) is None


def test_what_is_no_day_is_left_out() -> None:
    changelog = [{"version": "2.0.0", "date": "2026-11-20"}, {"version": "1.0.0", "date": "yesterday"}, "1.0.0"]
    assert [*released({"changelog": changelog})] == [(0, "2.0.0", "2026-11-20")]
    signals = ["slow", {"id": "fast"}, {"id": "slow", "set_by": {"date": "2026-10-26"}}]
    assert [*thresholds({"signals": signals})] == [(2, "slow", "2026-10-26")]
    assert [*released({}), *thresholds({"signals": "none"})] == []
