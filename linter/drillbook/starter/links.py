"""A block of an old text -> the same with links that lead somewhere from the new place. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from drillbook.starter import forms, wording
from drillbook.starter.oldtext import Block

_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#")


def relinked(block: Block, path: str, beside: frozenset[str]) -> str:
    """A block whose links to files of the repository lead there from the new place too."""
    return _with_links(block, lambda words, target, picture: _moved(words, target, picture, path, beside))


def _moved(words: str, target: str, picture: bool, path: str, beside: frozenset[str]) -> str | None:
    if _ELSEWHERE.match(target) or "(" in target or ")" in target:
        return None
    place, mark, part = target.partition("#")
    there = posixpath.normpath(posixpath.join(posixpath.dirname(path), place))
    if there not in beside or "[" in words or "]" in words:
        return None
    return f"{'!' if picture else ''}[{words}](<{posixpath.relpath(there, 'runbooks')}{mark}{part}>)"


def unlinked(block: Block, anchors: bool) -> str:
    """A block in which links to other files, and ``anchors`` of this one, are words and an address."""

    def told(words: str, target: str, _: bool) -> str | None:
        gap = f"{wording.GAP}where is this now?"
        shown = forms.escaped(target) if "`" in target else f"`{target}`"
        kept = target.startswith("#") and not anchors
        return None if kept or re.match(r"https?://", target) else f"{forms.escaped(words)} ({shown}, {gap})"

    return _with_links(block, told)


def _with_links(block: Block, written: Callable[[str, str, bool], str | None]) -> str:
    text, done = block.source, len(block.source)
    for start, end, words, target, picture in sorted(block.links, reverse=True):
        new = written(words, target, picture) if end <= done else None
        if new is not None:
            text, done = text[:start] + new + text[end:], start
    return text
