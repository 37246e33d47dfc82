"""A page of the built site -> the same page for a folder that is opened from a disk. Pure.

A browser shows no index.html for a folder there, so every link to one names it; and no search box, whose index it may not load.
"""

from __future__ import annotations

import re

_LINK = re.compile(
    r"""(?P<key>\bhref=)(?P<quote>["']?)"""
    r"""(?P<to>(?!https?:|mailto:|data:|//|\#)[^"'\s>\#?]*/|(?:\.\.?/)*\.\.?)"""
    r"""(?P<rest>[\#?][^"'\s>]*)?(?P=quote)(?=[\s>])"""
)


def page(html: str) -> str:
    """The page with links to files."""
    return _LINK.sub(_named, html)


def _named(link: re.Match[str]) -> str:
    to = link["to"] if link["to"].endswith("/") else f"{link['to']}/"
    whole = f"{to}index.html{link['rest'] or ''}"
    return f'{link["key"]}"{whole}"'
