"""Signals + the kinds of their sources -> findings of query-without-time. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.model import Signal
from drillbook.queries import kinds
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB370", help='write :at for the time of an evaluation, in place of now(); or leave "for" and "times" out'
)
def query_without_time(document: Document, context: Context) -> Iterator[Found]:
    """A threshold that must hold for some time, of a query that can only say what is now."""
    runbook = context.repository.in_use(document)
    for index, signal in enumerate(runbook.signals if runbook else ()):
        side = "" if signal.human or ":at" in signal.query or not signal.query else _looks_back(signal)
        if runbook and side and not kinds(context.repository, runbook, signal.source) & {"prometheus"}:
            if not kinds(context.repository, runbook, signal.source):
                continue  # a source that nobody knows has its own finding
            words = f'"{side}" looks back, and the query of "{signal.id}" has no :at: nobody can ask it what was before'
            yield Found(("signals", index, *side.split(".")), words, key=True)


def _looks_back(signal: Signal) -> str:
    """The first key by which a signal looks back at more than one evaluation."""
    for name, side in (("fires", signal.fires), ("clears", signal.clears)):
        if side is not None and side.hold:
            return f"{name}.for"
        if side is not None and (side.times or 1) > 1:
            return f"{name}.times"
    return ""
