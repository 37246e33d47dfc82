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
    page = there.removeprefix("docs/")  # a runbook and the pages of docs/ are read on the site
    return f"{'!' if picture else ''}[{words}](<{posixpath.relpath(page, 'runbooks')}{mark}{part}>)"


def unlinked(block: Block, path: str, beside: frozenset[str], whole: bool) -> str:
    """A block in which links that lead nowhere are words and an address; ``whole``: those that lead somewhere, too."""

    def told(words: str, target: str, picture: bool) -> str | None:
        if re.match(r"https?://", target) or (not whole and target.startswith("#")):
            return None
        moved = None if whole else _moved(words, target, picture, path, beside)
        shown = forms.escaped(target) if "`" in target else f"`{target}`"
        return moved or f"{forms.escaped(words)} ({shown}, {wording.GAP}where is this now?)"

    return _with_links(block, told)


def _with_links(block: Block, written: Callable[[str, str, bool], str | None]) -> str:
    text, done = block.source, len(block.source)
    for start, end, words, target, picture in sorted(block.links, reverse=True):
        new = written(words, target, picture) if end <= done else None
        if new is not None:
            text, done = text[:start] + new + text[end:], start
    return text
