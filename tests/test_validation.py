"""The fast validator and the reference say the same; what they say is one violation a cause."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook import files, validation
from drillbook.document import BESIDE
from drillbook.repository import Repository

ROOT = Path(__file__).parent.parent


@cache
def repository() -> Repository:
    return files.load(ROOT)


@cache
def values() -> tuple[tuple[str, Any], ...]:
    """Every sound value of this repository with the schema that it satisfies."""
    found: list[tuple[str, Any]] = []
    for document in (each for each in repository().documents if each.kind not in BESIDE):
        found.append((document.kind, repository().effective(document)))
        found += [(f"step{validation.COMPLETE}", step.value) for step in document.steps]
        found += [(f"inject{validation.COMPLETE}", inject.value) for inject in document.injects]
    return tuple(found)


def test_this_repository_satisfies_its_schemas() -> None:
    assert len(values()) > 20
    for schema, value in values():
        assert validation.violations(schema, value) == ()


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["active", "draft", "people", "end", "owner", "page", "gate", "1.2.3", "1.2", "15m", "0m", "m", "2026-02-30",
         "2026-02-28", "20260228", "2026-W01-1", "2026-09-21T07:10:00Z", "2026-09-21T07:10:00+00:00", "a\n", "a-b\n",
         "model/x", "é", "٣m", "sev2"]
    ),
    st.just([]),
    st.just({}),
    st.lists(st.sampled_from(["sre", "a", 1, None]), max_size=3),
    st.dictionaries(st.sampled_from(["id", "op", "value", "for", "x y"]), st.sampled_from(["a", 1, "15m"]), max_size=3),
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, Any]:
    schema, sound = draw(st.sampled_from(values()))
    value = copy.deepcopy(sound)
    for _ in range(draw(st.integers(1, 3))):
        place = value
        while isinstance(place, (dict, list)) and place:
            keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], (dict, list)) or draw(st.booleans()):
                what = draw(st.sampled_from(["delete", "replace", "rename", "add"]))
                if what == "replace":
                    place[key] = draw(ODD)
                elif what == "delete" or isinstance(place, list):
                    del place[key]
                elif what == "rename":
                    place[draw(st.text(min_size=1, max_size=6))] = place.pop(key)
                else:
                    place[draw(st.sampled_from(["run", "do", "outcome", "then", "unless", "zzz"]))] = draw(ODD)
                break
            place = place[key]
    return schema, value


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(spoiled())
def test_the_fast_validator_agrees_with_the_reference(case: tuple[str, Any]) -> None:
    schema, value = case
    fast = validation.holds((schema,), value)
    reference = not list(validation._reference(schema).iter_errors(value))
    assert fast == reference
    assert bool(validation.violations(schema, value)) is not fast


@pytest.mark.parametrize(
    ("text", "format", "fits"),
    [
        ("2026-02-28", "date", True), ("2026-02-30", "date", False), ("20260228", "date", False),
        ("2026-09-21T07:10:00Z", "date-time", True), ("2026-09-21T07:10:00+02:00", "date-time", False),
        ("2026-09-21 07:10", "date-time", False), ("2026-09-21T25:10:00Z", "date-time", False),
        ("1h30m", "duration-positive", True), ("0m", "duration-positive", False), ("0m", "duration-prometheus", True),
        ("30m1h", "duration-prometheus", False), ("15 m", "duration-prometheus", False),
        ("٣m", "duration-prometheus", False), ("", "duration-prometheus", False),
        ("2.1.0", "semver", True), ("2.1", "semver", False), ("02.1.0", "semver", False), ("2.1.0\n", "semver", False),
        ("[a-z]+", "regex", True), ("[a-z", "regex", False),
    ],
)  # fmt: skip
def test_formats(text: str, format: str, fits: bool) -> None:
    assert validation.FORMATS[format](text) is fits


def spoil(schema: str, change: dict[str, Any], drop: tuple[str, ...] = ()) -> list[tuple[tuple[Any, ...], str]]:
    value = copy.deepcopy(dict(values())[schema])
    value.update(change)
    for key in drop:
        del value[key]
    return [(violation.at, violation.keyword) for violation in validation.violations(schema, value)]


def test_one_violation_a_cause() -> None:
    assert spoil("runbook", {"objectives": "soon"}) == [(("objectives",), "type")]
    assert spoil("runbook", {}, drop=("objectives",)) == [((), "required")]
    assert spoil("runbook", {"objectivs": {}}) == [(("objectivs",), "additionalProperties")]
    assert spoil("runbook", {"schema": "drill/1"}) == [(("schema",), "const")]


def test_the_reference_reads_the_end_of_a_text_as_the_schemas_mean_it() -> None:
    assert not validation.holds(("step",), {"id": "page-risk\n", "title": "Page risk", "do": "Call"})
    (found,) = validation.violations("step", {"id": "page-risk\n", "title": "Page risk", "do": "Call"})
    assert (found.at, found.keyword) == (("id",), "pattern")
