"""What is wrong and where: the values that every other module passes on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

Place = tuple[str | int, ...]
"""A way into a document, like jsonschema's ``absolute_path``: ``("signals", 0, "fires", "value")``."""


class Span(NamedTuple):
    """A stretch of a file's text: ``start`` and ``end`` count characters (code points), end excluded."""

    start: int
    end: int


class Severity(StrEnum):
    """Errors fail a run; warnings fail it only with ``--strict``."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """What reading a text found wrong by itself; ``kind`` is the public name of the rule that reports it."""

    kind: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What a machine can do about it: the marked words become ``new``, or each stretch of ``edits`` becomes its text.

    ``safe``: it changes nothing in what the file means, or only what was certainly meant. ``bare``: the byte order mark goes.
    """

    new: str | None = None
    edits: tuple[tuple[Span, str], ...] = ()
    safe: bool = True
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule yields: a place, or a stretch of text, and one sentence.

    ``key`` marks the key instead of its value; ``part`` marks the first place of these words inside the value. ``help`` is the
    way out where it is another than the rule's. ``fix`` is how a machine mends it, where one can.
    """

    at: Place | Span
    message: str
    key: bool = False
    part: str = ""
    help: str = ""
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A found thing at its line: ``line`` and ``column`` count from 1, columns in characters, the end excluded.

    ``place`` is what the rule named, where it named a place and no stretch of text. ``fix`` holds edits and no ``new``.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    rule: str
    code: str
    severity: Severity
    message: str
    help: str
    excerpt: str
    place: Place = ()
    fix: Fix | None = None

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Files by name, then from top to bottom."""
        return (self.path, self.line, self.column, self.code, self.message)
