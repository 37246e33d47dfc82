"""Points in time on lanes -> a picture as SVG. Pure.

Each point is a mark with its name beside it; names that would touch stand on lines of their own. Nothing depends on colour alone:
what was done is a disc, what was missed a cross, what was expected a bar. Long hours in which nothing happened are cut out, so
that an incident that was closed four days later still shows its first hour; a dashed line stands for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from markupsafe import Markup

from drillbook.site.escape import html

_WIDTH, _LEFT, _RIGHT, _LINE, _LETTER = 760, 96, 24, 18, 6.7
"""Sizes in the picture's own pixels; a letter is as wide as a wide one."""
_STEPS = (5, 10, 15, 20, 30, 60, 120, 240, 480, 1440)
"""Minutes between two marks of the axis."""
_CUT, _LONG, _APART = 0.09, 60.0, 44.0
"""The share of the width that a cut takes, the minutes from which on a gap is cut, and the pixels between two words."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a lane; ``kind`` is inject, met, late, done or missed."""

    at: timedelta
    name: str
    kind: str


def course(lanes: Mapping[str, Sequence[Dot]], words: str) -> Markup:
    """The lanes one below the other, over one axis of time."""
    scale = _scale([dot.at.total_seconds() / 60 for dots in lanes.values() for dot in dots])
    parts: list[Markup] = []
    top = 8.0
    for title, dots in lanes.items():
        drawn, high = _lane(title, dots, top, scale)
        parts += drawn
        top += high
    parts += _axis(top, scale)
    whole = Markup(
        '<svg class="db-course" viewBox="0 0 {} {}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">{}</svg>'
    )
    return whole.format(_WIDTH, int(top + 34), html(words), Markup("").join(parts))


@dataclass(frozen=True, slots=True)
class _Scale:
    """Minutes -> pixels; ``cuts`` are the stretches, from minute to minute, that are drawn ``narrow`` minutes wide."""

    minutes: float
    cuts: tuple[tuple[float, float], ...]
    narrow: float

    @property
    def drawn(self) -> float:
        """How many minutes the picture is wide."""
        return self.minutes - sum(end - begin - self.narrow for begin, end in self.cuts)

    def x(self, minute: float) -> float:
        """Where a minute stands."""
        left = sum(
            (end - begin - self.narrow) * min(1.0, (minute - begin) / (end - begin))
            for begin, end in self.cuts
            if minute > begin
        )
        return round(_LEFT + (minute - left) / self.drawn * (_WIDTH - _LEFT - _RIGHT), 1)

    def within(self, minute: float) -> bool:
        """Whether a minute was cut out."""
        return any(begin < minute < end for begin, end in self.cuts)


def _scale(times: Sequence[float]) -> _Scale:
    """Every gap is cut that is more than twice as long as all shorter ones together: what is left can be told apart."""
    gaps = sorted(((end - begin, begin, end) for begin, end in pairwise(sorted({0.0, *times}))), reverse=True)
    cuts: list[tuple[float, float]] = []
    for number, (length, begin, end) in enumerate(gaps):
        if length < _LONG or length <= 2 * sum(each[0] for each in gaps[number + 1 :]) or number == len(gaps) - 1:
            break
        cuts.append((begin, end))
    minutes = max(5.0, *times, 0.0)
    left = minutes - sum(end - begin for begin, end in cuts)
    share = _CUT * len(cuts)
    return _Scale(minutes, tuple(sorted(cuts)), left * _CUT / (1 - share) if cuts and share < 1 else 0.0)


def _lane(title: str, dots: Sequence[Dot], top: float, scale: _Scale) -> tuple[list[Markup], float]:
    rows: list[float] = []
    parts = [Markup('<text x="4" y="{}" class="db-lane">{}</text>').format(top + 14, html(title))]
    for dot in sorted(dots, key=lambda each: each.at):
        x = scale.x(dot.at.total_seconds() / 60)
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


def _axis(top: float, scale: _Scale) -> Iterator[Markup]:
    step = next((each for each in _STEPS if scale.drawn / each <= 9), _STEPS[-1])
    ends = [end for _, end in scale.cuts]
    places = [scale.x(each) for each in ends]
    even = [each for each in range(0, int(scale.minutes) + 1, step) if not scale.within(each)]
    told = [each for each in even if all(abs(scale.x(each) - place) >= _APART for place in places)]
    for begin, end in scale.cuts:
        x = (scale.x(begin) + scale.x(end)) / 2
        yield Markup('<line x1="{0}" x2="{0}" y1="2" y2="{1}" class="db-rule db-cut"/>').format(round(x, 1), top + 2)
    for at in (*told, *ends):
        x = scale.x(at)
        word = f"{int(at) // 60}:{int(at) % 60:02}"
        yield Markup('<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" class="db-rule"/>').format(x, top - 4, top + 2)
        yield Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(x, top + 18, word)
    yield Markup('<text x="4" y="{}">hours:min</text>').format(top + 18)
