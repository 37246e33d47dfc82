"""A runbook's steps -> a picture of where each can go. SVG as text, pure.

One row for each step in the order of the page, so that the picture fits a phone and stands still when a step is added. Ways on
which things go right run on the left, ways on which they go wrong on the right, dashed; from one row to the next a short line.
Every row is a link to its step. The picture says nothing that the page does not say in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from drillbook import graph
from drillbook.model import Runbook
from drillbook.site.escape import html

_ROW, _LANE, _LETTER, _PAD = 26, 9, 6.1, 10
"""Units of the drawing: a row, the way between two lanes, a letter, and around the words."""
_LONGEST = 46
"""Letters of a title that are shown; the whole of it is what is read aloud."""
_WRONG = ("if_not", "if_unknown", "if_failed", "if_inconclusive", "if_unavailable")


@dataclass(frozen=True, slots=True)
class _Way:
    """A line from a row to another; ``wrong`` where things did not go as they should."""

    start: int
    end: int
    wrong: bool
    why: str


def picture(runbook: Runbook) -> Markup:
    """The picture of a runbook of two steps or more; nothing for a smaller one."""
    if len(runbook.steps) < 2:
        return Markup("")
    successors = graph.successors(runbook)
    outcomes = list(dict.fromkeys(edge.outcome for edges in successors.values() for edge in edges if edge.outcome))
    rows = _rows(runbook, outcomes)
    at = {name: number for number, (kind, name, _) in enumerate(rows) if kind != "phase"}
    ways = list(
        dict.fromkeys(
            _Way(at[step], at[target], edge.why.rpartition(" ")[2] in _WRONG, edge.why.replace("_", " "))
            for step, edges in successors.items()
            for edge in edges
            if (target := f"end {edge.outcome}" if edge.outcome else edge.to) in at
        )
    )
    return _drawn(runbook, rows, ways)


def _rows(runbook: Runbook, outcomes: Iterable[str]) -> list[tuple[str, str, str]]:
    """Kind, name and words of each row."""
    numbered = list(enumerate(runbook.steps, 1))
    rows = []
    for phase, steps in groupby(numbered, key=lambda each: each[1].phase):
        rows.append(("phase", phase, phase))
        rows += [("fallback" if step.fallback else "step", step.id, f"{n}. {step.title}") for n, step in steps]
    return [*rows, ("phase", "End", "End"), *(("end", f"end {each}", each.replace("-", " ")) for each in outcomes)]


def _drawn(runbook: Runbook, rows: Sequence[tuple[str, str, str]], ways: Sequence[_Way]) -> Markup:
    short = [way for way in ways if not way.wrong and way.end == way.start + 1]
    sides = [[way for way in ways if way.wrong is wrong and way not in short] for wrong in (False, True)]
    left, right = (_lanes(side) for side in sides)
    x = _PAD + (max(left.values(), default=0) + 1) * _LANE
    shown = [words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…" for _, _, words in rows]
    wide = max(len(each) for each in shown) * _LETTER + 2 * _PAD
    width = x + wide + (max(right.values(), default=0) + 1) * _LANE + _PAD
    parts = [
        *(_arc(way, x, -1, lane) for way, lane in left.items()),
        *(_arc(way, x + wide, 1, lane) for way, lane in right.items()),
        *(_line(way, x) for way in short),
        *(_row(row, text, number, x, wide) for number, (row, text) in enumerate(zip(rows, shown, strict=True))),
    ]
    return Markup(
        '<svg class="db-steps" viewBox="0 0 {0:g} {1}" style="max-width:{0:g}px" role="group" aria-label="{2}">{3}</svg>'
    ).format(width, len(rows) * _ROW + 4, html(f"Where each step of “{runbook.title}” leads"), Markup("").join(parts))


def _lanes(ways: Iterable[_Way]) -> dict[_Way, int]:
    """A lane for each way, the short ones inside; ways that end in the same row may share one."""
    taken: list[list[_Way]] = []
    found = {}
    for way in sorted(ways, key=lambda each: (abs(each.end - each.start), each.start)):
        lane = next((n for n, others in enumerate(taken) if all(_apart(way, other) for other in others)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append(way)
        found[way] = lane
    return found


def _apart(a: _Way, b: _Way) -> bool:
    if a.end == b.end and (a.start < a.end) == (b.start < b.end):
        return True
    return max(a.start, a.end) < min(b.start, b.end) or max(b.start, b.end) < min(a.start, a.end)


def _y(row: int) -> float:
    return row * _ROW + _ROW / 2 + 2


def _arc(way: _Way, x: float, side: int, lane: int) -> Markup:
    """Out of a row, along a lane, into another row below the middle, with an arrow's head."""
    out, turn = x + side * (lane + 1) * _LANE, 4 if way.end > way.start else -4
    y, to = _y(way.start) + 3, _y(way.end) - 3
    if way.start == way.end:
        y, to, turn = _y(way.start) - 6, _y(way.start) + 6, 4
    r = side * 4
    path = f"M{x:g} {y:g}H{out - r:g}q{r} 0 {r} {turn}V{to - turn:g}q0 {turn} {-r} {turn}H{x + side * 2:g}"
    head = f"M{x + side:g} {to:g}l{side * 5} -3v6z"
    kind = "wrong" if way.wrong else "right"
    return Markup(
        '<g class="db-way db-way-{}" aria-label="{}"><path d="{}"/><path class="db-head-of" d="{}"/></g>'
    ).format(kind, html(way.why), path, head)


def _line(way: _Way, x: float) -> Markup:
    y = _y(way.start) + _ROW / 2
    return Markup('<path class="db-way db-way-right" d="M{0:g} {1:g}v4m-3 -3l3 4l3 -4"/>').format(x + 14, y - 2)


def _row(row: tuple[str, str, str], text: str, number: int, x: float, wide: float) -> Markup:
    kind, name, whole = row
    y = _y(number)
    if kind == "phase":
        return Markup('<text class="db-phase" x="{:g}" y="{:g}">{}</text>').format(x + 2, y + 6, html(text))
    box = Markup('<rect class="db-node db-node-{}" x="{:g}" y="{:g}" width="{:g}" height="{}" rx="3"/>').format(
        kind, x, y - _ROW / 2 + 2, wide, _ROW - 4
    )
    words = Markup('<text x="{:g}" y="{:g}">{}</text>').format(x + 8, y + 4.5, html(text))
    if kind == "end":
        return Markup("<g>{}{}</g>").format(box, words)
    return Markup('<a href="#step-{}" aria-label="{}">{}{}</a>').format(html(name), html(whole), box, words)
