"""Findings that stand already -> a file that sets them aside, and back. Pure.

A finding is known by its file, its rule and its words, never by its line: what moves in a file is the same finding, and what is
mended counts no more.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from drillbook.finding import Finding, Severity

NAME = "drillbook-baseline.json"
_VERSION = 1
Key = tuple[str, str, str]


class BaselineError(ValueError):
    """What is wrong with the file, in one sentence."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of the findings, and what of the baseline was not found any more."""

    findings: Sequence[Finding]
    mended: Counter[Key]
    aside: int


def write(findings: Iterable[Finding], hidden: Collection[str] = ()) -> str:
    """The baseline of some findings; of the rules in ``hidden`` only a hash of the words, since they may name a secret."""
    return _text(Counter(_key(each, hidden) for each in findings))


def without(counts: Counter[Key], mended: Counter[Key]) -> str:
    """A baseline from which what was mended has gone."""
    return _text(counts - mended)


def read(text: str) -> Counter[Key]:
    """The findings of a baseline, and how often each. Raises BaselineError."""
    try:
        data: Any = json.loads(text)
        entries: Any = data["findings"] if data["version"] == _VERSION else None
        return Counter(
            {(str(each["path"]), str(each["rule"]), str(each["text"])): int(each["count"]) for each in entries}
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        wanted = f'expected what "drillbook lint --write-baseline" writes (version {_VERSION})'
        raise BaselineError(f"is no baseline, {wanted}; write it anew") from None


def apply(
    findings: Iterable[Finding],
    counts: Counter[Key],
    asked: Collection[str],
    hidden: Collection[str],
    rules: Collection[str] | None = None,
) -> Kept:
    """The findings that the baseline does not hold. ``asked`` are the files that were looked at, ``rules`` the rules; None: all.

    A file with a new error may hide what stands below it, as broken YAML does, so nothing in it counts as mended.
    """
    left, kept = Counter(counts), []
    aside = 0
    for each in findings:
        key = _key(each, hidden)
        if left[key] > 0:
            left[key] -= 1
            aside += 1
        else:
            kept.append(each)
    sure = set(asked) - {each.path for each in kept if each.severity is Severity.ERROR}
    mended = {key: n for key, n in left.items() if n > 0 and key[0] in sure and (rules is None or key[1] in rules)}
    return Kept(tuple(kept), Counter(mended), aside)


def _key(finding: Finding, hidden: Collection[str]) -> Key:
    words = finding.message
    if finding.rule in hidden:
        words = f"sha256:{hashlib.sha256(words.encode()).hexdigest()}"
    return finding.path, finding.rule, words


def _text(counts: Counter[Key]) -> str:
    entries = [
        {"path": path, "rule": rule, "text": text, "count": number}
        for (path, rule, text), number in sorted(counts.items())
        if number > 0
    ]
    return json.dumps({"version": _VERSION, "findings": entries}, indent=1, ensure_ascii=False) + "\n"
