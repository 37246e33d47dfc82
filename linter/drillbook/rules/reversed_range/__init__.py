"""Document -> findings of reversed-range. Pure."""

from collections.abc import Iterator

from drillbook import words
from drillbook.document import Document
from drillbook.finding import Found, Place
from drillbook.model import Threshold
from drillbook.rule import Context, repository_rule


@repository_rule("DB332", help="write the lower end first")
def reversed_range(document: Document, context: Context) -> Iterator[Found]:
    """A range whose first end is not below its second."""
    runbook = context.repository.in_use(document)
    if runbook is None:
        return
    sides: list[tuple[Place, Threshold | None]] = []
    for index, signal in enumerate(runbook.signals):
        sides += [(("signals", index, "fires"), signal.fires), (("signals", index, "clears"), signal.clears)]
    sides += [(("steps", index, "passes"), step.passes) for index, step in enumerate(runbook.steps)]
    for at, side in sides:
        if side and isinstance(side.value, tuple) and side.value[0] >= side.value[1]:
            low, high = (words.number(each) for each in side.value)
            yield Found((*at, "value"), f'"{side.op}" goes from {low} to {high}, expected the lower end first')
