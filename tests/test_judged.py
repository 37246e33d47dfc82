"""The lists of faults of the judged folders: every place that they name is there. What is found is measured, not tested here."""

from __future__ import annotations

from tests.judged.folders import HERE, faults


def test_every_judged_place_is_a_line_of_its_case() -> None:
    cases = sorted((HERE / "broken").iterdir())
    places = [(case, place) for case in cases for fault in faults(case) for place in fault.places]
    assert len(cases) >= 20
    for case, place in places:
        file, _, line = place.rpartition(":")
        assert int(line) <= len((case / file).read_text(encoding="utf-8").splitlines()), f"{case.name}/{place}"


def test_a_sound_case_has_no_faults() -> None:
    cases = sorted((HERE / "sound").iterdir())
    assert len(cases) >= 20
    assert [case.name for case in cases if faults(case)] == []
