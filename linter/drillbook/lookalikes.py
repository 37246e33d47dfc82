"""A text -> the letters and signs in it that look like others than they are. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from drillbook.finding import Span

_WORD = re.compile(r"[^\W\d_]{2,200}")
_LATIN = {
    **dict(zip("АВЕЅІЈКМНОРСТУХаеіјорѕсухһԁԛԝѵӏ", "ABESIJKMHOPCTYXaeijopscyxhdqwvl", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον", "ABEZHIKMNOPTYXov", strict=True)),
    **dict(zip("ՍՏՕօոսցհ", "USOonugh", strict=True)),
}
"""Letters of other scripts, and the Latin ones that people read in their place."""
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|(?<!\S)#[^\n]*", re.DOTALL)
_SIGN = re.compile(
    "[\u00a0\u1680\u2000-\u200a\u200c\u200d\u202f\u205f\u3000\u115f\u1160\u3164\uffa0\u2800]|[\u201c-\u201f\u2018-\u201b\u00ab\u00bb\u2032\u2033]"
    "|(?<!\\S)[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"
)


def words(text: str) -> Iterator[tuple[Span, str, str]]:
    """The words that mix Latin letters with others that look like them: where, as they are read, and the name of the letter."""
    if text.isascii():
        return
    for word in _WORD.finditer(text):
        if word[0].isascii():
            continue
        other = next((letter for letter in word[0] if _plain(letter) != letter), "")
        if other and any(letter.isascii() for letter in word[0]):
            yield Span(*word.span()), "".join(_plain(letter) for letter in word[0]), name(other)


def _plain(letter: str) -> str:
    """The Latin letter that another one looks like: of another script, of full width, or of mathematics."""
    if letter.isascii():
        return letter
    if letter in _LATIN:
        return _LATIN[letter]
    if unicodedata.name(letter, "").startswith(("FULLWIDTH LATIN", "MATHEMATICAL")):
        return unicodedata.normalize("NFKC", letter)
    return letter


def sign(command: str) -> str:
    """The first sign of a command, outside of quoted text, that a shell does not read as what it looks like; or nothing."""
    if command.isascii():
        return ""
    found = _SIGN.search(_QUOTED.sub(lambda quoted: "x" * len(quoted[0]), command))
    return found[0] if found else ""


def name(character: str) -> str:
    """What to call a character: ``CYRILLIC SMALL LETTER A (U+0430)``."""
    return f"{unicodedata.name(character, 'a character')} (U+{ord(character):04X})"


def meant(character: str) -> str:
    """What people mean who type one of the signs."""
    if unicodedata.category(character) == "Pd" or character == "\u2212":
        return "a hyphen"
    return (
        "a plain space or nothing"
        if unicodedata.category(character) in ("Zs", "Cf", "Lo", "So")
        else "a straight quote"
    )
