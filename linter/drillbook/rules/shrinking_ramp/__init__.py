"""Document -> findings of shrinking-ramp. Pure."""

from collections.abc import Iterator
from itertools import pairwise

from drillbook import words
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB515", help="let each stage be larger than the one before")
def shrinking_ramp(document: Document, context: Context) -> Iterator[Found]:
    """A restoration whose next stage is smaller than the one before."""
    runbook = context.repository.in_use(document)
    for index, step in enumerate(runbook.steps if runbook else ()):
        if step.phase != "Restore":
            continue
        for number, (before, after) in enumerate(pairwise(step.ramp), 1):
            if after <= before:
                said = f"stage {words.number(after)} comes after {words.number(before)}, expected a larger one"
                yield Found(("steps", index, "ramp", number), said)
                break
