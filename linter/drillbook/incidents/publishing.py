"""A report and a reviewed map of replacements -> the anonymised summary, and every word in it that may still tell who. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drillbook import credentials, duration, personal

Data = Mapping[str, Any]
_LONG = 5
PARTS = ("Summary", "Impact", "What happened and why", "What went well", "Lessons")
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?)\\b"
)
_HIDDEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
"""Signs that nobody sees: a name with one inside is another word for a machine and the same for a reader."""
_DETECTORS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail address", re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*")),
    ("web address", re.compile(r"[a-z][a-z0-9+.-]{0,30}://[^\s)>\]\"'|]+", re.IGNORECASE)),
    (
        "host",
        re.compile(r"(?<![\w@/.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,20}[a-z]{2,24}(?![\w-])", re.IGNORECASE),
    ),
    (
        "IP address",
        re.compile(
            r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w])|(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]{1,4}"
            r"|(?<![\w:])(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{0,4}::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4}",
            re.IGNORECASE,
        ),
    ),
    ("host", re.compile(r"(?<![\w@/.-])[a-z][\w-]*:[0-9]{2,5}(?![\w.])", re.IGNORECASE)),
    ("path", re.compile(r"(?:\b[a-z]:|\\)\\[\w.$\\-]+", re.IGNORECASE)),
    (
        "date",
        re.compile(
            rf"\b[0-9]{{1,2}}\.? {_MONTH}(?: [0-9]{{4}})?|\b{_MONTH} [0-9]{{1,2}}(?:, [0-9]{{4}})?", re.IGNORECASE
        ),
    ),
    ("date", re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|\b[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}\b")),
    (
        "time",
        re.compile(
            r"(?<![\w:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?: ?(?:am|pm|UTC|CES?T|[A-Z]{1,2}[DS]T))?(?![\w:])"
        ),
    ),
    ("markup", re.compile(r"</?[a-z][^<>]{0,500}>|&#?\w{1,30};|\w{1,60}\*+\w[\w*]{0,60}", re.IGNORECASE)),
    ("hidden sign", re.compile(rf"\w{{0,60}}[{_HIDDEN}][\w{_HIDDEN}]{{0,60}}")),
    ("handle", re.compile(r"(?<![\w.@])[@#][A-Za-z][\w/-]+")),
    ("identifier", re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)),
    ("identifier", re.compile(r"\b[A-Z][A-Z0-9]{1,9}-[0-9]+\b")),
    ("identifier", re.compile(r"\b(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{7,}\b|\b[0-9]{6,}\b", re.IGNORECASE)),
    ("identifier", re.compile(r"\b[a-z](?:[a-z0-9]|-(?=\w)){0,80}[0-9][a-z0-9]{0,80}\b", re.IGNORECASE)),
    ("number", re.compile(r"(?<![\w.,])[0-9][0-9 -]{7,60}[0-9](?![\w.,])")),
    ("identifier", re.compile(r"\b[A-Za-z][A-Za-z0-9]*[_/][A-Za-z0-9_/.-]*[A-Za-z0-9]\b")),
    ("name", re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w'’-]*(?: [A-ZÀ-ÖØ-Þ][\w'’-]+)*")),
    ("name", re.compile(r"(?:(?![\u0000-\u024f\u2000-\u2bff])[^\W\d_])+")),  # letters of another script
)
"""What may tell who it was. They say too much rather than too little: a person decides, once for each word."""


_WORDS = """
a about after all an and another any are as at because before both but by customers detected contained mitigated
restored each eight every first five for four from he her here his how i if impact in it its last later lessons less
many more most nine no nobody none not nothing of on one only or our s second seven several she six so some summary
ten that the their them then there these they this those three to today two until was we well were what when where
which while who whoever why with within without you happened went done lucky everyone everybody everything instead
once since somebody someone something such though thus too
"""
_PLAIN = frozenset(_WORDS.split())
"""Words that begin a sentence and are nobody's name."""


