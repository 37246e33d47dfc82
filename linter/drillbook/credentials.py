"""A text -> the passwords, tokens and keys in it, by the patterns of detect-secrets. Asks no host, starts no process.

Loading that library takes a quarter of a second, so a few words say first where a text could hold anything. From the library
come the patterns alone: what looks a secret up on the network, and what runs in parallel, is never called.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from drillbook.finding import Span

_KEYS = ("api", "auth", "service", "account", "db", "database", "priv", "private", "client")
_WORDS = (
    *("passw", "_pass", "pass=", "pass:", "keypass", "pwd", "secret", "contrase", "bearer", "dbpass", "databasepass"),
    *(f"{of}{mark}key" for of in _KEYS for mark in ("", "_")),
)
"""Words beside which a password may stand; in small letters."""
_STEMS = ("pass", "pwd", "secret", "contrase", "bearer", "key")
"""Each of these words holds one of them: few to look for in a text that has none."""
_MARKS = ("private key", "putty-user-key", "_authtoken", "hooks.slack.com")
"""Words that belong to a secret themselves; in small letters."""
_HOUSES = ("aws", "cloudant", "softlayer", "ibm")
"""Names beside which a long word may be a key; in small letters."""
_KEY = re.compile(r"[\"'][0-9A-Za-z/+]{40}[\"']|[A-Za-z0-9_-]{44}|[0-9a-f]{48}")
_LONG = 20
_TOKEN = re.compile(
    r"A3T[A-Z0-9]{17}|(?:A[KS]IA|ABIA|ACCA)[0-9A-Z]{16}|AccountKey=|gh[pousr]_[A-Za-z0-9_]{36}|gl[a-z]{2,5}-[\w-]{20}|GR1348941"
    r"|[xX][oO][xX][a-zA-Z]-[0-9]|eyJ[\w=-]+\.|SG\.[\w-]{22}|[rs]k_live_|T3BlbkFJ|[0-9a-z]{32}-us[0-9]|pypi-Ag|sq0csp-"
    r"|[AS][CK][a-z0-9]{32}|(?<![\w-])AKC[a-zA-Z0-9]{10}|(?<![\w-])AP[0-9A-F][a-zA-Z0-9]{8}|[0-9]{8}:[\w-]{35}"
    r"|[MNO][\w-]{23,25}\.[\w-]{6}\.|npm_[A-Za-z0-9]{36}|sk-(?:proj|svcacct|admin)-"
)
"""How a token looks that is told by itself, in a word of at least that length."""
_YOUNGER = {
    "NPM token": re.compile(r"\bnpm_[A-Za-z0-9]{36}\b"),
    "OpenAI token": re.compile(r"\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,200}"),
}
"""Tokens that are younger than the patterns of the library."""
_LOGIN = re.compile(r"://[^\s/:@]{1,200}:[^\s@]{1,200}@")
_BEARER = re.compile(r"\bbearer[ \t]+([A-Za-z0-9._~+/=-]{20,500})", re.IGNORECASE)
_SHORTEST = 8
_LEAST = 6
_WINDOW, _OVER = 1000, 200
_MOST = 1000
_NOT_READ = frozenset(("Public IP (ipv4)", "Base64 High Entropy String", "Hex High Entropy String", "Secret Keyword"))
"""Every digest is of high entropy, every version with four parts an address; words such as "password" are looked at apart."""
_CERTAIN = frozenset(("Private Key", "Basic Auth Credentials"))
_MADE_UP = re.compile(
    r"example|placeholder|changeme|change_me|redacted|dummy|your|todo|sample|xxxx|\*\*\*|\.\.\.|…|not-?a-?real|fake|<|>|\$|\{|\}|%\(|\[\[",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"[./~@]|(?:vault|env|file|arn|op|secretsmanager|projects|gcp|aws|azure|kv|ssm|ref)[:/+]", re.IGNORECASE
)
_NAME = re.compile(r"[a-z]*[0-9]{0,3}(?:[-_./:](?:[a-z]*[0-9]{0,3}|[0-9]{4}))*", re.IGNORECASE)
_STOPS = re.compile(r"[\s\"'`,;)\]}|&]")


@dataclass(frozen=True, slots=True)
class Secret:
    """What kind of secret stands where. What it says is not kept."""

    kind: str
    span: Span


def find(text: str) -> Iterator[Secret]:
    """The secrets of a text, each once, in order of place. Of a text that hints at very many the rest is not looked at."""
    seen: list[Span] = []
    for start, end in _windows(text):
        for kind, value in _in(text[start:end]):
            at = text.find(value, start, end)
            span = Span(at, at + len(value))
            if at >= 0 and not any(span.start < other.end and other.start < span.end for other in seen):
                seen.append(span)
                yield Secret(kind, span)


def may_hold(text: str) -> bool:
    """Whether a text could hold a secret at all."""
    small = text.lower()
    hints = any(stem in small for stem in _STEMS) and any(word in small for word in _WORDS)
    return hints or _tells(text, small)


def _tells(text: str, small: str) -> bool:
    """Whether something in a text may be a secret by its own look."""
    if any(mark in small for mark in _MARKS) or ("://" in text and _LOGIN.search(text)):
        return True
    near = any(house in small for house in _HOUSES)
    words = {word for word in text.split() if len(word) >= _LONG}
    return any(_TOKEN.search(word) or (near and _KEY.search(word)) for word in words)


def _speaks(line: str, small: str) -> bool:
    """Whether a line may give a password, which has a letter and a digit, beside the word for it."""
    return any(word in small for word in _WORDS) and any(
        len(word) >= _SHORTEST and not word.isalpha() and any("0" <= each <= "9" for each in word)
        for word in line.split()
    )


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches, of one line each, in which a secret may stand."""
    small = text.lower()
    whole = len(small) != len(text) or _tells(text, small)  # a few letters become two when they are made small
    starts = _lines(text) if whole else sorted({small.rfind("\n", 0, at) + 1 for at in _spoken(small)})
    count = 0
    for start in starts:
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        if end - start < _SHORTEST or (whole and not may_hold(text[start:end])):
            continue
        for at in range(start, end, _WINDOW - _OVER):
            yield at, min(at + _WINDOW, end)
            count += 1
        if count > _MOST:
            return


