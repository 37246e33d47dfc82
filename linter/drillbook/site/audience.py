"""Repository + audience -> the repository that this audience may read. Pure.

What nobody has classified counts as the most confidential. A limited repository gives pages without the findings of the linter,
without git's words and without the runbooks as they are written: those may name what was left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from drillbook.repository import READERS, Repository

ALL = READERS[-1]


def limited(repository: Repository, audience: str) -> Repository:
    """Only the runbooks that are not above a class; everything for ``restricted``."""
    if audience == ALL:
        return repository
    allowed = READERS[: READERS.index(audience) + 1]
    kept = tuple(
        each for each in repository.documents if each.kind != "runbook" or repository.classification(each) in allowed
    )
    gone: Mapping[str, None] = dict.fromkeys(each.path for each in repository.documents if each not in kept)
    return replace(repository, documents=kept, paths=repository.paths - frozenset(gone), limited=True)
