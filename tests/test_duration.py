"""Durations: Prometheus's own parser as an oracle, and the way back from a length to words."""

from __future__ import annotations

import re
from datetime import timedelta

import promql_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook import duration

QUICK = settings(max_examples=200, deadline=None, derandomize=True, database=None)
LONGEST = timedelta(microseconds=(2**63 - 1) // 1000)
UNITS = ("y", "w", "d", "h", "m", "s", "ms")


def oracle(text: str) -> timedelta | None:
    """What Prometheus reads; None where it refuses, or cannot hold it in 64 bits of nanoseconds."""
    try:
        length: timedelta = promql_parser.parse_duration(text)
    except ValueError:
        return None
    return length if length <= LONGEST else None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("15m", 900),
        ("4h", 14_400),
        ("5d", 432_000),
        ("2w", 1_209_600),
        ("1y", 31_536_000),
        ("1h30m", 5_400),
        ("250ms", 0.25),
        ("1m5ms", 60.005),
        ("00005m", 300),
        ("90m", 5_400),
        ("1000000000ms", 1_000_000),
        ("0s", 0),
        ("0m", 0),
    ],
)
def test_a_duration_has_a_length(text: str, seconds: float) -> None:
    assert duration.parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "0",
            "5",
            "m",
            "1.5h",
            "-5m",
            "+5m",
            "5M",
            "5 m",
            " 5m",
            "5m ",
            "5m\n",
            "1m1h",
            "1h1h",
            "5s5m",
            "PT5M",
            "٣m",
        ),
        *("1e3s", "5 minutes", "5m,", "293y", "106751d23h47m16s855ms", "999999999999y"),
        *("9" * 25 + "s", "9" * 5_000 + "s"),
    ],
)
def test_what_is_no_duration_has_none(text: str) -> None:
    assert duration.parse(text) is None


def test_the_longest_is_what_prometheus_can_count() -> None:
    assert duration.parse("106751d23h47m16s854ms") == timedelta(days=106_751, hours=23, minutes=47, seconds=16.854)
    assert duration.parse("292y") == timedelta(days=292 * 365)


@QUICK
@given(st.dictionaries(st.sampled_from(UNITS), st.integers(0, 10**5) | st.integers(0, 90), min_size=1))
def test_agrees_with_prometheus_on_durations(counts: dict[str, int]) -> None:
    text = "".join(f"{counts[unit]}{unit}" for unit in UNITS if unit in counts)
    if any(counts.values()):
        assert duration.parse(text) == oracle(text)
    else:  # this parser refuses zero, Prometheus itself does not
        assert duration.parse(text) == timedelta()


@QUICK
@given(st.text(alphabet="0123ywdhms .-+e٣\n", max_size=8))
def test_agrees_with_prometheus_on_anything_like_a_duration(text: str) -> None:
    found = duration.parse(text)
    if found:
        assert found == oracle(text)
    elif found is None and not re.fullmatch(r"[-+.e0-9]*", text):  # a bare number is seconds there; we want a unit
        assert oracle(text) is None


@QUICK
@given(st.integers(0, LONGEST // timedelta(milliseconds=1)).map(lambda count: timedelta(milliseconds=count)))
def test_a_length_shown_is_read_back(length: timedelta) -> None:
    shown = duration.show(length)
    assert duration.parse(shown) == length
    assert duration.show(duration.parse(shown) or timedelta()) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("392m", "6h32m"),
        ("60m", "1h"),
        ("14d", "14d"),
        ("2w", "14d"),
        ("25h", "1d1h"),
        ("0s", "0m"),
        ("1500ms", "1s500ms"),
    ],
)
def test_shown_as_people_say_it(text: str, shown: str) -> None:
    length = duration.parse(text)
    assert length is not None
    assert duration.show(length) == shown
