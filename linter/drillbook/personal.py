"""A text -> the numbers in it that belong to somebody: cards, accounts, national ids, phones. Pure.

A number counts only where its own check digits say so; the checks are those of python-stdnum.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module

from drillbook.finding import Span

_CARD = re.compile(
    r"(?<![\w.+/:=-])[2-6][0-9]{3}(?:[0-9]{9,15}|([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}|([ -])[0-9]{6}\2[0-9]{4,5})"
    r"(?![\w-]|[.:/][0-9])"
)
_ISSUERS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}|35(?:2[89]|[3-8][0-9])[0-9]{12}|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}"
)
_FOR_TESTS = frozenset(
    (
        *("4242424242424242", "4111111111111111", "4012888888881881", "4000056655665556", "4222222222222"),
        *("5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222", "2223000048400011"),
        *("378282246310005", "371449635398431", "378734493671000", "6011111111111117", "6011000990139424"),
        *("30569309025904", "38520000023237", "3056930009020004", "3530111333300000", "3566002020360505"),
    )
)
"""Numbers that payment providers publish for tests."""
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_PUBLISHED = frozenset(
    ("DE89370400440532013000", "GB82WEST12345698765432", "GB29NWBK60161331926819", "NL91ABNA0417164300")
)
"""Examples from the standard and its registry."""
_END = r"(?![\w-]|\.[0-9])"
_NATIONAL: tuple[tuple[str, str, re.Pattern[str], tuple[bytes, ...]], ...] = tuple(
    (name, module, re.compile(rf"(?<![\w.-]){form}{_END}"), tuple(shapes))
    for name, module, form, shapes in (
        ("Italian tax code", "it.codicefiscale", r"[A-Z]{6}[0-9]{2}[A-EHLMPR-T][0-9]{2}[A-Z][0-9]{3}[A-Z]",
         [b"AAAAAA00A00A000A"]),
        ("Finnish identity code", "fi.hetu", r"[0-3][0-9][01][0-9]{3}[-+A-F][0-9]{3}[0-9A-Y]",
         [b"000000-000", b"000000+000", b"000000A000"]),
        ("French social insurance number", "fr.nir", r"[12] ?[0-9]{2} ?[01][0-9] ?[0-9][0-9AB] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
         [b"0" * 15, b"00A00000000", b"0 00 00 0"]),
        ("Belgian national number", "be.nn", r"[0-9]{2}\.[01][0-9]\.[0-3][0-9]-[0-9]{3}\.[0-9]{2}", [b"00.00.00-000.00"]),
        ("Chinese identity number", "cn.ric", r"[1-9][0-9]{5}(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9X]", [b"0" * 17]),
        ("Brazilian taxpayer number", "br.cpf", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", [b"000.000.000-00"]),
    )
)  # fmt: skip
"""Those whose form and check digits together leave chance no room, as they are written."""
_PHONE = re.compile(r"(?<![\w+.])\+[1-9][0-9]{0,2}[ .(/-]{1,2}[0-9](?:[ ./()-]{0,2}[0-9]){6,12}(?!\w|\.[0-9])")
_MADE_UP = re.compile(
    r"1[2-9][0-9]{2}55501[0-9]{2}|1555[0-9]{7}|44(?:7700900|2079460|1632960)[0-9]{3}|33199[0-9]{6}|49(?:30|40|69|89)(?:23125|66969|90009|99998)[0-9]{1,4}"
)
_OF_A_DESK = re.compile(
    r"hotline|on-?call|switchboard|support|help ?desk|service desk|noc\b|duty|emergency|authority|office|bridge|dial|conference"
    r"|vendor|team|pager|reception|police|bank\b|registry|commission",
    re.IGNORECASE,
)


_SHAPE = bytes(48 if 48 <= code <= 57 else 65 if 65 <= code <= 90 else code for code in range(256))


@lru_cache(maxsize=4)
def _shape(text: str) -> bytes:
    """The text with every digit as 0 and every capital as A: what a number looks like is found there at once."""
    return text.encode("ascii", "replace").translate(_SHAPE)


def _looks(text: str, *shapes: bytes) -> bool:
    shape = _shape(text)
    return any(each in shape for each in shapes)


def cards(text: str) -> Iterator[Span]:
    """Payment card numbers: the length and beginning of an issuer, and Luhn's check digit."""
    if not _looks(text, b"0" * 13, b"0000 0000 0000", b"0000-0000-0000", b"0000 000000 0000", b"0000-000000-0000"):
        return
    for found in _CARD.finditer(text):
        digits = re.sub(r"[ -]", "", found[0])
        if _ISSUERS.fullmatch(digits) and digits not in _FOR_TESTS and len(set(digits)) > 3 and _valid("luhn", digits):
            yield Span(*found.span())


def accounts(text: str) -> Iterator[Span]:
    """Bank accounts as IBAN: length and form of the country, and the check digits."""
    for found in _IBAN.finditer(text) if _looks(text, b"AA00") else ():
        words = found[0].split(" ")
        for count in range(len(words), 0, -1):  # a word in capitals may follow
            number = "".join(words[:count])
            if len(number) >= 15 and number not in _PUBLISHED and _valid("iban", number):
                yield Span(found.start(), found.start() + len(" ".join(words[:count])))
                break


def national_ids(text: str) -> Iterator[tuple[Span, str]]:
    """National identity numbers and what they are called."""
    for name, module, form, shapes in _NATIONAL:
        for found in form.finditer(text) if _looks(text, *shapes) else ():
            if _valid(module, found[0]):
                yield Span(*found.span()), name


def phones(text: str) -> Iterator[Span]:
    """Phone numbers with their country, but for those that a line calls a hotline, a desk or a bridge, or that are made up."""
    for found in _PHONE.finditer(text):
        start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        line = text[max(start, found.start() - 200) : min(end if end >= 0 else len(text), found.end() + 200)]
        if not _OF_A_DESK.search(line) and not _MADE_UP.fullmatch(re.sub(r"[^0-9]", "", found[0])):
            yield Span(*found.span())


def _valid(module: str, number: str) -> bool:
    check: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return check(number)
