"""A sample of the mutants of every run of ``make mutants``, and the judged runbooks: what the linter must go on finding."""

from __future__ import annotations

import random

import pytest

from tests import mutants
from tests.judged.measure import judged

pytestmark = pytest.mark.slow


def test_a_sample_of_mutants_is_found() -> None:
    every = list(mutants.mutants())
    sample = random.Random(20261122).sample(every, 300)  # noqa: S311
    alive = [mutant for mutant in sample if mutants.survives(mutant) and not mutants.excused(mutant)]
    assert [mutant.name for mutant in alive] == []


def test_every_excuse_is_needed() -> None:
    names = {mutant.name for mutant in mutants.mutants()}
    assert [
        pattern for pattern in mutants.SURVIVORS if not any(mutants.re.fullmatch(pattern, each) for each in names)
    ] == []


def test_the_judged_faults_are_found_and_nothing_else() -> None:
    broken, sound = judged("broken"), judged("sound")
    faults = sum(len(each.faults) for each in broken)
    missed = sum(len(each.missed) for each in broken)
    assert (len(broken), len(sound)) == (30, 30)
    assert (faults - missed) / faults >= 0.9, [fault for each in broken for fault in each.missed]
    assert [(each.case, finding.message) for each in sound for finding in each.findings] == []
    assert sum(len(each.besides) for each in broken) <= 3
