"""Document -> findings of touching-thresholds. Pure."""

from collections.abc import Iterator

from drillbook import words
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.ranges import overlap, reach, touch
from drillbook.rule import Context, repository_rule

_EXACT = ("eq", "ne")
"""Who compares exactly has values that jump: there is nothing between none and some."""


@repository_rule("DB331", help="let it clear only some way from where it fires")
def touching_thresholds(document: Document, context: Context) -> Iterator[Found]:
    """A signal that clears where it fires, without a gap between the two."""
    runbook = context.repository.in_use(document)
    for index, signal in enumerate(runbook.signals if runbook else ()):
        if not signal.fires or not signal.clears or {signal.fires.op, signal.clears.op} & set(_EXACT):
            continue
        fires, clears = reach(signal.fires), reach(signal.clears)
        if not fires or not clears or overlap(fires, clears):
            continue
        end = touch(fires, clears)
        if end is not None:
            at = words.quantity(end, signal.unit)
            yield Found(
                ("signals", index, "clears", "value"),
                f"this clears at {at}, where it fires; expected a gap between the two",
            )
