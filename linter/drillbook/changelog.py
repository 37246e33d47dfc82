"""A runbook's text, a version and a changelog entry -> the text with both in it, and every other byte as it was. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from drillbook import document as documents
from drillbook import yaml12
from drillbook.document import Document
from drillbook.finding import Span


class Refused(ValueError):
    """Why a changelog cannot be written into by a program, and what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a changelog; ``date`` is a day such as 2026-11-22, ``changes`` a sentence each."""

    version: str
    date: str
    by: str
    because: str
    changes: tuple[str, ...]

    @property
    def data(self) -> dict[str, object]:
        """The entry as the contract has it."""
        return {
            "version": self.version,
            "date": self.date,
            "by": self.by,
            "because": self.because,
            "changes": [*self.changes],
        }


def written(document: Document, entry: Entry) -> bytes:
    """The bytes of the file with the entry on top of its changelog, and its version in place of the old one. Raises Refused."""
    text = document.text
    edits = sorted((_version(document, entry.version), _changelog(document, entry)))
    parts, at = [], 0
    for span, new in edits:
        parts += [text[at : span.start], new]
        at = span.end
    mark = document.data[: len(document.data) - len(text.encode())]  # a byte order mark stays, too
    data = mark + "".join([*parts, text[at:]]).encode()
    old = document.front["changelog"]
    meant = {
        **document.front,
        "version": entry.version,
        "changelog": [entry.data, *(old if isinstance(old, list) else ())],
    }
    if documents.parse(document.path, "runbook", data).front != meant:
        raise Refused(f"{document.path}: its version or changelog is written in a way that only a person can edit")
    return data


def _version(document: Document, version: str) -> tuple[Span, str]:
    """Where the digits of the version stand; its quotes, a comment and the line stay."""
    span, old = document.span(("version",)), str(document.front["version"])
    if document.text[span.start : span.end].count(old) == 1:
        at = document.text.index(old, span.start)
        return Span(at, at + len(old)), version
    return span, f'"{version}"'


def _changelog(document: Document, entry: Entry) -> tuple[Span, str]:
    """Where the entry goes: before the first one, in the form of the list and with the line breaks of its file."""
    first, whole = document.marks.find(("changelog", 0)), document.marks.find(("changelog",))
    if first is None or whole is None:
        raise Refused(f"{document.path}: it has no changelog of its own to write into; begin one: changelog: [...]")
    text, at = document.text, whole.span.start
    begin = text.rfind("\n", 0, at) + 1
    if text[at : at + 1] == "-":
        indent = text[begin:at]
        if indent.strip(" "):
            raise Refused(f"{document.path}: its changelog begins in the middle of a line; write the entry by hand")
        lines = [f"{indent}{line}" for line in _block(entry)]
        return Span(begin, begin), "".join(line + _break(text, at) for line in lines)
    at = first.span.start
    begin = text.rfind("\n", 0, at) + 1
    indent = text[begin:at]
    if indent.strip(" "):
        return Span(at, at), f"{_flow(entry)}, "
    return Span(at, at), f"{_flow(entry)},{_break(text, at)}{indent}"


def _break(text: str, at: int) -> str:
    """The line break of the line in which a place lies."""
    end = text.find("\n", at)
    return "\r\n" if text[max(end - 1, 0) : end] == "\r" else "\n"


def _block(entry: Entry) -> Iterator[str]:
    yield f'- version: "{entry.version}"'
    yield f"  date: {entry.date}"
    yield f"  by: {_plain(entry.by)}"
    yield f"  because: {_plain(entry.because)}"
    yield "  changes:"
    yield from (f"    - {_plain(each)}" for each in entry.changes)


def _flow(entry: Entry) -> str:
    changes = ", ".join(_quoted(each) for each in entry.changes)
    said = f"date: {entry.date}, by: {_plain(entry.by)}, because: {_quoted(entry.because)}, changes: [{changes}]"
    return f'{{version: "{entry.version}", {said}}}'


def _plain(text: str) -> str:
    """A text as YAML, without quotes where it reads the same without them."""
    read = yaml12.read(f"- {text}\n")
    return text if read.value == [text] and not read.problems else _quoted(text)


def _quoted(text: str) -> str:
    """A text in double quotes: what JSON writes is YAML, too."""
    return json.dumps(text, ensure_ascii=False)
