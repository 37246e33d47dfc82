"""What ``--fix`` does to the bytes of a file: what was broken comes back to the letter, and nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook import document, engine, files, fixing
from drillbook.repository import Repository
from drillbook.rules import all_rules

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 22)
RULES = tuple(all_rules())
Break = Callable[[str], str]


@cache
def shipped() -> Repository:
    return files.load(ROOT)


RUNBOOKS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "runbooks").glob("*.md"))


def with_file(path: str, data: bytes) -> Repository:
    repository = shipped()
    one = document.parse(path, "runbook", data)
    return replace(repository, documents=tuple(one if each.path == path else each for each in repository.documents))


def fixed(path: str, data: bytes, unsafe: bool = False) -> bytes:
    mended = fixing.mend(with_file(path, data), RULES, DAY, (path,), unsafe)
    return mended.files.get(path, data)


def swapped(text: str) -> str:
    """Contain and Mitigate in the wrong order."""
    contain, mitigate, restore = (text.index(f"\n## {name}") + 1 for name in ("Contain", "Mitigate", "Restore"))
    return text[:contain] + text[mitigate:restore] + text[contain:mitigate] + text[restore:]


BREAKS: dict[str, Break] = {
    "status": lambda text: text.replace("status: active", "status: activ", 1),
    "key": lambda text: text.replace("\nsummary:", "\nsumary:", 1),
    "step": lambda text: re.sub(r"\nthen: ([a-z]+-[a-z]+)\n", r"\nthen: \1s\n", text, count=1),
    "day": lambda text: re.sub(r"last: 2026-(\d\d)-(\d\d)", r"last: 2026/\1/\2", text, count=1),
    "length": lambda text: re.sub(r"\nwithin: (\d+)m\n", r"\nwithin: \1 min\n", text, count=1),
    "prompt": lambda text: re.sub(r"\nrun: ([a-z]+ctl )", r"\nrun: $ \1", text, count=1),
    "section": lambda text: text.replace("\n## Mitigate", "\n## Mitigat", 1),
}


def encoded(text: str, crlf: bool, last: bool) -> bytes:
    text = text if last else text.rstrip("\n")
    return (text.replace("\n", "\r\n") if crlf else text).encode()


@pytest.mark.slow
@pytest.mark.parametrize("path", RUNBOOKS)
def test_every_runbook_comes_back_to_the_letter(path: str) -> None:
    whole = (ROOT / path).read_text(encoding="utf-8")
    broken = whole
    for each in BREAKS.values():
        broken = each(broken)
    assert broken != whole
    mended = fixed(path, broken.encode())
    assert mended.decode() == whole
    assert fixed(path, mended) == mended


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    names=st.sets(st.sampled_from(sorted(BREAKS)), min_size=1),
    path=st.sampled_from(RUNBOOKS),
    crlf=st.booleans(),
    last=st.booleans(),
    mark=st.booleans(),
)
def test_line_ends_and_the_last_line_stay(names: set[str], path: str, crlf: bool, last: bool, mark: bool) -> None:
    whole = (ROOT / path).read_text(encoding="utf-8")
    broken = whole
    for name in sorted(names):
        broken = BREAKS[name](broken)
    data = (b"\xef\xbb\xbf" if mark else b"") + encoded(broken, crlf, last)
    assert fixed(path, data) == encoded(whole, crlf, last)


def test_what_a_broken_line_hid_is_told_and_is_no_reason_to_leave_it() -> None:
    path = "runbooks/fraud-accuracy-drop.md"
    sound = (ROOT / path).read_text(encoding="utf-8").replace("takes: 8m", "takes: 20m")
    broken = BREAKS["length"](sound)
    mended = fixing.mend(with_file(path, broken.encode()), RULES, DAY, (path,))
    assert mended.files[path].decode() == sound
    assert mended.count == 1
    assert "takes-over-limit" in {each.rule for each in engine.lint(mended.repository, RULES, DAY, only=(path,))}


def test_a_mend_that_makes_its_own_line_wrong_is_left_to_people() -> None:
    path = "runbooks/fraud-accuracy-drop.md"
    text = (ROOT / path).read_text(encoding="utf-8")
    broken = text.replace("any: [decision-shift, auc-pr-drop]", "any: [auc-pr-drop, auc-pr-dro]", 1).encode()
    found = engine.lint(with_file(path, broken), RULES, DAY, only=(path,))
    assert any(each.rule == "unknown-signal" and each.fix is not None for each in found)
    assert fixed(path, broken) == broken


@pytest.mark.parametrize("path", RUNBOOKS)
def test_sections_go_back_to_their_order(path: str) -> None:
    whole = (ROOT / path).read_text(encoding="utf-8")
    assert fixed(path, swapped(whole).encode(), unsafe=True).decode() == whole


def test_an_order_that_decides_where_a_step_leads_is_unsafe() -> None:
    one, two = (f"```step\nid: {name}\ndo: Something\n```\n" for name in ("one", "two"))
    text = f"---\nschema: runbook/1\n---\n\n## Contain\n\n{one}\n## Detect\n\n{two}"
    read = Repository((document.parse("runbooks/x.md", "runbook", text.encode()),))
    rule = [each for each in RULES if each.name == "wrong-sections"]
    assert fixing.mend(read, rule, DAY, ("runbooks/x.md",)).files == {}
    assert (
        fixing.mend(read, rule, DAY, ("runbooks/x.md",), unsafe=True)
        .files["runbooks/x.md"]
        .startswith(b"---\nschema: runbook/1\n---\n\n## Detect\n\n```step\nid: two\n")
    )


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_mending_the_bad_example_of_a_rule_lints_no_worse_and_ends(rule: object) -> None:
    from tests.test_rules import example

    repository = example(rule, "bad")  # type: ignore[arg-type]
    paths = [each.path for each in repository.documents]
    before = engine.lint(repository, RULES, DAY)
    mended = fixing.mend(repository, RULES, DAY, paths, unsafe=True)
    after = engine.lint(mended.repository, RULES, DAY)
    assert len(after) <= len(before)
    assert fixing.mend(mended.repository, RULES, DAY, paths, unsafe=True).files == {}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_written_as_they_are(data: bytes) -> None:
    read = document.parse("runbooks/x.md", "runbook", data)
    if read.readable or not any(each.kind in ("invalid-utf8", "reading-limit") for each in read.problems):
        assert fixing.written(read) == data
