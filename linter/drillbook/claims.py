"""A runbook in its repository -> what its sentences claim about thresholds: a direction, a number with a unit. Pure.

Only one form is read, because prose is free: the signal (its id, title or macro), then within the same part of the sentence
a word of comparison, then perhaps a number. Sentences that tell how things usually are, or once were, claim nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from drillbook.document import Document
from drillbook.finding import Place, Span
from drillbook.model import Runbook, Signal
from drillbook.repository import Repository

_UP = ("above", "over", "exceeds", "exceed", "exceeding", "more than", "greater than", "higher than", "at least")
_DOWN = ("below", "under", "less than", "lower than", "fewer than", "smaller than", "at most", "falls to", "drops to")
_EITHER = ("reaches", "hits", "crosses", "passes", "fires at", "pages at", "alerts at", "clears at", "threshold of")
_THRESHOLD = ("a threshold of", "the threshold of", "its threshold of", "the threshold is", "its threshold is")
_FAR = 60
"""So many characters may stand between the signal and the comparison."""
_BREAKS = re.compile(
    r"[;:)]|\n\s*\n|[.!?](?=\s|$)|,|"
    r"\b(?:and|but|while|when|if|because|unless|although|whereas|or|until|which|that|not|never|without)\b"
)
_LINKS = re.compile(
    r"(?:,?\s*(?:which|that|and)\s+)?\b(?:fires|pages|alerts|clears|ends)(?:\s+(?:when|if|once|as soon as|while))?\b",
    re.IGNORECASE,
)
"""What binds a comparison to its signal although it holds a word that breaks."""
_TELLS = re.compile(
    r"\b(?:normal|normally|usual|usually|typical|typically|average|baseline|ordinary|was|were|had|been|ago|history|"
    r"last (?:time|night|day|week|month|quarter|year|season|spring|summer|autumn|fall|winter|[A-Z][a-z]+day)|"
    r"objectives?|slo|sla|budget|goal|in tests|drill|incident|20[0-9]{2})\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"[\s*>-]*(?:(?:and|but|also|only)\s+)?(?:when|whenever|if|once|where|should)\s+(?:(?:the|an?)\s+)?"
    r"(?:(?:alert|signal|value of|value)\s+)?\Z",
    re.IGNORECASE,
)
_MEANING = re.compile(
    r"(?:[^.;,!?]|\.(?=[0-9])){0,60}\b(?:means|points to|suggests|hints at|calls for|is an?)\b", re.IGNORECASE
)
"""What stands behind a case that a sentence explains."""
_FIRING = re.compile(r"\b(?:fires?|pages?|alerts|alarms?|rings?|wakes|notif(?:y|ies)|threshold)\b", re.IGNORECASE)
"""A condition at the beginning of a sentence with one of these tells when a signal fires; otherwise it may name a worse case."""
_MEASURED = re.compile(r"\b(?:measured|averaged|counted|computed|calculated|summed|taken|smoothed)\s*$", re.IGNORECASE)
"""What is done over a time."""
_BY = re.compile(r"\bby\s*$", re.IGNORECASE)
_DIFFERENCES = ("ratio_delta", "stddev")
"""Only a signal that is a difference moves by what its threshold says."""
_NEAR = 25
"""So near must a number without a unit stand."""
_UNITS = (
    r"percentage points?|percent|per cent|%|ms|milliseconds?|µs|us|microseconds?|seconds?|sec|s|minutes?|min|"
    r"GiB|MiB|KiB|GB|MB|kB|bytes|standard deviations?|sigma|σ|per second|per minute|per hour|a second|a minute|"
    r"an hour|/s|/min|/h|USD|EUR|days?|hours?|h"
)
_NUMBER = rf"(?P<number>[-+−]?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]+)?)[ \t]?(?P<unit>(?:{_UNITS})(?![A-Za-z0-9]))?"
_WORDS = "|".join(
    word.replace(" ", r"\s+") for word in sorted((*_UP, *_DOWN, *_EITHER, *_THRESHOLD), key=len, reverse=True)
)
_CLAIM = re.compile(rf"\b(?P<word>{_WORDS})\b(?:\s+{_NUMBER}(?=(?P<after>[^\n]{{0,20}})))?", re.IGNORECASE)
_MOVES = "|".join(word.replace(" ", r"\s+") for word in (*_UP, *_DOWN))
_BEFORE = re.compile(rf"\b(?P<word>{_MOVES})\s+(?:the|its)\s+(?:threshold|limit)\s+of\s*\Z", re.IGNORECASE)
"""A comparison that stands before the signal: exceeds the threshold of …"""
_ALONE = re.compile(r"\s*(?:$|[.,;:!?)\"]|(?:for|in|on|and|or|then|until)\b)")
"""What may stand behind a number that has no unit; any other word would be what is counted."""

_FACTORS: dict[str, dict[str, float]] = {
    "ratio": {"": 1, "%": 0.01, "percent": 0.01, "per cent": 0.01, "percentage point": 0.01},
    "percent": {"%": 1, "percent": 1, "per cent": 1, "percentage point": 1},
    "seconds": {"µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600},
    "bytes": {"bytes": 1, "kB": 1e3, "KiB": 2**10, "MB": 1e6, "MiB": 2**20, "GB": 1e9, "GiB": 2**30},
    "per_second": {"/s": 1, "/min": 1 / 60, "/h": 1 / 3600},
    "stddev": {"σ": 1},
    "usd": {"USD": 1},
    "eur": {"EUR": 1},
    "days": {"day": 1, "h": 1 / 24},
    "score": {"": 1},
    "count": {"": 1},
}
"""How much one of a written unit is in the unit of a family; an empty one is a bare number."""
_FAMILIES: dict[str, tuple[str, float]] = {
    "ratio_delta": ("ratio", 1),
    "milliseconds": ("seconds", 1e3),
    "microseconds": ("seconds", 1e6),
    "mebibytes": ("bytes", 2**-20),
    "per_minute": ("per_second", 60),
    "per_hour": ("per_second", 3600),
}
_SPELLINGS = {
    **dict.fromkeys(("millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("us", "microsecond", "microseconds"), "µs"),
    **dict.fromkeys(("second", "seconds", "sec"), "s"),
    **dict.fromkeys(("minute", "minutes"), "min"),
    **dict.fromkeys(("hour", "hours"), "h"),
    **dict.fromkeys(("standard deviation", "standard deviations", "sigma"), "σ"),
    **dict.fromkeys(("per second", "a second"), "/s"),
    **dict.fromkeys(("per minute", "a minute"), "/min"),
    **dict.fromkeys(("per hour", "an hour"), "/h"),
    "percentage points": "percentage point",
    "days": "day",
}
_MACRO = r"\[\[\[\s*signal\(\s*[\"']{0}[\"']\s*\)\s*\]\]\]"
_READ = ("title", "do", "expect")
_TITLE = 12


@dataclass(frozen=True, slots=True)
class Claim:
    """A comparison that a sentence makes of a signal.

    ``direction`` is up, down or empty; ``value`` the number in the signal's unit, None where there is none. ``words`` are
    those of the text, ``at`` where they stand.
    """

    signal: Signal
    direction: str
    value: float | None
    words: str
    at: Place | Span


def claims(document: Document, repository: Repository) -> tuple[Claim, ...]:
    """What the prose, the titles and the instructions of a runbook in use claim about its signals."""
    return repository.derived(document, _claims)


def _claims(document: Document, repository: Repository) -> tuple[Claim, ...]:
    runbook = repository.in_use(document)
    return tuple(_each(document, runbook)) if runbook else ()


def _each(document: Document, runbook: Runbook) -> Iterator[Claim]:
    judged = [(index, each) for index, each in enumerate(runbook.signals) if each.fires or each.clears]
    for index, signal in judged:
        if any(each.isdigit() for each in signal.title):
            yield from _behind(signal, signal.title, ("signals", index, "title"), own=True)
    for at, start, text in _texts(document) if judged else ():
        low = text.lower()
        named = [
            (each, _names(each.id, each.title if _holds(low, each.title) else ""))
            for _, each in judged
            if each.id in low or (each.title and each.title.lower() in low)
        ]
        yield from _in_text(named, text, at, start)


def _holds(low: str, title: str) -> bool:
    """Whether a title stands in a text of small letters, on one line or on several: most do not, and a pattern costs time."""
    return " ".join(title.lower().split()) in " ".join(low.split())


@lru_cache(maxsize=1024)
def _names(signal_id: str, title: str) -> re.Pattern[str]:
    """A signal's macro, its id where that is no word of its own, and its title where that is not too short to be meant."""
    names = [_MACRO.format(re.escape(signal_id))]
    if "-" in signal_id:
        names.append(rf"(?<![\w-])`?{re.escape(signal_id)}`?(?![\w-])")
    if len(title) >= _TITLE:
        names.append(re.escape(title).replace(r"\ ", r"\s+"))
    return re.compile("|".join(names), re.IGNORECASE)


