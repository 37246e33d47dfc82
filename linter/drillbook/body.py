"""Markdown text -> headings, links, fenced blocks and macro calls with their places. Pure, never raises.

CommonMark by pyromark (pulldown-cmark), because it gives the range of every event and never loops on hostile text.
Macro calls are read by their own small grammar: whatever opens a template delimiter and is not exactly one of the known
calls with plain arguments is refused, before any template engine sees the page.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyromark

from drillbook import rawhtml
from drillbook.finding import Problem, Span
from drillbook.rawhtml import Tag
from drillbook.suggest import nearest

MACROS = ("signal", "step", "component", "team", "runbook")
"""The macros that a page may call, each with one quoted name."""
BLOCKS = ("step", "inject")
"""Fenced blocks that are part of the contract."""
_OPENING = re.compile(r"\[\[\[|\[\[%|\[\[~")
_CALL = re.compile(
    r"\[\[\[[ \t]*([a-z_]+)\([ \t]*(?:\"([A-Za-z0-9._/ -]{1,200})\"|'([A-Za-z0-9._/ -]{1,200})')[ \t]*\)[ \t]*\]\]\]"
)
_FIRST_KEYS = re.compile(r"id:[^\n]*\n(title|at):")
_WORD = re.compile(r"[ \t]*([A-Za-z_]+)\(")
_BLOCK_OPENS = re.compile(r"^(`{3,}|~{3,})[ \t]*(?:step|inject)\b", re.MULTILINE)
_BLOCK_INDENTED = re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*((?:step|inject)s?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HASHES = re.compile(r"^#{1,6}(?=[ \t]|$)|(^|[ \t])#+$")
_ATTRIBUTES = re.compile(r"[ \t]+\{[ :]*[#.][^{}]*\}$")
_BLANK = re.compile(r"\s+")
_MOST = 100
"""After so many refused templates, or blocks in the wrong place, the rest is not told."""
_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_HEADING_ATTRIBUTES


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's level (1 to 6), its words and where they stand; ``id`` is the one that is written behind it."""

    level: int
    text: str
    span: Span
    line: Span
    id: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link or an image (``image``): the address as written."""

    target: str
    span: Span
    image: bool


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: the first word of its info string, all of its lines, and the text inside."""

    word: str
    span: Span
    inner: Span
    top: bool
    closed: bool
    info: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A macro call: its name, its one argument, and where the argument stands."""

    macro: str
    argument: str
    span: Span
    at: Span


@dataclass(frozen=True, slots=True)
class Body:
    """A Markdown text as read; ``tags`` are those of the HTML in it."""

    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    fences: tuple[Fence, ...] = ()
    calls: tuple[Call, ...] = ()
    problems: tuple[Problem, ...] = ()
    tags: tuple[Tag, ...] = ()


def read(text: str, offset: int = 0) -> Body:
    """Read the Markdown in ``text[offset:]``; spans count from the start of ``text``."""
    headings: list[Heading] = []
    links: list[Link] = []
    fences: list[Fence] = []
    depth = 0
    body = text[offset:]
    events = [
        (event, reach)
        for event, reach in pyromark.events_with_range(body, options=_OPTIONS)
        if isinstance(event, dict) and ("Start" in event or "End" in event)
    ]
    at = _places(body, (place for _, reach in events for place in (reach["start"], reach["end"])), offset)
    for event, reach in events:
        if "End" in event:
            depth -= 1
            continue
        start, span = event["Start"], Span(at[reach["start"]], at[reach["end"]])
        depth += 1
        if not isinstance(start, dict):
            continue
        if "Heading" in start:
            headings.append(_heading(text, span, start["Heading"]))
        elif "CodeBlock" in start and isinstance(start["CodeBlock"], dict):
            info = str(start["CodeBlock"].get("Fenced", ""))
            fences.append(_fence(text, span, info, depth == 1))
        elif "CodeBlock" in start and (found := _BLOCK_INDENTED.match(text, span.start, span.end)):
            fences.append(Fence(found[1], span, Span(min(found.end() + 1, span.end), span.end), top=False, closed=True))
        elif "Link" in start:
            links.append(Link(str(start["Link"]["dest_url"]), span, image=False))
        elif "Image" in start:
            links.append(Link(str(start["Image"]["dest_url"]), span, image=True))
    blocks = [fence for fence in fences if fence.word in BLOCKS and fence.top and fence.closed]
    calls, refused = template(text, offset, [fence.span for fence in blocks])
    misplaced = islice(_misplaced(fences, text), _MOST)
    prose = _prose(body, offset, fences)
    tags = tuple(rawhtml.tags(prose, offset)) if "<" in prose else ()
    scripting = islice(_scripting(prose, offset, tags, links), _MOST)
    problems = (*misplaced, *refused, *scripting)
    return Body(tuple(headings), tuple(links), tuple(fences), tuple(calls), problems, tags)


def _prose(body: str, offset: int, fences: Iterable[Fence]) -> str:
    """The text with its code blanked out. What another reader of Markdown takes for HTML, this one may take for text."""
    parts, at = [], 0
    for start, end in ((fence.span.start - offset, fence.span.end - offset) for fence in fences):
        if start >= at:
            parts += [body[at:start], _blank(body[start:end])]
            at = end
    prose = "".join([*parts, body[at:]])
    return _without_code(body, prose) if "<" in prose or rawhtml.may_list(prose) else prose


def _blank(text: str) -> str:
    """As many blanks as a text has characters, on as many lines."""
    return "\n".join([" " * len(line) for line in text.split("\n")])


def _without_code(body: str, prose: str) -> str:
    reaches = []
    events: Any = pyromark.events_with_range(body, options=_OPTIONS)
    for event, reach in events:
        start = event.get("Start") if isinstance(event, dict) else None
        if (isinstance(event, dict) and "Code" in event) or (isinstance(start, dict) and "CodeBlock" in start):
            reaches.append(reach)
    at = _places(body, (place for reach in reaches for place in (reach["start"], reach["end"])), 0)
    parts, done = [], 0
    for start, end in ((at[reach["start"]], at[reach["end"]]) for reach in reaches):
        parts += [prose[done:start], _blank(body[start:end])]
        done = end
    return "".join([*parts, prose[done:]]).replace("\\<", "  ")


def _scripting(prose: str, offset: int, tags: Iterable[Tag], links: Iterable[Link]) -> Iterator[Problem]:
    """What would run in the browser of whoever opens the page, or would load something into it."""
    for tag, why in rawhtml.faults(tags):
        yield Problem("scripting-html", tag.span, f"{why} can run or load something, expected Markdown or plain HTML")
    for span, why in rawhtml.listed(prose):
        at = Span(span.start + offset, span.end + offset)
        yield Problem("scripting-html", at, f"{why} can run or load something, expected a class or an id at most")
    for link in links:
        if rawhtml.runs(link.target, picture=link.image):
            words = f'the address "{_BLANK.sub("", link.target)[:24]}" runs what it holds, expected one that leads somewhere'
            yield Problem("scripting-link", link.span, words)


def template(text: str, offset: int = 0, skip: Iterable[Span] = ()) -> tuple[list[Call], list[Problem]]:
    """Macro calls in a text, and every other use of a template delimiter; ``skip`` is what no template engine sees."""
    calls: list[Call] = []
    refused: list[Problem] = []
    skipped = sorted(skip)
    starts = [span.start for span in skipped]
    place = offset
    while len(refused) < _MOST and (found := _OPENING.search(text, place)):
        before = bisect.bisect_right(starts, found.start()) - 1
        if before >= 0 and found.start() < skipped[before].end:
            place = skipped[before].end
            continue
        call = _CALL.match(text, found.start())
        if call and call[1] in MACROS:
            group = 2 if call[2] is not None else 3
            calls.append(Call(call[1], call[group], Span(*call.span()), Span(*call.span(group))))
            place = call.end()
            continue
        line = text[found.start() : found.start() + 80].split("\n", 1)[0].rstrip("\r")
        word = _WORD.match(text, found.end())
        near = nearest(word[1], MACROS) if word and word[1] not in MACROS else ""
        words = (
            f'"{found[0]}" opens a template, expected a call like [[[ signal("id") ]]] of one of {", ".join(MACROS)}'
        )
        if word and near:
            words = f'there is no macro "{word[1]}", did you mean "{near}"'
        refused.append(
            Problem(
                "unsafe-template",
                Span(found.start(), found.start() + len(line)),
                words,
            )
        )
        place = found.end()
    return calls, refused


def _places(body: str, wanted: Iterable[int], offset: int) -> dict[int, int]:
    """Byte offsets of ``body`` as character offsets of the whole text."""
    if body.isascii():
        return {place: place + offset for place in wanted}
    starts, total = [], 0
    for character in body:
        starts.append(total)
        total += len(character.encode("utf-8", "replace"))
    starts.append(total)
    return {place: bisect.bisect_left(starts, place) + offset for place in set(wanted)}


def _heading(text: str, span: Span, said: Mapping[str, Any]) -> Heading:
    line = text[span.start : span.end].split("\n", 1)[0].rstrip("\r")
    words = _HASHES.sub("", line.strip()).strip()
    words = _ATTRIBUTES.sub("", words)
    start = span.start + line.find(words) if words else span.start
    level, own = int(str(said["level"])[1:]), str(said.get("id") or "")
    return Heading(level, words, Span(start, start + len(words)), Span(span.start, span.start + len(line)), own)


def _fence(text: str, span: Span, info: str, outermost: bool) -> Fence:
    block = text[span.start : span.end]
    first, _, rest = block.partition("\n")
    run = len(first) - len(first.lstrip(first[:1]))
    last = rest[rest.rfind("\n") + 1 :]
    mark = last.strip(" \t\r")
    closed = len(mark) >= run and set(mark) == {first[:1]} and last[:4].strip(" ") != "" and last[:1] != "\t"
    again = first[:run] in rest[: -len(last)]
    if again and any(other[1].startswith(first[:run]) for other in _BLOCK_OPENS.finditer(rest)):
        closed = False  # a step inside: the line that ends this block was meant for that one
    at_margin = span.start == 0 or text[span.start - 1] == "\n"
    start = min(span.start + len(first) + 1, span.end)
    inner = Span(start, max(start, span.end - len(last)) if closed else span.end)
    word = info.split()[0] if info.split() else ""
    return Fence(word, span, inner, outermost and at_margin, closed or not outermost, info)


def _looks_like(fence: Fence, text: str) -> str:
    """The word of the block that a fence with an unknown word was meant to be, by the keys that it begins with."""
    known = not fence.word or fence.word.lower() in ("yaml", "yml", "json")
    keys = _FIRST_KEYS.match(text, fence.inner.start, fence.inner.end) if not known else None
    return "" if keys is None else "step" if keys[1] == "title" else "inject"


def _hidden(info: str) -> str:
    """The word of a block in an info string that no reader takes for one: ``{step}``, ``step:``, ``yaml step``."""
    return next((word for word in re.findall(r"[a-z]+", info.lower()) if word in BLOCKS), "")


def _misplaced(fences: Iterable[Fence], text: str) -> Iterable[Problem]:
    for fence in fences:
        if not fence.closed:
            yield Problem(
                "unclosed-fence",
                Span(fence.span.start, fence.inner.start),
                "the fence that opens here is never closed, expected a closing fence on a line of its own",
            )
        like = nearest(fence.word, BLOCKS) or _hidden(fence.info) or _looks_like(fence, text)
        if like and (not fence.top or fence.word not in BLOCKS):
            why = (
                f'"{fence.word}" is no block'
                if fence.word not in BLOCKS
                else f'the "{like}" block is indented or inside a list or quotation'
            )
            yield Problem(
                "misplaced-block",
                Span(fence.span.start, fence.inner.start),
                f'{why}, expected "```{like}" at the start of a line',
            )
