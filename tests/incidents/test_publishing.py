"""What the anonymised summary finds doubtful: everything that was planted, however it is written, and no plain word."""

from __future__ import annotations

import time

import pytest

from drillbook.incidents.publishing import Map, doubtful, replaced, summary

PLANTED = (
    ("on 2026-09-21 it began", "2026-09-21"),
    ("on 21 September 2026 it began", "21 September 2026"),
    ("on September 21, 2026 it began", "September 21, 2026"),
    ("at 07:52 UTC it was seen", "07:52 UTC"),
    ("from 2001:db8::1 it came", "2001:db8::1"),
    ("from fe80::1 it came", "fe80::1"),
    ("the box db7 failed", "db7"),
    ("the box fraud-db-7 failed", "fraud-db-7"),
    ("on scorer:9090 it hung", "scorer:9090"),
    (r"in C:\Users\anna it lay", r"C:\Users\anna"),
    (r"on \\srv\share it lay", r"\\srv\share"),
    ("the card 4111 1111 1111 1111 paid", "4111 1111 1111 1111"),
    ("the number 078-05-1120 was read", "078-05-1120"),
    ('see <span title="anna schmidt">her</span>', '<span title="anna schmidt">'),
    ("mail anna&#64;corp&#46;com", "&#64;"),
    ("ask an**na**", "an**na**"),
    ("ask an\u200bna", "an\u200bna"),
    ("ask \u0410\u043d\u043d\u0430", "\u0410\u043d\u043d\u0430"),
    ("ask \u7530\u4e2d", "\u7530\u4e2d"),
    ("ask \u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
)


def told(text: str) -> str:
    return summary({"name": "the incident", "times": {}}, f"## Summary\n\n{text}\n")


def words(text: str, given: Map | None = None) -> list[str]:
    return [each.word for each in doubtful(text, given or Map(), ())]


@pytest.mark.parametrize(("text", "word"), PLANTED, ids=[word.encode("unicode_escape").decode() for _, word in PLANTED])
def test_what_is_planted_is_doubtful_until_it_is_replaced(text: str, word: str) -> None:
    assert word in words(told(text))
    given = Map(replace=dict.fromkeys(words(told(text)), "something"))
    after = replaced(told(text), given)
    assert word not in after
    assert word not in words(after, given)


def test_lengths_figures_and_plain_words_are_no_doubt() -> None:
    times = {"started": "2026-09-21T07:10:00Z", "detected": "2026-09-21T07:52:00Z", "restored": "2026-09-22T10:40:00Z"}
    text = "For 81 minutes 1,140 payments (3.5 %) were approved; it took 42m, then 1d2h48m. The model was **not** at fault."
    body = f"## Summary\n\n{text}\n\n| what | figure |\n|---|---|\n| payments | 61,000 |\n"
    assert words(summary({"name": "the incident", "times": times}, body)) == []


@pytest.mark.parametrize("part", ["a", "a-", "a.", "a/", "1 ", "<a", "a*", "::", "\u200b", "\u00e9", "9"])
def test_a_hostile_report_is_read_in_no_time(part: str) -> None:
    before = time.process_time()
    words(part * 40_000)
    assert time.process_time() - before < 5, "a form that looks at every rest of a line takes minutes"