def _lines(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _spoken(small: str) -> Iterator[int]:
    """Where the words stand beside which a password may."""
    for word in _WORDS:
        at = small.find(word)
        while at >= 0:
            yield at
            at = small.find(word, at + 1)


def _in(line: str) -> Iterator[tuple[str, str]]:
    small = line.lower()
    if _tells(line, small):
        for kind, values in _detectors():
            yield from ((kind, value) for value in values(line) if _may_be(kind, value))
    if not _speaks(line, small):
        return
    for value in _keywords()(line) if "=" in line or ":" in line else ():
        word = _STOPS.split(value.strip().strip("\"'`"), maxsplit=1)[0]
        if _is_password(word):
            yield "password or key", word
    for found in _BEARER.findall(line):
        if _is_password(found):
            yield "bearer token", found


def _may_be(kind: str, value: str) -> bool:
    if not value or _MADE_UP.search(value):
        return False
    if kind == "Basic Auth Credentials":
        return len(value) >= _LEAST and value.lower() not in ("password", "secret") and not value.isdigit()
    return kind in _CERTAIN or (any(each.isdigit() for each in value) and any(each.isalpha() for each in value))


def _is_password(value: str) -> bool:
    """Whether the value beside a word such as "password" is one, and not its name, its place or a stand-in for it."""
    from detect_secrets.filters import heuristic

    if not 8 <= len(value) <= 500 or _MADE_UP.search(value) or _POINTER.match(value) or "://" in value:
        return False
    if heuristic.is_sequential_string(value) or heuristic.is_potential_uuid(value) or _NAME.fullmatch(value):
        return False
    mixed = any(each.isdigit() for each in value) and any(each.isalpha() for each in value)
    return mixed and "(" not in value and _entropy(value) > 2.5


def _entropy(value: str) -> float:
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())


@cache
def _detectors() -> tuple[tuple[str, Callable[[str], Iterable[str]]], ...]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    known: dict[str, Any] = get_mapping_from_secret_type_to_class()
    found = [(kind, _values(detector())) for kind, detector in known.items() if kind not in _NOT_READ]
    return (*found, *((kind, form.findall) for kind, form in _YOUNGER.items()))


def _values(detector: Any) -> Callable[[str], Iterable[str]]:
    """What gives the secrets of one kind in a line. The library gives the groups of a pattern, which may be its first letters."""
    from detect_secrets.plugins.base import RegexBasedDetector

    if type(detector).analyze_string is not RegexBasedDetector.analyze_string:
        given: Callable[[str], Iterable[str]] = detector.analyze_string
        return given

    def values(line: str) -> Iterator[str]:
        for pattern in detector.denylist:
            for found in pattern.finditer(line):
                group = max(filter(None, found.groups()), key=len, default="")
                yield group if len(group) >= _LEAST else found[0]

    return values


@cache
def _keywords() -> Callable[[str], Iterator[str]]:
    from detect_secrets.plugins import keyword

    detector = keyword.KeywordDetector()
    forms = (keyword.CONFIG_DENYLIST_REGEX_TO_GROUP, keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP)

    def values(line: str) -> Iterator[str]:
        for form in forms:
            yield from detector.analyze_string(line, denylist_regex_to_group=form)

    return values
