"""A file's bytes -> a Document: its values, its body, the place of everything in it, and what reading found wrong.

Parsing never raises: what is wrong with a file is data on the document, for the rules to report.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath
from typing import Literal

from drillbook import body as markdown
from drillbook import yaml12
from drillbook.finding import Place, Problem, Span
from drillbook.yaml12 import Marks

LIMIT = 1_000_000
"""Largest file that is read, in bytes."""
_MARKDOWN = 300_000
"""Largest Markdown file that is read: its parser can take a thousand times the memory."""
_MOST = 100
"""So many problems of one file are told."""
_CONTROLS = 20
"""So many control characters of one file are told."""
PHASES = ("Detect", "Contain", "Mitigate", "Restore", "Learn")
"""The H2 sections of a runbook, in their order."""
CATALOG = ("defaults", "teams", "components", "environments", "clocks")
"""The files of ``catalog/``."""

Kind = Literal[
    "runbook", "drill", "drill-record", "incident", "defaults", "teams", "components", "environments", "clocks"
]
Mapping = dict[str, object]


def kind_of(path: str) -> Kind | None:
    """What a file of the repository is, by the place where it lies; None where it is no business of ours."""
    parts = PurePosixPath(path).parts
    folder, name = (parts[0] if parts else ""), (parts[-1] if parts else "")
    if any(part.startswith(".") for part in parts) or name == "README.md":
        return None
    if folder == "runbooks" and len(parts) > 1 and name.endswith(".md"):
        return "runbook"
    if folder == "drills" and len(parts) == 2 and name.endswith(".md"):
        return "drill"
    if folder == "drills" and parts[1:2] == ("records",) and len(parts) == 3 and name.endswith(".yaml"):
        return "drill-record"
    if folder == "incidents" and len(parts) == 3 and name == "incident.md":
        return "incident"
    for catalog in CATALOG:
        if parts == ("catalog", f"{catalog}.yaml"):
            return catalog  # type: ignore[return-value]
    return None


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the contract: a step or an inject; ``value`` is what its YAML says."""

    word: str
    value: object
    marks: Marks
    span: Span
    section: str
    readable: bool


@dataclass(frozen=True)
class Document:
    """One file as read. ``path`` is relative to the repository, with ``/``; ``front`` is the front matter (or all)."""

    path: str
    kind: Kind
    text: str = ""
    front: Mapping = field(default_factory=dict)
    marks: Marks = field(default_factory=lambda: Marks(Span(0, 0)))
    body: markdown.Body = field(default_factory=markdown.Body)
    body_at: int = 0
    blocks: tuple[Block, ...] = ()
    problems: tuple[Problem, ...] = ()
    readable: bool = True

    @cached_property
    def steps(self) -> tuple[Block, ...]:
        """The step blocks in the order of the file; a place in the n-th begins with ``("steps", n)``."""
        return tuple(block for block in self.blocks if block.word == "step")

    @cached_property
    def injects(self) -> tuple[Block, ...]:
        """The inject blocks in the order of the file; a place in the n-th begins with ``("injects", n)``."""
        return tuple(block for block in self.blocks if block.word == "inject")

    @cached_property
    def id(self) -> str:
        """The document's own id, or an empty text."""
        value = self.front.get("id")
        return value if isinstance(value, str) else ""

    def span(self, place: Place, key: bool = False, part: str = "") -> Span:
        """Where a place stands; of a place that is not there, the nearest thing around it."""
        marks, rest = self._root(place)
        while (mark := marks.find(rest)) is None:
            rest = rest[:-1]
            key = True  # something missing: mark the key that should hold it
        if not rest and key:
            return self._opening(place, marks)
        span = mark.key if key and mark.key else mark.span
        if part and (at := self.text.find(part, span.start, span.end)) >= 0:
            return Span(at, at + len(part))
        return span

    def _root(self, place: Place) -> tuple[Marks, Place]:
        if place and place[0] in ("steps", "injects") and len(place) > 1 and isinstance(place[1], int):
            blocks = self.steps if place[0] == "steps" else self.injects
            if 0 <= place[1] < len(blocks):
                return blocks[place[1]].marks, place[2:]
        return self.marks, place

    def _opening(self, place: Place, marks: Marks) -> Span:
        """The first line of a block or of the front matter: where a missing key of its own is reported."""
        start = min(marks.span.start, len(self.text))
        if place and place[0] in ("steps", "injects") and marks is not self.marks:
            start = (self.steps if place[0] == "steps" else self.injects)[int(place[1])].span.start
        end = self.text.find("\n", start)
        line = self.text[start : end if end >= 0 else len(self.text)].removesuffix("\r")
        return Span(start, start + len(line))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character offset; a column counts characters."""
        line = bisect.bisect_right(self._lines, offset) - 1
        return line + 1, offset - self._lines[line] + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line break."""
        start = self._lines[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].removesuffix("\r")

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]


