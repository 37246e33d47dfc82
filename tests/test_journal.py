"""The chain of a journal: whatever is done to a line that another one follows is found."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook import document, engine, journal
from drillbook.repository import Repository
from drillbook.rules import all_rules

TEXTS = st.lists(st.text(max_size=20), min_size=3, max_size=8)


def chained(texts: list[str]) -> list[bytes]:
    lines: list[bytes] = []
    prev = journal.START
    for number, text in enumerate(texts):
        lines.append(journal.line({"n": number, "text": text}, prev))
        prev = journal.digest(lines[-1])
    return lines


@given(TEXTS)
def test_what_was_written_is_sound_and_comes_back(texts: list[str]) -> None:
    lines = chained(texts)
    read = journal.read(b"".join(lines))
    assert read.sound
    assert [each.value["text"] for each in read.entries] == texts
    assert read.tip == journal.digest(lines[-1])


@settings(max_examples=400)
@given(TEXTS, st.data())
def test_any_other_byte_in_a_line_that_is_followed_is_found(texts: list[str], data: st.DataObject) -> None:
    lines = chained(texts)
    whole = bytearray(b"".join(lines))
    end = len(whole) - len(lines[-1]) - 1  # the last line is only followed by whoever holds the tip
    at = data.draw(st.integers(0, end))
    new = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    whole[at] = new
    assert not journal.read(bytes(whole)).sound


@given(TEXTS, st.data())
def test_order_repetition_and_gaps_are_found(texts: list[str], data: st.DataObject) -> None:
    lines = chained(texts)
    one, other = data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=2, max_size=2, unique=True))
    swapped = list(lines)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert not journal.read(b"".join(swapped)).sound
    assert not journal.read(b"".join([*lines[: one + 1], lines[one], *lines[one + 1 :]])).sound
    assert not journal.read(b"".join([*lines, lines[one]])).sound
    if one < len(lines) - 1:
        assert not journal.read(b"".join([*lines[:one], *lines[one + 1 :]])).sound


@given(TEXTS)
def test_a_cut_end_is_only_seen_by_the_tip(texts: list[str]) -> None:
    lines = chained(texts)
    cut = journal.read(b"".join(lines[:-1]))
    assert cut.sound
    assert cut.tip != journal.digest(lines[-1])


@given(TEXTS, TEXTS, st.booleans())
def test_two_branches_need_an_entry_that_joins_them(one: list[str], other: list[str], joined: bool) -> None:
    first = journal.line({"text": "first"}, journal.START)
    lines = [first]
    ends = []
    for branch, texts in (("one", one), ("other", other)):
        prev = journal.digest(first)
        for number, text in enumerate(texts):
            lines.append(journal.line({"n": number, "text": text, "branch": branch}, prev))
            prev = journal.digest(lines[-1])
        ends.append(prev)
    assert len(journal.read(b"".join(lines)).heads) == 2
    if joined:
        lines.append(journal.line({"kind": "merge", "merges": ends[1]}, ends[0]))
    read = journal.read(b"".join(lines))
    assert read.sound is joined
    assert joined or "two ends" in read.breaks[0].why


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (b'{"a": 1, "a": 2, "prev": "%s"}\n', '"a" stands twice'),
        (b'{"a": NaN, "prev": "%s"}\n', "NaN is no number"),
        (b"[]\n", "no JSON object"),
        (b"\xff\n", "no JSON object"),
        (b"[" * 100_000 + b"\n", "no JSON object"),
        (b"\n", "an empty line"),
        (b'{"prev": "%s"}\r\n', "carriage return"),
        (b"<<<<<<< HEAD\n", "git left a conflict"),
        (b'{"prev": "%s"}', "not finished"),
        (b'{"prev": "%s", "kind": "merge", "merges": "x"}\n', "64 zeros"),
        (b'{"prev": 0}\n', "64 zeros"),
    ],
)
def test_a_line_that_cannot_be_one(written: bytes, why: str) -> None:
    start = journal.START if "64 zeros" not in why else "f" * 64
    read = journal.read(written.replace(b"%s", start.encode()))
    assert any(why in each.why for each in read.breaks), read.breaks


def test_a_hash_is_no_secret_and_a_secret_in_a_timeline_is_found() -> None:
    rule = next(each for each in all_rules() if each.name == "secret-in-text")
    digest = "3b1c" * 16
    pin = {"pin": {"steps": {"rotate-secrets": digest, "reset-password": digest}}, "text": "Begun"}
    begun = journal.line(pin, journal.START)
    said = journal.line({"text": "export AWS_ACCESS_KEY_ID=AKIA" + "Q7RT4WZX2MNB8VHC"}, journal.digest(begun))
    for lines, found in ((begun, 0), (begun + said, 1)):
        timeline = document.parse("incidents/2026-09-21-x/timeline.jsonl", "timeline", lines)
        assert len(engine.lint(Repository((timeline,)), [rule], date(2026, 11, 22))) == found
