"""Document -> findings of single-event. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule("DB373", help="ask for more samples, or say 0 where one is enough", severity=Severity.WARNING)
def single_event(document: Document, context: Context) -> Iterator[Found]:
    """A share so small, of so few samples, that one event makes the signal fire."""
    runbook = context.repository.in_use(document)
    for index, signal in enumerate(runbook.signals if runbook else ()):
        fires = signal.fires
        least = fires.min_samples if fires else None
        if fires is None or least is None or signal.unit != "ratio" or signal.latched:
            continue
        share = fires.value if fires.op in ("gt", "gte") and isinstance(fires.value, (int, float)) else 0.0
        if 0 < share * least < 1:  # 0 is somebody's will: one is enough
            words = f"{share:g} of {least:g} is less than one event, so the first one fires"
            yield Found(
                ("signals", index, "fires", "min_samples"), f"{words}; expected more than {1 / share:,.0f} samples"
            )
