"""Document -> findings of impossible-state. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Place
from drillbook.model import Runbook, Signal, Step
from drillbook.rule import Context, repository_rule


@repository_rule("DB420", help="ask for a state that the signal has, or name another signal")
def impossible_state(document: Document, context: Context) -> Iterator[Found]:
    """A step that asks a signal for a state which it never has."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    for name, step in flow.steps.items():
        for at, signal, state in _asked(flow.runbook, step):
            if signal.source == "people" and state == "clears":
                words = f'"{signal.id}" is what people notice, and nobody notices when it clears; expected a signal with a query'
                yield Found(("steps", flow.number[name], *at), words)
            elif signal.tier == "gate" and state == "fires":
                yield Found(
                    ("steps", flow.number[name], *at), f'"{signal.id}" is a gate and never fires; expected "clears"'
                )


def _asked(runbook: Runbook, step: Step) -> Iterator[tuple[Place, Signal, str]]:
    """Each signal that the step asks, where, and for which state."""
    asked: list[tuple[Place, str, str]] = [
        (("success", index), name, "clears") for index, name in enumerate(step.success)
    ]
    if step.action == "check":
        asked.append((("check",), step.text, step.state))
    if step.action == "wait":
        asked.append((("until",), step.until, step.state))
    for at, name, state in asked:
        signal = runbook.signal(name)
        if signal:
            yield at, signal, state
