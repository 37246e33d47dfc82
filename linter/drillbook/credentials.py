"""A text -> the passwords, tokens and keys in it, by the patterns of detect-secrets. Asks no host, starts no process.

Loading that library takes a quarter of a second, so one expression says first where a text could hold anything. From the library
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

HINT = re.compile(
    r"passw|pass[\"' ]*[:=]|_pass|pwd|secret|contrase|api_?key|auth_?key|service_?key|account_?key|db_?key"
    r"|database_?key|priv(?:ate)?_?key"
    r"|client_?key|key_?pass|private key|puTTY-user-key|bearer[ \t]"
    r"|://[^\s/:@]{1,200}:[^\s/@]{1,200}@|akia|asia[0-9a-z]{16}|abia[0-9a-z]{16}|acca[0-9a-z]{16}|a3t[a-z0-9]|aws"
    r"|gh[pousr]_|gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|ffct)-|gr1348941|xox[abposr]-|hooks\.slack\.com|eyj|sg\.[\w-]{22}"
    r"|[rs]k_live_|sk-|-us[0-9]|_authtoken|pypi-ag|sq0csp|\b(?:ac|sk)[a-z0-9]{32}|akc[a-z0-9]{10}|\bap[0-9a-f][a-z0-9]{8}"
    r"|[0-9]{8,10}:[\w-]{35}|[mno][\w-]{23,25}\.[\w-]{6}\.|cloudant|softlayer|ibm",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\bbearer[ \t]+([A-Za-z0-9._~+/=-]{20,500})", re.IGNORECASE)
_BEFORE, _AFTER = 80, 400
_MOST = 200
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
_NAME = re.compile(r"[a-z]*[0-9]{0,3}(?:[-_./:][a-z]*[0-9]{0,3})*", re.IGNORECASE)
_STOPS = re.compile(r"[\s\"'`,;)\]}|&]")


@dataclass(frozen=True, slots=True)
class Secret:
    """What kind of secret stands where. What it says is not kept."""

    kind: str
    span: Span


def find(text: str) -> Iterator[Secret]:
    """The secrets of a text, each once, in order of place. Of a text with very many hints the rest is not looked at."""
    seen: list[Span] = []
    for start, end in _windows(text):
        for kind, value in _in(text[start:end]):
            at = text.find(value, start, end)
            span = Span(at, at + len(value))
            if at >= 0 and not any(span.start < other.end and other.start < span.end for other in seen):
                seen.append(span)
                yield Secret(kind, span)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches, of one line each, in which a secret may stand."""
    done, count = 0, 0
    for hint in HINT.finditer(text):
        if hint.start() < done:
            continue
        first = max(text.rfind("\n", 0, hint.start()) + 1, hint.start() - _BEFORE)
        line = text.find("\n", hint.end())
        done = min(line if line >= 0 else len(text), hint.end() + _AFTER)
        yield first, done
        count += 1
        if count == _MOST:
            return


def _in(line: str) -> Iterator[tuple[str, str]]:
    for kind, values in _detectors():
        for value in values(line):
            if _may_be(kind, value):
                yield kind, value
    for value in _keywords()(line):
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
        return value.lower() not in ("password", "pass", "secret", "pw", "pwd") and not value.isdigit()
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
    return tuple((kind, detector().analyze_string) for kind, detector in known.items() if kind not in _NOT_READ)


@cache
def _keywords() -> Callable[[str], Iterator[str]]:
    from detect_secrets.plugins import keyword

    detector = keyword.KeywordDetector()
    forms = (keyword.CONFIG_DENYLIST_REGEX_TO_GROUP, keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP)

    def values(line: str) -> Iterator[str]:
        for form in forms:
            yield from detector.analyze_string(line, denylist_regex_to_group=form)

    return values
