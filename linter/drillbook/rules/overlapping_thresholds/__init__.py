"""Document -> findings of overlapping-thresholds. Pure."""

from collections.abc import Iterator

from drillbook import words
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.ranges import overlap, reach
from drillbook.rule import Context, repository_rule


@repository_rule("DB330", help="let it clear on the other side, with a gap between the two")
def overlapping_thresholds(document: Document, context: Context) -> Iterator[Found]:
    """Values at which a signal fires and clears at once."""
    runbook = context.repository.in_use(document)
    for index, signal in enumerate(runbook.signals if runbook else ()):
        fires = reach(signal.fires) if signal.fires else None
        clears = reach(signal.clears) if signal.clears else None
        if fires and clears and signal.fires and signal.clears and overlap(fires, clears):
            one, other = words.comparison(signal, signal.fires), words.comparison(signal, signal.clears)
            said = f"this clears {other}, and the signal fires {one}; expected no value that does both"
            yield Found(("signals", index, "clears", "value"), said)
