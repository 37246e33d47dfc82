"""What a change means: every key of the contract counts, and the level is the one that the contract names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drillbook import document, meaning, model, phrases, resources
from drillbook.document import Document
from drillbook.model import Runbook
from drillbook.repository import Repository

ROOT = Path(__file__).parent.parent
TOP = {
    "schema": "runbook/1",
    "id": "x",
    "title": "X",
    "summary": "X",
    "version": "1.0.0",
    "status": "active",
    "owner": "sre",
}
SIGNAL = {"id": "seen", "title": "Seen", "source": "metrics", "latched": True, "cleared_by": "look"}
STEP = {"id": "look", "title": "Look", "do": "Look"}
ROLLBACK = {
    "to": {"model/x": "previous_good"},
    "when": {"any": ["seen"]},
    "decide": {"by": "operations", "within": "5m"},
    "steps": ["look"],
    "verify": {"all": ["seen"], "hold": "5m", "give_up_after": "1h"},
    "if_unavailable": "look",
    "if_inconclusive": "look",
    "if_failed": "look",
}
SIDE = {"op": "gt", "value": 1, "for": "5m", "min_samples": 5}
VALUES: dict[str, Any] = {
    "fires": SIDE,
    "clears": SIDE,
    "tier": "ticket",
    "no_data": "fires",
    "latched": False,
    "set_by": {"team": "sre"},
    "fallback": True,
    "only_if": {"environment": ["prod"]},
    "changes": "reversible",
    "moves_data": True,
    "keeps_visibility": False,
    "auto": "allowed",
    "is": "fires",
    "outcome": "degraded",
    "then": "end",
}
"""Values for the keys whose schema has no example."""


def runbook(signal: dict[str, Any] = SIGNAL, step: dict[str, Any] = STEP, **more: Any) -> Runbook:
    return model.runbook({**TOP, "signals": [signal], "rollback": ROLLBACK, **more}, [(step, "Detect")])


def sample(key: str, schema: dict[str, Any]) -> Any:
    return VALUES[key] if key in VALUES else schema["examples"][-1]


def keys(name: str) -> Iterator[tuple[str, Any]]:
    """The keys of a step or a signal in the contract, each with a value that the plain one does not have."""
    found = resources.schemas()["step" if name == "step" else "runbook"]
    properties = found["properties"] if name == "step" else found["properties"]["signals"]["items"]["properties"]
    yield from ((key, sample(key, schema)) for key, schema in properties.items() if key != "id")


@pytest.mark.parametrize(("key", "value"), [*keys("step")], ids=lambda each: each if isinstance(each, str) else "")
def test_every_key_of_a_step_counts(key: str, value: Any) -> None:
    kind = {key: value} if key in model.ACTIONS and key != "do" else {"do": STEP["do"], key: value}
    step = {"id": "look", "title": "Look", **kind}
    for before, after in ((runbook(), runbook(step=step)), (runbook(step=step), runbook())):
        found = meaning.changes(before, after)
        assert found, key
        assert all("Threshold(" not in each.words and "timedelta" not in each.words for each in found)


@pytest.mark.parametrize(("key", "value"), [*keys("signal")], ids=lambda each: each if isinstance(each, str) else "")
def test_every_key_of_a_signal_counts(key: str, value: Any) -> None:
    other = {**SIGNAL, key: "people" if key == "source" else value}
    assert meaning.changes(runbook(), runbook(signal=other)), key
    assert meaning.changes(runbook(signal=other), runbook()), key


def test_every_key_of_a_rollback_counts() -> None:
    others: list[dict[str, Any]] = [
        {"to": {"model/x": "3"}},
        {"when": {"all": ["seen"]}},
        {"when": {"any": ["seen"], "unless": ["other"]}},
        {"decide": {"by": "sre", "within": "5m"}},
        {"decide": {"by": "operations", "within": "6m"}},
        {"steps": ["look", "more"]},
        {"verify": {**ROLLBACK["verify"], "all": ["other"]}},  # type: ignore[dict-item]
        {"verify": {**ROLLBACK["verify"], "hold": "6m"}},  # type: ignore[dict-item]
        {"verify": {**ROLLBACK["verify"], "give_up_after": "2h"}},  # type: ignore[dict-item]
        {"verify": {**ROLLBACK["verify"], "later": ["other"]}},  # type: ignore[dict-item]
        *({key: "more"} for key in ("if_unavailable", "if_inconclusive", "if_failed")),
    ]
    for other in others:
        found = meaning.changes(runbook(), runbook(rollback={**ROLLBACK, **other}))
        assert [each.level for each in found] == ["major"], other


def test_every_other_key_counts_but_those_that_say_nothing_of_what_one_does() -> None:
    known = {*resources.schemas()["runbook"]["properties"]}
    apart = {"schema", "id", "version", "changelog", "waivers", "signals", "rollback"}
    for key in sorted(known - apart - {"review"}):
        assert meaning.changes(runbook(), replace(runbook(), data={**runbook().data, key: "other"})), key
    for key in sorted(apart):
        assert not meaning.changes(runbook(), replace(runbook(), data={**runbook().data, key: "other"})), key
    review = {"last": "2026-11-20", "by": "sre", "confirmed": ["thresholds"]}
    assert not meaning.changes(runbook(), runbook(review=review))
    assert meaning.changes(runbook(), runbook(review={**review, "every": "30d"}))


@pytest.mark.parametrize("path", sorted((ROOT / "runbooks").glob("*.md")), ids=lambda path: path.stem)
def test_a_runbook_is_what_it_was_however_it_is_read(path: Path) -> None:
    data = path.read_bytes()
    books = [document.parse(f"runbooks/{path.name}", "runbook", each) for each in (data, data.replace(b"\n", b"\r\n"))]
    both = [Repository((each,)) for each in books]
    assert meaning.between(books[0], both[0], books[1], both[1]) == ()


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        (None, "a", "x is a, was none"),
        (("a", "b"), ("a",), "x is a, was a and b"),
        (("a", "b", "c"), ("a", "b", "d"), "x: adds d, drops c"),
        (("a", "b", "c"), ("c", "b", "a"), "x: stands in another order"),
        ((1, 2.5, 10000), (1, 3), "x is 1 and 3, was 1, 2.5 and 10,000"),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, "x: b is 3, was 2"),
        ([{"id": "a", "n": 1}], [{"id": "a", "n": 2}, {"id": "b"}], "x: adds b, changes a (n is 2, was 1)"),
        ([{"n": 1}], [{"n": 2}], "x is n: 2, was n: 1"),
        ("a" * 110, "b", f"x is b, was {'a' * 110}"),
        ("a " * 90 + "b", "a " * 90 + "c", f'x is "…{"a " * 15}c", was "…{"a " * 15}b"'),
        ("a " * 60 + "b", "a " * 60 + "\nb", "x changed"),
        (True, False, "x is no, was yes"),
        ("say when", "do it", 'x is "do it", was "say when"'),
        ("password: hunter2secret9", "x", "x changed"),
    ],
)
def test_values_are_told_as_people_read_them(was: object, now: object, told: str) -> None:
    assert phrases.changed("x", was, now) == told


def test_a_summary_is_one_line_of_the_biggest_few() -> None:
    found = tuple(meaning.Change("major", f"{name} " + "x" * 200) for name in "abcde")
    said = meaning.summary(found)
    assert said.endswith("; and 2 more")
    assert len(said) < 600
    assert meaning.level(found) == "major"


def test_what_only_a_finished_runbook_needs_does_not_keep_two_from_being_compared() -> None:
    def book(summary: str, status: str) -> Document:
        text = f"---\nschema: runbook/1\nid: x\ntitle: X\nsummary: {summary}\nversion: '1.0.0'\nstatus: {status}\n"
        text += (
            "owner: sre\nchangelog: [{version: '1.0.0'}]\n---\n\n## Detect\n\n```step\nid: look\ntitle: L\ndo: L\n```\n"
        )
        return document.parse("runbooks/x.md", "runbook", text.encode())

    was, now = book("a", "active"), book("b", "deprecated\nsuccessor: y")
    assert Repository((was,)).model(was) is None
    found = meaning.between(was, Repository((was,)), now, Repository((now,)))
    assert {each.words for each in found} == {
        "status is deprecated, was active",
        "successor is y, was none",
        "summary is b, was a",
    }
