"""The lines of a hash-chained journal -> its entries, and where the chain does not hold. Pure, never raises.

A journal is a text of one JSON object a line. Each line carries in ``prev`` the SHA-256 of the line before, without its line
break; the first carries 64 zeros. So nobody can change, move, repeat or take out a line without a later one telling. The end
is the exception: that lines were cut off there is only seen by whoever holds the tip, in a record or in a signature.

Where two people wrote on two branches of git, both lines lead on from the same line, or both begin the journal. An entry of the
kind ``merge`` joins them: its ``prev`` is one end and its ``merges`` the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

START = "0" * 64
"""What the first line carries in place of a hash; on two branches, the first of each."""
MERGE = "merge"
"""The kind of the entry that joins two branches."""
_CONFLICT = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that can be read: its number from 1, the SHA-256 of its bytes in hexadecimal, and what it says."""

    number: int
    digest: str
    value: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What sort of entry it is; empty where it does not say."""
        return str(self.value.get("kind", ""))


@dataclass(frozen=True, slots=True)
class Break:
    """A line, from 1, at which the chain does not hold, and why: one sentence without a final dot."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Journal:
    """What a journal holds. ``heads`` are the ends of the chain, more than one after a merge of git that nobody joined.

    ``torn`` is what stands behind the last line break: a line that was being written when the power went.
    """

    entries: tuple[Entry, ...] = ()
    breaks: tuple[Break, ...] = ()
    heads: tuple[Entry, ...] = ()
    torn: bytes = b""

    @property
    def tip(self) -> str:
        """What the next line has to carry: the hash of the last line that can be read."""
        return self.entries[-1].digest if self.entries else START

    @property
    def sound(self) -> bool:
        """Whether the whole chain holds and something is in it."""
        return bool(self.entries) and not self.breaks and not self.torn


def line(value: Mapping[str, Any], prev: str) -> bytes:
    """The line that adds an entry after the line with the hash ``prev``, with its line break."""
    return json.dumps({**value, "prev": prev}, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def digest(written: bytes) -> str:
    """The hash that the next line carries, of a line with or without its line break."""
    return hashlib.sha256(written.removesuffix(b"\n")).hexdigest()


def read(data: bytes) -> Journal:
    """What a journal's bytes hold. Takes time and memory in proportion to them."""
    lines = data.split(b"\n")
    torn = lines.pop()
    entries: list[Entry] = []
    breaks: list[Break] = []
    known: dict[str, int] = {}
    heads: dict[str, Entry] = {}
    for number, written in enumerate(lines, start=1):
        value, why = _value(written)
        if value is None:
            breaks.append(Break(number, why))
            continue
        entry = Entry(number, digest(written), value)
        wrong = _wrong(entry, known, heads, first=not entries)
        if wrong:
            breaks.append(Break(number, wrong))
        for each in (value.get("prev"), value.get("merges")):
            heads.pop(str(each), None)
        known.setdefault(entry.digest, number)
        heads[entry.digest] = entry
        entries.append(entry)
    if not breaks and len(heads) > 1:
        breaks.append(_open(tuple(heads.values())))
    if torn:
        breaks.append(Break(len(lines) + 1, "the line is not finished, expected a line break at its end"))
    return Journal(tuple(entries), tuple(breaks), tuple(heads.values()), torn)


def _open(heads: tuple[Entry, ...]) -> Break:
    ends = " and ".join(str(each.number) for each in heads)
    return Break(
        heads[-1].number, f"the lines {ends} are two ends of one journal, expected an entry of kind merge after them"
    )


def _wrong(entry: Entry, known: Mapping[str, int], heads: Mapping[str, Entry], first: bool) -> str:
    """Why a line does not fit what stands before it; empty where it does."""
    prev, merges = entry.value.get("prev"), entry.value.get("merges")
    if entry.digest in known:
        return f"the same line as line {known[entry.digest]}, expected each line once"
    if first:
        return "" if prev == START else 'the first line has another "prev" than 64 zeros: lines before it are missing'
    if prev not in known and prev != START:
        return '"prev" is the SHA-256 of no line above: a line before this one was changed, moved or taken out'
    if entry.kind == MERGE and (prev not in heads or merges not in heads or merges == prev):
        return 'a merge has to name two ends of the journal in "prev" and "merges"'
    if entry.kind != MERGE and merges is not None:
        return '"merges" belongs to an entry of kind merge'
    return ""


def _value(written: bytes) -> tuple[Mapping[str, Any] | None, str]:
    """What a line says, or why it cannot be read."""
    if written.startswith(_CONFLICT):
        return (
            None,
            "git left a conflict here: keep the lines of both sides, take out the marks, and add an entry of kind merge",
        )
    if written.endswith(b"\r"):
        return (
            None,
            'the line ends in a carriage return: git changed the line breaks, expected "*.jsonl -text" in .gitattributes',
        )
    if not written.strip():
        return None, "an empty line, expected one entry a line"
    try:
        value = json.loads(written.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        return None, str(error) if isinstance(error, _Twice) else "no JSON object, expected one entry a line"
    if not isinstance(value, dict):
        return None, "no JSON object, expected one entry a line"
    return value, ""


class _Twice(ValueError):
    """A key that stands twice: two readers could take two values from it."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(f'"{key[:40]}" stands twice in one line, expected each key once')
        found[key] = value
    return found


def _constant(name: str) -> float:
    raise _Twice(f"{name} is no number of JSON")
