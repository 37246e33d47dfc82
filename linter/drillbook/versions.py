"""Two versions -> which of them is newer. Pure.

Only versions of one form are compared: numbers with a dot, a hyphen or an underscore between them (``13``, ``4.18.0``,
``2026-11-21.1``), behind the same letters where there are any (``v3``).
"""

from __future__ import annotations

import re

_FORM = re.compile(r"([A-Za-z]*)([0-9]+(?:[._-][0-9]+)*)")
_DATE = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?![0-9])")


def newer(one: str, other: str) -> bool | None:
    """Whether ``one`` is newer than ``other``; None where nobody can tell."""
    first, second = _FORM.fullmatch(one), _FORM.fullmatch(other)
    if first is None or second is None or first[1] != second[1]:
        return None
    if bool(_DATE.match(first[2])) != bool(_DATE.match(second[2])):
        return None
    return _numbers(first[2]) > _numbers(second[2])


def _numbers(text: str) -> list[int]:
    """The numbers of a version; zeros at the end say nothing."""
    found = [int(each) for each in re.split("[._-]", text)]
    while found and not found[-1]:
        found.pop()
    return found
