"""Document + repository -> findings of impossible-trigger. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB519", help='name a signal that fires, or give this one "fires"')
def impossible_trigger(document: Document, context: Context) -> Iterator[Found]:
    """A rollback that waits for a signal which can only clear."""
    runbook = context.repository.in_use(document)
    rollback = runbook.rollback if runbook else None
    gates = {signal.id for signal in runbook.signals if signal.tier == "gate"} if runbook else set()
    for key, names in (("when", rollback.when if rollback else ()), ("unless", rollback.unless if rollback else ())):
        for index, name in enumerate(names):
            if name in gates:
                below = ("all" if rollback and rollback.when_all else "any",) if key == "when" else ("unless",)
                words = f'"{name}" is a gate, which never fires, so the rollback would wait for ever'
                yield Found(("rollback", "when", *below, index), f"{words}; expected a signal that fires")