@dataclass(frozen=True, slots=True)
class Map:
    """What a reviewer decided: which words become which, which may stay, which must not be there."""

    reviewed_by: str = ""
    replace: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word of the summary about which nobody has decided."""

    kind: str
    word: str


def decided(value: object) -> Map:
    """The map that a file holds. Raises ValueError with a sentence where it is none."""
    if not isinstance(value, dict) or value.keys() - {"reviewed_by", "replace", "keep", "forbid", "undecided"}:
        raise ValueError("expected the keys reviewed_by, replace, keep, forbid and undecided, and no others")
    replace = value.get("replace") or {}
    lists = {key: value.get(key) or [] for key in ("keep", "forbid", "undecided")}
    sound = isinstance(replace, dict) and all(isinstance(each, str) and each for each in (*replace, *replace.values()))
    if not sound or not all(
        isinstance(each, list) and all(isinstance(one, str) and one for one in each) for each in lists.values()
    ):
        raise ValueError("expected texts: replace maps a word to another, keep, forbid and undecided are lists")
    return Map(str(value.get("reviewed_by") or ""), dict(replace), **{key: tuple(each) for key, each in lists.items()})


def summary(front: Data, body: str) -> str:
    """What there is to tell outside, before anything is replaced: lengths and not times, functions and not names."""
    parts = re.split(r"^## +(.+?) *$", body, flags=re.MULTILINE)
    texts = dict(zip(parts[1::2], (each.strip() for each in parts[2::2]), strict=True))
    found = [f"# {front.get('name')}", "\n".join(_lengths(front.get("times") or {}))]
    found += [f"## {name}\n\n{_linkless(texts[name])}" for name in PARTS if texts.get(name)]
    actions = [f"- {each['do']}" for each in front.get("actions") or () if isinstance(each, dict) and "do" in each]
    found += ["## What is done about it\n\n" + "\n".join(actions)] if actions else []
    return "\n\n".join(each for each in found if each) + "\n"


def _lengths(times: Mapping[str, str]) -> Iterator[str]:
    known = {phase: datetime.fromisoformat(at) for phase, at in times.items()}
    for word, since, until in (("Detected", "started", "detected"), ("Contained", "detected", "contained"),
                               ("Mitigated", "detected", "mitigated"), ("Restored", "detected", "restored")):  # fmt: skip
        if since in known and until in known:
            yield f"- {word} after {duration.show(known[until] - known[since])}"


def _linkless(text: str) -> str:
    """Text without links, pictures and comments: an address tells who, and a comment is still in the file."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    return re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)


def replaced(text: str, given: Map) -> str:
    """The text after the replacements, the longest word first, whatever its case, and nothing replaced twice."""
    if not given.replace:
        return text
    words = {_folded(word): other for word, other in given.replace.items()}
    longest = sorted(given.replace, key=len, reverse=True)
    form = re.compile("|".join(_whole(word) for word in longest), re.IGNORECASE)
    return form.sub(lambda match: words.get(_folded(match[0]), match[0]), unicodedata.normalize("NFC", text))


def _whole(word: str) -> str:
    """The form of a word that is no part of a longer one; a sign at its edge, as of ``&#64;``, ends it on its own."""
    begin, end = (r"(?<!\w)" if word[0].isalnum() else ""), (r"(?!\w)" if word[-1].isalnum() else "")
    return f"{begin}{re.escape(word)}{end}"


def doubtful(text: str, given: Map, known: Iterable[str]) -> list[Doubt]:
    """What in the summary may tell who it was, each word once, but for what may stay. ``known`` are names of the catalog."""
    stays = {_folded(each) for each in given.keep}
    allowed = " ".join(_folded(each) for each in given.replace.values())
    found: dict[str, Doubt] = {}
    for kind, word in (*_seen(text), *_known(text, known)):
        key = _folded(word)
        if key not in stays and key not in found and not re.search(rf"(?<!\w){re.escape(key)}(?!\w)", allowed):
            found[key] = Doubt(kind, word)
    return list(found.values())


def surviving(text: str, given: Map) -> list[str]:
    """Words that must not be there and are, however they are written: in other letters, cases, or with signs inside."""
    whole, parts = _bare(text), {_bare(each) for each in text.split()}
    others = _bare(" ".join(given.replace.values()))
    wanted: Sequence[str] = (*given.forbid, *(each for each in given.replace if _bare(each) not in others))

    def there(word: str) -> bool:
        return word in whole if len(word) >= _LONG else word in parts  # a short one may arise between two words

    return [word for word in wanted if _bare(word) and there(_bare(word))]


def _seen(text: str) -> Iterator[tuple[str, str]]:
    for each in credentials.find(text):
        yield each.kind, text[each.span.start : each.span.end]
    for kind, find in (("card", personal.cards), ("account", personal.accounts), ("phone number", personal.phones)):
        for span in find(text):
            yield kind, text[span.start : span.end]
    for span, kind in personal.national_ids(text):
        yield kind, text[span.start : span.end]
    for kind, form in _DETECTORS:
        for match in form.finditer(text):
            if kind != "name":
                if duration.parse(match[0]) is None:  # a length tells nobody
                    yield kind, match[0]
            elif word := _named(match[0]):
                yield kind, word


def _named(words: str) -> str:
    """What of some words with capitals may be a name; the plain ones before it begin a sentence."""
    parts = words.split()
    while parts and _folded(parts[0]) in _PLAIN:
        parts.pop(0)
    return " ".join(parts)


def _known(text: str, known: Iterable[str]) -> Iterator[tuple[str, str]]:
    folded = _folded(text)
    for word in known:
        if re.search(rf"(?<!\w){re.escape(_folded(word))}(?!\w)", folded):
            yield "name of the catalog", word


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _bare(text: str) -> str:
    """Letters and digits alone, without accents: what a reader would put together again."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in parts if char.isalnum())