def _texts(document: Document) -> Iterator[tuple[Place | None, int, str]]:
    """What people read: a place with its text, or the prose between the blocks with where it begins."""
    for index, block in enumerate(document.steps):
        step = block.value
        for key in _READ if isinstance(step, dict) else ():
            value = step.get(key) if isinstance(step, dict) else None
            if isinstance(value, str):
                yield ("steps", index, key), 0, value
    start = document.body_at
    for fence in document.body.fences:
        yield None, start, document.text[start : fence.span.start]
        start = fence.span.end
    yield None, start, document.text[start:]


def _in_text(
    patterns: list[tuple[Signal, re.Pattern[str]]], text: str, at: Place | None, start: int
) -> Iterator[Claim]:
    for signal, pattern in patterns:
        for found in pattern.finditer(text):
            begin = max(text.rfind(mark, 0, found.start()) for mark in (". ", ".\n", "\n\n")) + 1
            ends = [end for mark in (". ", ".\n", "\n\n") if (end := text.find(mark, found.end())) >= 0]
            end = min(ends, default=len(text))
            sentence = text[begin:end]
            if _TELLS.search(sentence) or any(p.search(sentence) for other, p in patterns if other is not signal):
                continue
            if before := _BEFORE.search(text, begin, found.start()):
                words = " ".join(before["word"].split())
                place = at or Span(start + before.start("word"), start + before.end("word"))
                yield Claim(signal, "up" if words.lower() in _UP else "down", None, words, place)
                continue
            behind = text[found.end() : end]
            case = _CONDITION.match(text[begin : found.start()]) or _MEANING.match(behind)
            worse = case and not _FIRING.search(sentence)
            for claim in _behind(signal, behind, at or Span(start + found.end(), start + found.end())):
                if not (worse and _beyond(claim)):
                    yield claim


