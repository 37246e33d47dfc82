"""All that people read in a document -> findings of unfinished-text. Pure."""

import bisect
import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Place, Span
from drillbook.rule import file_rule

_WORDS = ("TODO", "FIXME", "TBD", "XXX")
_WORD = re.compile(
    rf"(?<![\w`/-])(?:{'|'.join(_WORDS)})(?![\w`/=-])(?! (?:lists?|items?|comments?|entry|entries|board|app|notes?)\b)"
)
_LINE = re.compile(r"(?<![\w?!)\]`*.\[/|-])\?{3,}(?![\w`?*/]|\.\w)|(?<![\w`*])_{3,}(?![\w`*])")
"""What is left blank on a form: ``???``, ``____``."""
_RULE = re.compile(r"^[ _]*$")
"""A line of nothing else, which Markdown draws across the page."""
# What may not stand before a bracket is said behind it: a pattern that begins with a letter of its own is found fast.
_SQUARE = re.compile(
    r"\[(?<![\w\]!\\[]\[)(?:"
    r"(?:[Ii]nsert|INSERT|[Yy]our|YOUR|[Ff]ill in|[Aa]dd|[Ee]nter|[Tt]o be) [^\]\[\n]{1,40}"
    r"|(?:[A-Z][a-z]+ ){0,2}"
    r"(?:Name|NAME|Names|Team|Person|Date|Time|Link|URL|Service|Model|Version|Environment|Owner|Contact|Number|Description"
    r"|Channel|Threshold|Role|Manager|Company|Value|ID|Placeholder)"
    r")\](?![(\[:\]])"
)
_BRACKETED = re.compile(
    r"<(?<![\w<]<)(?:(?:your|insert)[ _-][A-Za-z0-9 _-]{1,40}|[a-z]+[_-](?:name|id|version|number|date|link|url|team|host))>"
)
_ALL = (_WORD, _SQUARE, _BRACKETED, _LINE)
_NOT_READ = frozenset(("query", "samples", "pattern", "alert", "id", "changelog", "waivers", "schema"))
_MAY_HOLD_GAPS = ("draft", "retired")
"""A draft is where gaps are marked until somebody knows; nobody mends what is retired."""
_RECORDS = ("incident", "drill-record", "page", "alerts")
_SEARCHES = re.compile(r"\b(?:grep|egrep|rg|sed|awk|git log)\b")
_CODE = re.compile(r"`[^`\n]+`")
_HIDDEN = re.compile(r"<!--.*?-->|`[^`\n]+`", re.DOTALL)


@file_rule("DB432", help="write what is meant, or take the sentence out until somebody knows")
def unfinished_text(document: Document) -> Iterator[Found]:
    """A gap that somebody meant to fill in: TODO, TBD, [Name], ???. A draft may have them."""
    text = document.text
    unfinished = document.kind in ("runbook", "drill") and document.card.status in _MAY_HOLD_GAPS
    if document.kind in _RECORDS or unfinished or not _may_hold_one(text):
        return
    for at, words, command in _read(document):
        for match in (match for each in ((_WORD,) if command else _ALL) for match in each.finditer(words)):
            line = words[words.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
            code = not command and any(each.start() <= match.start() < each.end() for each in _CODE.finditer(words))
            if not code and not (command and _SEARCHES.search(line)):
                yield Found(at, f'"{match[0]}" is a gap, expected the words that belong here', part=match[0])
    for span in _prose(document):
        yield Found(span, f'"{text[span.start : span.end]}" is a gap, expected the words that belong here')


def _may_hold_one(text: str) -> bool:
    return any(word in text for word in (*_WORDS, "???", "___")) or bool(
        _SQUARE.search(text) or _BRACKETED.search(text)
    )


def _read(document: Document) -> Iterator[tuple[Place, str, bool]]:
    yield from _texts(document.front, (), False)
    for word, blocks in (("steps", document.steps), ("injects", document.injects)):
        for index, block in enumerate(blocks):
            yield from _texts(block.value, (word, index), False)


def _texts(value: object, at: Place, command: bool) -> Iterator[tuple[Place, str, bool]]:
    if isinstance(value, str):
        yield at, value, command
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*at, index), command)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in _NOT_READ:
                yield from _texts(item, (*at, name), name in ("run", "undo"))


def _prose(document: Document) -> Iterator[Span]:
    """Gaps in the Markdown, outside of fenced blocks, code and comments."""
    if not document.path.endswith(".md"):
        return
    text, start = document.text, document.body_at
    hidden = sorted(
        [(fence.span.start, fence.span.end) for fence in document.body.fences]
        + [match.span() for match in _HIDDEN.finditer(text, start)]
        + [(link.span.start, link.span.end) for link in document.body.links]
    )
    starts = [each[0] for each in hidden]
    for match in (found for each in (_WORD, _SQUARE, _LINE) for found in each.finditer(text, start)):
        line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
        if _RULE.fullmatch(line):
            continue
        before = bisect.bisect_right(starts, match.start())
        if not any(end > match.start() for _, end in hidden[max(0, before - 3) : before]):
            yield Span(*match.span())
