"""Rows of words and the ways between them -> a picture. SVG as text, pure.

One row under the other, so that the picture fits a phone and stands still when a row is added. Some ways run on the left,
others, dashed, on the right; from one row to the next a short line. A row with an address is a link. The picture says nothing
that the page does not say in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from drillbook.site.escape import filled, html

_ROW, _LANE, _LETTER, _PAD = 26, 9, 6.1, 10
"""Units of the drawing: a row, the way between two lanes, a letter, and around the words."""
_LONGEST = 46
"""Letters of a row that are shown; the whole of it is what is read aloud."""


@dataclass(frozen=True, slots=True)
class Row:
    """``kind`` is ``phase`` for a heading, else the look of a box: ``step``, ``fallback``, ``end``."""

    kind: str
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A line from a row to another, by their numbers; on the right and dashed where it is ``wrong``."""

    start: int
    end: int
    wrong: bool
    why: str


def drawn(rows: Sequence[Row], ways: Sequence[Way], what: str) -> Markup:
    """The picture; ``what`` says in words what it shows."""
    short = [way for way in ways if not way.wrong and way.end == way.start + 1]
    sides = [[way for way in ways if way.wrong is wrong and way not in short] for wrong in (False, True)]
    left, right = (_lanes(side) for side in sides)
    x = _PAD + (max(left.values(), default=0) + 1) * _LANE
    shown = [row.words if len(row.words) <= _LONGEST else f"{row.words[: _LONGEST - 1]}…" for row in rows]
    wide = max(len(each) for each in shown) * _LETTER + 2 * _PAD
    width = x + wide + (max(right.values(), default=0) + 1) * _LANE + _PAD
    parts = [
        *(_arc(way, x, -1, lane) for way, lane in left.items()),
        *(_arc(way, x + wide, 1, lane) for way, lane in right.items()),
        *(_line(way, x) for way in short),
        *(_row(row, text, number, x, wide) for number, (row, text) in enumerate(zip(rows, shown, strict=True))),
    ]
    whole = Markup(
        '<svg class="db-steps" viewBox="0 0 {0:g} {1}" width="{0:g}" role="group" aria-label="{2}">{3}</svg>'
    )
    return whole.format(width, len(rows) * _ROW + 4, html(what), Markup("").join(parts))


def _lanes(ways: Iterable[Way]) -> dict[Way, int]:
    """A lane for each way, the short ones inside; ways that end in the same row may share one."""
    taken: list[list[Way]] = []
    found = {}
    for way in sorted(ways, key=lambda each: (abs(each.end - each.start), each.start)):
        lane = next((n for n, others in enumerate(taken) if all(_apart(way, other) for other in others)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append(way)
        found[way] = lane
    return found


def _apart(a: Way, b: Way) -> bool:
    if a.end == b.end and (a.start < a.end) == (b.start < b.end):
        return True
    return max(a.start, a.end) < min(b.start, b.end) or max(b.start, b.end) < min(a.start, a.end)


def _y(row: int) -> float:
    return row * _ROW + _ROW / 2 + 2


def _arc(way: Way, x: float, side: int, lane: int) -> Markup:
    """Out of a row, along a lane, into another row below the middle, with an arrow's head."""
    out, turn = x + side * (lane + 1) * _LANE, 4 if way.end > way.start else -4
    y, to = _y(way.start) + 3, _y(way.end) - 3
    if way.start == way.end:
        y, to, turn = _y(way.start) - 6, _y(way.start) + 6, 4
    r = side * 4
    path = f"M{x:g} {y:g}H{out - r:g}q{r} 0 {r} {turn}V{to - turn:g}q0 {turn} {-r} {turn}H{x + side * 2:g}"
    head = f"M{x + side:g} {to:g}l{side * 5} -3v6z"
    kind = "wrong" if way.wrong else "right"
    whole = '<g class="db-way db-way-{}" data-why="{}" aria-hidden="true"><path d="{}"/><path class="db-head-of" d="{}"/></g>'
    return filled(whole, kind, way.why, path, head)


def _line(way: Way, x: float) -> Markup:
    y = _y(way.start) + _ROW / 2
    return Markup('<path class="db-way db-way-right" d="M{0:g} {1:g}v4m-3 -3l3 4l3 -4"/>').format(x + 14, y - 2)


def _row(row: Row, text: str, number: int, x: float, wide: float) -> Markup:
    y = _y(number)
    if row.kind == "phase":
        return filled('<text class="db-phase" x="{}" y="{}">{}</text>', f"{x + 2:g}", f"{y + 6:g}", text)
    box = filled(
        '<rect class="db-node db-node-{}" x="{}" y="{}" width="{}" height="{}" rx="3"/>',
        row.kind,
        f"{x:g}",
        f"{y - _ROW / 2 + 2:g}",
        f"{wide:g}",
        _ROW - 4,
    )
    words = filled('<text x="{}" y="{}">{}</text>', f"{x + 8:g}", f"{y + 4.5:g}", text)
    if not row.href:
        return filled("<g>{}{}</g>", box, words)
    return filled('<a href="{}" aria-label="{}">{}{}</a>', row.href, row.words, box, words)