def unreadable(path: str, kind: Kind, why: str) -> Document:
    """The document of a file that could not be read."""
    problem = Problem("unreadable-file", Span(0, 0), why)
    return Document(path, kind, problems=(problem,), readable=False)


def parse(path: str, kind: Kind, data: bytes) -> Document:
    """Read a file's bytes. Never raises; time and memory grow with the bytes, of which at most LIMIT are read."""
    limit = _MARKDOWN if path.endswith(".md") else LIMIT
    if len(data) > limit:
        problem = Problem("reading-limit", Span(0, 0), f"larger than {limit:,} bytes, the most that is read")
        return Document(path, kind, problems=(problem,), readable=False)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        problem = Problem(
            "invalid-utf8",
            Span(len(before), len(before) + 1),
            f"byte 0x{data[error.start]:02x} is not UTF-8 text; save the file as UTF-8",
        )
        shown = data.decode("utf-8", "replace")
        return Document(path, kind, text=shown, problems=(problem,), readable=False)
    problems: list[Problem] = []
    if text.startswith("\ufeff"):
        text = text[1:]
        problems.append(
            Problem(
                "byte-order-mark", Span(0, min(1, len(text))), "begins with a byte order mark, expected plain UTF-8"
            )
        )
    clean, control = _without_control(text)
    problems += control
    document = Document(path, kind, text=text, problems=tuple(problems))
    document = _parse_markdown(document, clean) if path.endswith(".md") else _parse_yaml(document, clean)
    if len(document.problems) <= _MOST:
        return document
    rest = f"more than {_MOST} problems in this file, the rest is not told"
    last = Problem("reading-limit", document.problems[_MOST].span, rest)
    return replace(document, problems=(*document.problems[:_MOST], last))


def _without_control(text: str) -> tuple[str, list[Problem]]:
    clean, count = yaml12.CONTROL.subn(" ", text)
    found: list[Problem] = []
    for match in islice(yaml12.CONTROL.finditer(text), _CONTROLS):
        message = f"control character {yaml12.name(match[0])}, expected visible text"
        if len(found) == _CONTROLS - 1 < count - 1:
            message += f"; {count - _CONTROLS:,} more follow"
        found.append(Problem("control-character", Span(*match.span()), message))
    return clean, found


def _parse_yaml(document: Document, text: str) -> Document:
    read = yaml12.read(text)
    return _with_front(document, read)


def _with_front(document: Document, read: yaml12.Yaml) -> Document:
    problems = (*document.problems, *read.problems)
    if isinstance(read.value, dict):
        return replace(document, front=read.value, marks=read.marks, problems=problems)
    if not read.problems:
        what = "is empty" if read.value is None else "holds no keys"
        where = "front matter" if document.path.endswith(".md") else "file"
        problem = Problem(
            "missing-front-matter", read.marks.span, f'the {where} {what}, expected lines like "id: name"'
        )
        problems = (*problems, problem)
    return replace(document, marks=read.marks, problems=problems, readable=False)


_FENCE_LINE = re.compile(r"^---\r?$", re.MULTILINE)


def _parse_markdown(document: Document, text: str) -> Document:
    opening = _FENCE_LINE.match(text)
    closing = _FENCE_LINE.search(text, opening.end() + 1) if opening and opening.end() < len(text) else None
    first = Span(0, len(text.split("\n", 1)[0].removesuffix("\r")))
    if not opening:
        problem = Problem("missing-front-matter", first, 'no front matter, expected a first line that is exactly "---"')
        document = replace(document, problems=(*document.problems, problem), readable=False)
        at = 0
    elif not closing:
        problem = Problem(
            "missing-front-matter", first, 'the front matter is never closed, expected a line that is exactly "---"'
        )
        return replace(document, problems=(*document.problems, problem), readable=False)
    else:
        start, at = opening.end() + 1, closing.end()
        document = _with_front(document, yaml12.read(text[start : closing.start()], start))
    body = markdown.read(text, at)
    blocks = tuple(_blocks(body, text))
    inner = tuple(problem for block in blocks for problem in block[1])
    return replace(
        document,
        body=body,
        body_at=at,
        blocks=tuple(block for block, _ in blocks),
        problems=(*document.problems, *body.problems, *inner),
    )


def _blocks(body: markdown.Body, text: str) -> Iterator[tuple[Block, tuple[Problem, ...]]]:
    sections = [heading for heading in body.headings if heading.level == 2]
    starts = [heading.line.start for heading in sections]
    for fence in body.fences:
        if fence.word not in markdown.BLOCKS or not fence.top or not fence.closed:
            continue
        read = yaml12.read(text[fence.inner.start : fence.inner.end], fence.inner.start)
        before = bisect.bisect_right(starts, fence.span.start) - 1
        section = sections[before].text if before >= 0 else ""
        readable = not any(
            problem.kind in ("broken-yaml", "reading-limit", "key-not-text") for problem in read.problems
        )
        yield Block(fence.word, read.value, read.marks, fence.span, section, readable), read.problems
