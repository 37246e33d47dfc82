"""Text of a document or of a commit -> what a terminal or a Markdown page may show of it. Pure."""

from __future__ import annotations

_MARKS = "\\`*_[]<>|#~&"


def plain(text: str) -> str:
    """A text on one line that moves no cursor."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def markdown(text: str) -> str:
    """A text on one line that is nothing but text in Markdown."""
    return "".join(f"\\{char}" if char in _MARKS else char for char in plain(text)).replace("@", "&#64;")


def line(text: str) -> str:
    """A line of a file as it is, but for what moves a cursor."""
    return "".join(char if char.isprintable() or char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
