"""A word and the words that are known -> the one that was probably meant. Pure."""

from __future__ import annotations

from collections.abc import Iterable

_SHOWN = 8
_LIKE = 0.76
"""Below this, a suggestion is wrong more often than right: "marketing" is not "ranking"."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word closest to ``word``, or an empty text."""
    from difflib import get_close_matches  # most runs have nothing to suggest

    known = [*known]
    if word in known:
        return word
    lowered = {each.lower(): each for each in reversed(known)}
    close = get_close_matches(word[:80].lower(), lowered, n=1, cutoff=_LIKE)
    if not close:  # two letters of a short word that changed places are alike to people only
        close = [each for each in lowered if sorted(each) == sorted(word.lower())][:1]
    return lowered[close[0]] if close else ""


def only(word: str, known: Iterable[str]) -> str:
    """The one known word that can have been meant; empty where several are near, or none."""
    from difflib import get_close_matches

    lowered = {each.lower(): each for each in known}
    close = get_close_matches(word[:80].lower(), lowered, n=2, cutoff=_LIKE)
    return lowered[close[0]] if len(close) == 1 else ""


def hint(word: str, known: Iterable[str]) -> str:
    """The end of a message: what was meant, else what there is: ``did you mean "owner"`` or ``expected one of …``."""
    names = [*known]
    if near := nearest(word, names):
        return f'did you mean "{near}"'
    if not names:
        return "none is known"
    if len(names) == 1:
        return f'expected "{names[0]}"'
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"expected one of {', '.join(names[:_SHOWN])}{more}"
