"""Points in time on lanes -> a picture as SVG. Pure.

Each point is a mark with its name beside it; names that would touch stand on lines of their own. Nothing depends on colour alone:
what was done is a disc, what was missed a cross, what was expected a bar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from drillbook.site.escape import html

_WIDTH, _LEFT, _RIGHT, _LINE, _LETTER = 760, 96, 24, 18, 6.7
"""Sizes in the picture's own pixels; a letter is as wide as a wide one."""
_STEPS = (5, 10, 15, 20, 30, 60, 120, 240, 480, 1440)
"""Minutes between two marks of the axis."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a lane; ``kind`` is inject, met, late, done or missed."""

    at: timedelta
    name: str
    kind: str


def course(lanes: Mapping[str, Sequence[Dot]], words: str) -> Markup:
    """The lanes one below the other, over one axis of time."""
    longest = max((dot.at for dots in lanes.values() for dot in dots), default=timedelta(minutes=5))
    minutes = max(5.0, longest.total_seconds() / 60)
    step = next((each for each in _STEPS if minutes / each <= 9), _STEPS[-1])
    parts: list[Markup] = []
    top = 8.0
    for title, dots in lanes.items():
        drawn, high = _lane(title, dots, top, minutes)
        parts += drawn
        top += high
    parts += _axis(top, minutes, step)
    whole = Markup(
        '<svg class="db-course" viewBox="0 0 {} {}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">{}</svg>'
    )
    return whole.format(_WIDTH, int(top + 34), html(words), Markup("").join(parts))


def _x(minutes: float, whole: float) -> float:
    return round(_LEFT + minutes / whole * (_WIDTH - _LEFT - _RIGHT), 1)


def _lane(title: str, dots: Sequence[Dot], top: float, minutes: float) -> tuple[list[Markup], float]:
    rows: list[float] = []
    parts = [Markup('<text x="4" y="{}" class="db-lane">{}</text>').format(top + 14, html(title))]
    for dot in sorted(dots, key=lambda each: each.at):
        x = _x(dot.at.total_seconds() / 60, minutes)
        wide = 12 + len(dot.name) * _LETTER
        begin = x - 6 if x + wide < _WIDTH else x - wide + 6
        row = next((index for index, end in enumerate(rows) if end < begin), len(rows))
        rows[row : row + 1] = [begin + wide + 4]
        y = top + 10 + row * _LINE
        anchor, beside = ("start", x + 9) if begin == x - 6 else ("end", x - 9)
        group = Markup('<g class="db-dot-{}">{}<text x="{}" y="{}" text-anchor="{}">{}</text></g>')
        parts.append(group.format(dot.kind, _mark(dot.kind, x, y), beside, y + 4, anchor, html(dot.name)))
    high = max(1, len(rows)) * _LINE + 14
    line = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" class="db-rule"/>')
    parts.append(line.format(_LEFT, _WIDTH - _RIGHT, top + high - 6, top + high - 6))
    return parts, high


def _mark(kind: str, x: float, y: float) -> Markup:
    if kind == "missed":
        return Markup('<path d="M{} {}l8 8m0 -8l-8 8"/>').format(x - 4, y - 4)
    if kind in ("met", "late"):
        return Markup('<path d="M{} {}v12"/>').format(x, y - 6)
    if kind == "inject":
        return Markup('<path d="M{} {}l5 5l-5 5l-5 -5z"/>').format(x, y - 5)
    return Markup('<circle cx="{}" cy="{}" r="4.5"/>').format(x, y)


def _axis(top: float, minutes: float, step: int) -> Iterator[Markup]:
    for at in range(0, int(minutes) + 1, step):
        x = _x(at, minutes)
        word = f"{at // 60}:{at % 60:02}"
        yield Markup('<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" class="db-rule"/>').format(x, top - 4, top + 2)
        yield Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(x, top + 18, word)
    yield Markup('<text x="4" y="{}">hours:min</text>').format(top + 18)
