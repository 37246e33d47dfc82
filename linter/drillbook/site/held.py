"""The Markdown of a page -> the same without its blocks of HTML, and a page -> the same with them again. Pure.

Markdown, the macros and the search read a block of HTML tag by tag and change nothing in it. Most of a generated page is such
blocks, so they wait outside until the page is done; in their place stand their text, for the search, and their anchors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_START = re.compile(
    r"^(?: {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n|<(?P<tag>div|table|dl|ul|ol|p|section|figure|form|details|svg)(?=[\s>]))",
    re.MULTILINE,
)
_TAG = re.compile(r"<[^<>]*>")
_SILENT = re.compile(r"<(script|style|svg|template)\b.*?</\1>", re.DOTALL)
_OURS = ("[[[", "[[%", "[[~", "markdown=", "data-search-")
"""What somebody has still to read in a block: macros, Markdown, a word to the search."""
_PLACE = '<div data-held="{}">{}</div>'
_PLACES = re.compile(r'<div data-held="(\d+)">[^<>]*(?:<a id="[^"<>]*"></a>)*</div>')
_ID = re.compile(r'<[^<>]*\sid="([^"<>]+)"')
_SHORT = 200
"""A shorter block is read sooner than held."""


def hold(markdown: str) -> tuple[str, tuple[str, ...]]:
    """The Markdown with a place in place of each block, and the blocks."""
    if "data-held" in markdown:
        return markdown, ()  # somebody writes of this module
    parts: list[str] = []
    blocks: list[str] = []
    done = at = 0
    while found := _START.search(markdown, at):
        if fence := found["fence"]:
            closing = re.compile(rf"^ {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE).search(
                markdown, found.end()
            )
            at = closing.end() if closing else len(markdown)
            continue
        end = _end(markdown, found.start(), found["tag"])
        block = markdown[found.start() : end]
        if len(block) < _SHORT or any(mark in block for mark in _OURS):
            at = max(found.end(), end)
            continue
        parts += [markdown[done : found.start()], _PLACE.format(len(blocks), _words(block))]
        blocks.append(block)
        done = at = end
    return "".join((*parts, markdown[done:])), tuple(blocks)


def give_back(html: str, blocks: Sequence[str]) -> str:
    """The page with its blocks in their places."""
    return _PLACES.sub(lambda place: blocks[int(place[1])], html) if blocks else html


def _end(markdown: str, start: int, tag: str) -> int:
    """Where the element that starts here has ended, with nothing behind it on its line; 0 where that is not plain."""
    depth = 0
    for each in re.finditer(rf"<(/?){tag}(?=[\s>/])", markdown[start:]):
        depth += -1 if each[1] else 1
        if depth == 0:
            end = markdown.find(">", start + each.end()) + 1
            return end if end and markdown[end : end + 1] in ("\n", "") else 0
    return 0


def _words(block: str) -> str:
    """What stands in a block, without its tags, on one line, and behind it what links may lead to."""
    anchors = "".join(f'<a id="{each}"></a>' for each in _ID.findall(block))
    return " ".join(_TAG.sub(" ", _SILENT.sub(" ", block)).split()) + anchors
