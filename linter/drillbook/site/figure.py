"""A signal's two thresholds -> a small picture: where it fires, where it clears, and the gap between. SVG as text, pure.

The numbers stand where they meet and the words in the fields, so the picture reads without its colours. It is not to scale: what
matters is the order.
"""

from __future__ import annotations

from itertools import pairwise

from markupsafe import Markup

from drillbook import words
from drillbook.contract import compares
from drillbook.model import Signal, Threshold
from drillbook.site.escape import html

_WIDE, _HIGH, _TOP = 380, 58, 22
"""Units of the drawing: its width, its height, and where the fields begin below the numbers."""


def figure(signal: Signal) -> Markup:
    """The picture of a signal with two thresholds that are limits; nothing for any other."""
    bounds = sorted({bound for side in (signal.fires, signal.clears) for bound in _bounds(side)})
    if not bounds or signal.latched or not (_limits(signal.fires) and _limits(signal.clears)):
        return Markup("")
    edges = [0.0, *(_WIDE * (number + 1) / (len(bounds) + 1) for number in range(len(bounds))), float(_WIDE)]
    middles = [bounds[0] - 1, *((low + high) / 2 for low, high in pairwise(bounds)), bounds[-1] + 1]
    fields = [
        _field(left, right, _state(signal, value))
        for (left, right), value in zip(pairwise(edges), middles, strict=True)
    ]
    marks = [_mark(x, words.number(bound)) for x, bound in zip(edges[1:-1], bounds, strict=True)]
    sides = {"fires": signal.fires, "clears": signal.clears}
    said = ", ".join(f"{name} {words.comparison(signal, side)}" for name, side in sides.items() if side is not None)
    return Markup('<svg class="db-figure" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDE, _HIGH, html(said), Markup("").join([*fields, *marks])
    )


def _bounds(side: Threshold | None) -> tuple[float, ...]:
    value = side.value if side is not None else None
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _limits(side: Threshold | None) -> bool:
    """Whether a threshold divides the values into ranges; ``eq`` and ``ne`` name one value."""
    return side is not None and side.op in ("lt", "lte", "gt", "gte", "between", "outside")


def _state(signal: Signal, value: float) -> str:
    for name, side in (("fires", signal.fires), ("clears", signal.clears)):
        if side is not None and compares(value, side):
            return name
    return "neither"


def _field(left: float, right: float, state: str) -> Markup:
    return Markup(
        '<rect class="db-figure-{0}" x="{1:g}" y="{3}" width="{2:g}" height="{4}"/>'
        '<text x="{5:g}" y="{6}" text-anchor="middle">{0}</text>'
    ).format(state, left + 1, right - left - 2, _TOP, _HIGH - _TOP - 2, (left + right) / 2, _TOP + 22)


def _mark(x: float, text: str) -> Markup:
    return Markup('<text class="db-figure-number" x="{:g}" y="16" text-anchor="middle">{}</text>').format(x, html(text))
