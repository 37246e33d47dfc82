"""A free-form Markdown text -> its blocks in their order, each with its own source: nothing of the text is in none of them. Pure.

CommonMark by pyromark, as everywhere in the package. What the parser takes in silently, definitions of links, is a block too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyromark

_OPTIONS = pyromark.Options.ENABLE_TABLES
_FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^\1[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_MARKER = re.compile(r"(?:[-*+]|(\d{1,9})[.)])(?:[ \t]+|$)", re.MULTILINE)
_TAG = re.compile(r"</?([A-Za-z][\w-]*)")
_ELEMENTS = (
    "a abbr article aside b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em"
    " figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p picture pre q rp rt"
    " ruby s samp script section small source span strike strong style sub summary sup table tbody td tfoot th thead time"
    " tr tt u ul var video audio wbr iframe object embed form input button svg math template noscript link meta base"
)
HTML = frozenset(_ELEMENTS.split())
"""The elements of HTML; whatever else stands between angle brackets is a name that somebody should fill in."""
_SENTINEL = "drillbook-ends-here"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list: its blocks, and the number that stands before it (0: none)."""

    number: int
    source: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One block: ``kind`` is heading, prose (a paragraph), code, list, html or other; ``words`` is what a reader sees of it.

    ``level`` is that of a heading, ``info`` what stands behind the fence of code; the words of code are the code.
    """

    kind: str
    source: str
    words: str = ""
    level: int = 0
    info: str = ""
    items: tuple[Item, ...] = ()
    links: tuple[tuple[int, int, str, str, bool], ...] = ()


def front(text: str) -> tuple[str, str, str]:
    """The front matter of another tool, the mark around it, and the rest of a text."""
    found = _FRONT.match(text)
    if not found or not re.search(r"^[\w\"'.-]+\s*[:=]", found[2], re.MULTILINE):
        return "", "", text
    return found[2], found[1], text[found.end() :]


def blocks(text: str, inner: bool = False) -> tuple[Block, ...]:
    """The blocks of a text, one after another; of a list inside of an item (``inner``) only the source."""
    data = text.encode()
    found: list[Block] = []
    at = 0
    for events in _outermost(data.decode()):
        reach = events[0][1]
        found += _silent(data[at : reach["start"]].decode())
        found.append(_block(data, events, inner))
        at = max(at, reach["end"])
    found += _silent(data[at:].decode())
    return tuple(found)


def stands_alone(source: str) -> bool:
    """Whether a block swallows nothing of what comes after it, and holds no heading that passes for a section."""
    *inside, last = _outermost(f"{source}\n\n{_SENTINEL}\n")
    if last[0][0] != {"Start": "Paragraph"} or "".join(_texts(last)) != _SENTINEL:
        return False
    events = (event.get("Start") for each in inside for event, _ in each if isinstance(event, dict))
    return not any(isinstance(each, dict) and each.get("Heading", {}).get("level") == "H2" for each in events)


Event = tuple[Any, Any]


def _outermost(text: str) -> Iterator[list[Event]]:
    """The events of each outermost block."""
    depth, held = 0, []
    for event, reach in pyromark.events_with_range(text, options=_OPTIONS):
        held.append((event, reach))
        if isinstance(event, dict) and "Start" in event:
            depth += 1
        elif isinstance(event, dict) and "End" in event:
            depth -= 1
        if depth == 0:
            yield held
            held = []


def _silent(source: str) -> Iterator[Block]:
    if source.strip():
        yield Block("other", source.strip("\n"), words=" ".join(source.split()))


def _block(data: bytes, events: Sequence[Event], inner: bool) -> Block:
    event, reach = events[0]
    start = event.get("Start") if isinstance(event, dict) else None
    source = data[reach["start"] : reach["end"]].decode().strip("\n")
    if isinstance(start, dict) and "CodeBlock" in start:
        said = start["CodeBlock"]
        info = str(said.get("Fenced", "")) if isinstance(said, dict) else ""
        return Block("code", source, "".join(_texts(events)).rstrip("\n"), info=" ".join(info.split()))
    if isinstance(start, dict) and "Heading" in start:
        said = _inside(data, events)
        level = int(str(start["Heading"]["level"])[1:])
        return Block("heading", _visible(*said), " ".join("".join(_texts(events)).split()), level)
    if isinstance(start, dict) and "List" in start:
        number = start["List"] if isinstance(start["List"], int) else 0
        if inner:
            return Block("list", source)
        return Block("list", source, items=tuple(_items(data, events, number)))
    if start == "HtmlBlock":
        return Block("html", source, words=" ".join("".join(_texts(events)).split()))
    begin = reach["start"]
    shown, links = _visible(source, begin, events), tuple(_links(data, events, begin))
    return Block(
        "prose" if start == "Paragraph" else "other",
        shown,
        " ".join("".join(_texts(events)).split()),
        links=links if shown == source else (),
    )


def _inside(data: bytes, events: Sequence[Event]) -> tuple[str, int, Sequence[Event]]:
    """The source of a heading without its marks."""
    inner = events[1:-1]
    if not inner:
        return "", 0, ()
    begin, end = inner[0][1]["start"], max(reach["end"] for _, reach in inner)
    return " ".join(data[begin:end].decode().split("\n")), begin, inner


def _visible(source: str, begin: int, events: Sequence[Event]) -> str:
    """The source with each ``<name>`` that is no HTML written so that one sees it."""
    data, shift = source.encode(), 0
    for event, reach in events:
        written = event.get("InlineHtml") if isinstance(event, dict) else None
        tag = _TAG.match(written) if isinstance(written, str) else None
        if tag and tag[1].lower() not in HTML:
            at = reach["start"] - begin + shift
            data, shift = data[:at] + b"\\" + data[at:], shift + 1
    return data.decode()


def _links(data: bytes, events: Sequence[Event], begin: int) -> Iterator[tuple[int, int, str, str, bool]]:
    """Links that stand alone: from and to where in the source, the words, the address, whether it is a picture."""
    for index, (event, reach) in enumerate(events):
        start = event.get("Start") if isinstance(event, dict) else None
        for kind in ("Link", "Image"):
            if isinstance(start, dict) and kind in start:
                inner = [each for each in events[index + 1 :] if each[1]["end"] <= reach["end"] and each[1] != reach]
                words = "".join(_texts(inner))
                title = str(start[kind].get("title") or "")
                at = (len(data[begin : reach[end]].decode()) for end in ("start", "end"))
                yield (*at, f"{words} {title}".strip(), str(start[kind]["dest_url"]), kind == "Image")  # type: ignore[misc]


def _texts(events: Sequence[Event]) -> Iterator[str]:
    for event, _ in events:
        if event in ("SoftBreak", "HardBreak"):
            yield " "
        elif isinstance(event, dict):
            for kind in ("Text", "Code", "Html", "InlineHtml"):
                if kind in event:
                    yield str(event[kind])


def _items(data: bytes, events: Sequence[Event], number: int) -> Iterator[Item]:
    depth, starts = 0, []
    for event, reach in events:
        if isinstance(event, dict) and "Start" in event:
            starts += [reach["start"]] if depth == 1 and event["Start"] == "Item" else []
            depth += 1
        elif isinstance(event, dict) and "End" in event:
            depth -= 1
    for count, (begin, end) in enumerate(pairwise([*starts, events[0][1]["end"]])):
        source = _without_marker(data[begin:end].decode().rstrip("\n"))
        yield Item(number + count if number else 0, source, blocks(source, inner=True))


def _without_marker(source: str) -> str:
    """The text of an item as it would stand by itself."""
    found = _MARKER.match(source)
    if not found:
        return source
    marker = found[0].rstrip("\n")
    width = len(marker) if len(marker) - len(marker.rstrip()) < 5 else len(marker.rstrip()) + 1
    first, *rest = source.split("\n")
    lines = (line.expandtabs(4) if line.startswith(("\t", " \t", "  \t", "   \t")) else line for line in rest)
    return "\n".join([first[width:], *(line[min(width, len(line) - len(line.lstrip(" "))) :] for line in lines)])
