"""Document + catalog -> findings of late-detection. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from drillbook import duration
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.model import Runbook, Signal
from drillbook.queries import evaluated_every
from drillbook.repository import Repository
from drillbook.rule import Context, repository_rule


@repository_rule("DB335", help='shorten "for" or "times" of a signal, or allow more time in objectives.detect')
def late_detection(document: Document, context: Context) -> Iterator[Found]:
    """An objective for detection that is over before any alert can have come."""
    runbook = context.repository.in_use(document)
    limit = duration.parse(str(runbook.data.get("objectives", {}).get("detect", ""))) if runbook else None
    if runbook is None or limit is None or any(not each.human and not each.tier for each in runbook.signals):
        return
    alerting = [(index, each) for index, each in enumerate(runbook.signals) if each.tier in ("page", "ticket")]
    times = {index: _takes(each, runbook, context.repository) for index, each in alerting}
    if not times:
        return
    first = min(times, key=lambda index: times[index])
    if times[first] > limit:
        fires = runbook.signals[first].fires
        at = ("signals", first, "fires", "for" if fires and fires.hold else "times")
        first_after, allowed = duration.show(times[first]), duration.show(limit)
        said = f"the first alert comes after {first_after}, and the objective for detection is {allowed}"
        yield Found(at, f"{said}; expected at least one within it")


def _takes(signal: Signal, runbook: Runbook, repository: Repository) -> timedelta:
    """From the moment at which the value steps over the threshold until the signal fires, at least."""
    if signal.fires is None:
        return timedelta()
    if signal.fires.hold:
        return signal.fires.hold
    return evaluated_every(repository, runbook, signal.source) * (max(1, signal.fires.times or 1) - 1)
