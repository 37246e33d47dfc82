"""When the next review is due."""

from __future__ import annotations

from datetime import date

import pytest

from drillbook.reviews import due


def test_the_last_review_counts_for_its_time() -> None:
    assert due({"last": "2026-10-12", "every": "90d"}) == date(2027, 1, 10)


@pytest.mark.parametrize(
    "review", [{}, {"last": "2026-10-12"}, {"every": "90d"}, {"last": "9999-12-01", "every": "90d"}]
)
def test_without_a_last_day_or_an_end_nothing_is_due(review: dict[str, str]) -> None:
    assert due(review) is None
