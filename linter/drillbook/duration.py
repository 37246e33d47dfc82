"""Prometheus durations (``1h30m``) to ``timedelta`` and back. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

_UNITS = {
    "y": timedelta(days=365),
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_FORM = re.compile("".join(rf"(?:([0-9]{{1,19}}){unit})?" for unit in _UNITS))
_LONGEST = timedelta(microseconds=(2**63 - 1) // 1000)
"""What Prometheus counts in, nanoseconds in 64 bits, ends after 292 years."""


@lru_cache(maxsize=1024)
def parse(text: str) -> timedelta | None:
    """Length of a Prometheus duration, or None where the text is none: units from long to short, each once.

    A year is 365 days and a day 24 hours, as Prometheus counts them; what is too long for it is none either.
    """
    match = _FORM.fullmatch(text)
    if not text or match is None:
        return None
    try:
        length = sum(
            (unit * int(count) for unit, count in zip(_UNITS.values(), match.groups(), strict=True) if count),
            timedelta(),
        )
    except OverflowError:
        return None
    return length if length <= _LONGEST else None


def show(length: timedelta) -> str:
    """The shortest way to write a length in days, hours, minutes and seconds: ``392m`` is ``6h32m``."""
    if not length:
        return "0m"
    rest, words = length, []
    for name in ("d", "h", "m", "s", "ms"):
        count, rest = divmod(rest, _UNITS[name])
        if count:
            words.append(f"{count}{name}")
    return "".join(words)
