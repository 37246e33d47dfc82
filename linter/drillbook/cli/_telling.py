"""Text of a document or of a commit -> what a terminal or a Markdown page may show of it. Pure."""

from __future__ import annotations

from drillbook.harmless import prose


def plain(text: str) -> str:
    """A text on one line that moves no cursor."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def markdown(text: str) -> str:
    """A text on one line that is nothing but text in Markdown: no link, no mention, wherever a comment shows it."""
    return prose(plain(text))


def line(text: str) -> str:
    """A line of a file as it is, but for what moves a cursor."""
    return "".join(char if char.isprintable() or char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