def _beyond(claim: Claim) -> bool:
    """Whether a number lies further out than the one at which the signal fires: it has fired before."""
    fires = claim.signal.fires
    if fires is None or claim.value is None or not isinstance(fires.value, (int, float)):
        return False
    up = claim.direction != "down" and fires.op in ("gt", "gte") and claim.value > fires.value
    return up or (claim.direction != "up" and fires.op in ("lt", "lte") and claim.value < fires.value)


def _behind(signal: Signal, text: str, at: Place | Span, own: bool = False) -> Iterator[Claim]:
    """The comparisons in a text that begins behind a signal's name, or is its ``own`` title, up to the first break."""
    begin = 0
    plain = _LINKS.sub(lambda found: "_" * len(found[0]), text)
    for found in _CLAIM.finditer(text):
        gap = plain[begin : found.start()]
        begin = found.end("unit") if found["unit"] else found.end("number") if found["number"] else found.end("word")
        if (
            len(gap) > _FAR
            or _BREAKS.search(gap)
            or _MEASURED.search(gap)
            or (_BY.search(gap) and signal.unit not in _DIFFERENCES)
        ):
            return
        near = not own and len(gap) <= _NEAR and found["number"] and _ALONE.match(found["after"])
        if found["number"] and not found["unit"] and not near:
            return  # it counts something, or compares something else
        value = _converted(found["number"], found["unit"] or "", signal.unit) if found["number"] else None
        if found["number"] and value is None:
            return
        word = re.sub(r"\s+", " ", found["word"].lower())
        direction = "up" if word in _UP else "down" if word in _DOWN else ""
        words = text[found.start() : begin]
        place = Span(at.start + found.start(), at.start + begin) if isinstance(at, Span) else at
        yield Claim(signal, direction, value, " ".join(words.split()), place)


def _converted(number: str, unit: str, wanted: str) -> float | None:
    """A written number in a unit of the contract; None where the two measure different things."""
    family, times = _FAMILIES.get(wanted, (wanted, 1))
    factors = _FACTORS.get(family, {})
    spelled = unit if unit in factors else _SPELLINGS.get(unit.lower(), unit.lower())
    if spelled not in factors:
        return None
    return float(number.replace(",", "").replace("−", "-")) * factors[spelled] * times
