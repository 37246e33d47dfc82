"""A runbook's steps -> a picture of where each can go. SVG as text, pure.

Ways on which things go right run on the left, ways on which they go wrong on the right, dashed.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from markupsafe import Markup

from drillbook import graph
from drillbook.model import Runbook
from drillbook.site.arcs import Row, Way, drawn

_WRONG = ("if_not", "if_unknown", "if_failed", "if_inconclusive", "if_unavailable")


def picture(runbook: Runbook) -> Markup:
    """The picture of a runbook of two steps or more; nothing for a smaller one."""
    if len(runbook.steps) < 2:
        return Markup("")
    successors = graph.successors(runbook)
    outcomes = list(dict.fromkeys(edge.outcome for edges in successors.values() for edge in edges if edge.outcome))
    rows = _rows(runbook, outcomes)
    at = {name: number for number, (name, _) in enumerate(rows)}
    ways = [
        Way(at[step], at[target], edge.why.rpartition(" ")[2] in _WRONG, edge.why.replace("_", " "))
        for step, edges in successors.items()
        for edge in edges
        if (target := f"end {edge.outcome}" if edge.outcome else edge.to) in at
    ]
    what = f"Where each step of “{runbook.title}” leads"
    return drawn([row for _, row in rows], list(dict.fromkeys(ways)), what)


def _rows(runbook: Runbook, outcomes: Iterable[str]) -> list[tuple[str, Row]]:
    """The rows, each by the id of its step; headings and outcomes have names that no step can have."""
    numbered = list(enumerate(runbook.steps, 1))
    rows = []
    for phase, steps in groupby(numbered, key=lambda each: each[1].phase):
        rows.append((f"phase {phase}", Row("phase", phase)))
        for number, step in steps:
            words = f"{number}. {step.title}"
            rows.append((step.id, Row("fallback" if step.fallback else "step", words, f"#step-{step.id}")))
    ends = [(f"end {each}", Row("end", each.replace("-", " "))) for each in outcomes]
    return [*rows, ("phase End", Row("phase", "End")), *ends]
