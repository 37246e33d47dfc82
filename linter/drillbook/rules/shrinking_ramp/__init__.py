"""Document -> findings of shrinking-ramp. Pure."""

from collections.abc import Iterator
from itertools import pairwise

from drillbook import words
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_ALL = 100
"""Elsewhere stages may shrink, as traffic is taken away; but what began with all of it was no ramp."""


@repository_rule("DB515", help="let each stage be larger than the one before")
def shrinking_ramp(document: Document, context: Context) -> Iterator[Found]:
    """A restoration whose next stage is smaller than the one before, or any ramp that begins with all of it."""
    runbook = context.repository.in_use(document)
    for index, step in enumerate(runbook.steps if runbook else ()):
        for number, (before, after) in enumerate(pairwise(step.ramp), 1):
            if after <= before and (step.phase == "Restore" or before == _ALL):
                said = f"stage {words.number(after)} comes after {words.number(before)}, expected a larger one"
                yield Found(("steps", index, "ramp", number), said)
                break
