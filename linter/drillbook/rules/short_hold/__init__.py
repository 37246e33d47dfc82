"""Document -> findings of short-hold. Pure."""

from collections.abc import Iterator

from drillbook import duration
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule("DB422", help="hold at least as long as the signal needs", severity=Severity.WARNING)
def short_hold(document: Document, context: Context) -> Iterator[Found]:
    """A stage that is over before its signal can have been clear for as long as it must."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    for name, step in flow.steps.items():
        for each in step.success:
            signal = flow.runbook.signal(each)
            needed = signal.clears.hold if signal and signal.clears else None
            if needed and not step.hold and step.within and step.changes != "nothing" and needed > step.within:
                words = f'"{each}" clears after {duration.show(needed)}, and this is over after {duration.show(step.within)}'
                yield Found(
                    ("steps", flow.number[name], "success"), f'{words}; expected a "hold" of that time', key=True
                )
                break
            if step.hold and needed and needed > step.hold:
                words = f'"{each}" clears after {duration.show(needed)}, and the stage is held for {duration.show(step.hold)}'
                yield Found(("steps", flow.number[name], "hold"), f"{words}; expected at least as long")
                break
