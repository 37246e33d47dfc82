"""Document -> findings of endless-verification. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from drillbook import duration
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.model import Runbook, Signal
from drillbook.queries import evaluated_every
from drillbook.repository import Repository
from drillbook.rule import Context, repository_rule


@repository_rule("DB511", help="give up later, or hold for a shorter time")
def endless_verification(document: Document, context: Context) -> Iterator[Found]:
    """A verification that gives up before it can have succeeded."""
    runbook = context.repository.in_use(document)
    rollback = runbook.rollback if runbook else None
    if runbook is None or rollback is None or not rollback.give_up_after:
        return
    slowest, name = timedelta(), ""
    for each in rollback.verify:
        signal = runbook.signal(each)
        takes = _clears_after(signal, runbook, context.repository) if signal else timedelta()
        if takes > slowest:
            slowest, name = takes, each
    needed = slowest + rollback.hold
    if needed > rollback.give_up_after or rollback.hold >= rollback.give_up_after:
        parts = [f'"{name}" clears after {duration.show(slowest)}'] if name else []
        parts += [f"is held for {duration.show(rollback.hold)}"] if rollback.hold else []
        what = " and ".join(parts) if name else f"all of it {parts[0]}"
        said = f"{what}, and this gives up after {duration.show(rollback.give_up_after)}"
        yield Found(("rollback", "verify", "give_up_after"), f"{said}; expected more than {duration.show(needed)}")


def _clears_after(signal: Signal, runbook: Runbook, repository: Repository) -> timedelta:
    """How long a signal must have been well before it clears, at least."""
    if signal.clears is None:
        return timedelta()
    if signal.clears.hold:
        return signal.clears.hold
    return evaluated_every(repository, runbook, signal.source) * (max(1, signal.clears.times or 1) - 1)
