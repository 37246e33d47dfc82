"""Which of two versions is newer, and when nobody can tell."""

from __future__ import annotations

import pytest

from drillbook.versions import newer


@pytest.mark.parametrize(
    ("one", "other"),
    [("13", "12.9"), ("10", "9"), ("4.18.0", "4.17.3"), ("v3", "v2"), ("2026-11-21.1", "2026-11-20.1"), ("3.1", "3")],
)
def test_numbers_count(one: str, other: str) -> None:
    assert newer(one, other) is True
    assert newer(other, one) is False


def test_zeros_at_the_end_say_nothing() -> None:
    assert (newer("3", "3.0"), newer("3.0", "3")) == (False, False)


@pytest.mark.parametrize(("one", "other"), [("v3", "3"), ("2026-11-21", "13"), ("stable", "3"), ("3.0-rc1", "3.0")])
def test_versions_of_two_forms_are_not_compared(one: str, other: str) -> None:
    assert newer(one, other) is None
    assert newer(other, one) is None
