"""Document -> findings of blind-verification. Pure."""

from collections.abc import Iterator, Mapping

from drillbook import graph
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.model import Runbook, Step
from drillbook.rule import Context, repository_rule


@repository_rule("DB518", help="keep a copy of the traffic, or look at what can be seen", severity=Severity.WARNING)
def blind_verification(document: Document, context: Context) -> Iterator[Found]:
    """A step that takes away the sight of signals for which a later one asks."""
    runbook = context.repository.in_use(document)
    blind = [(index, step) for index, step in enumerate(runbook.steps) if not step.keeps_visibility] if runbook else []
    if runbook is None or not blind:
        return
    ways = graph.successors(runbook)
    for index, step in blind:
        later, signal = _asked_later(runbook, ways, step)
        if later:
            said = (
                f'nothing can be seen after this, and "{later}" asks for "{signal}"; expected that signals stay visible'
            )
            yield Found(("steps", index, "keeps_visibility"), said)


def _asked_later(runbook: Runbook, ways: Mapping[str, tuple[graph.Edge, ...]], blind: Step) -> tuple[str, str]:
    """The first step behind a blind one that needs a signal, and the signal, as long as nothing has undone the blindness."""
    seen: set[str] = {blind.id}
    todo = [edge.to for edge in ways[blind.id]]
    while todo:
        name = todo.pop(0)
        step = runbook.step(name)
        if step is None or name in seen:
            continue
        seen.add(name)
        if _undoes(step, blind):
            continue
        for needed in _needs(runbook, step):
            signal = runbook.signal(needed)
            if signal and not signal.human:
                return name, needed
        todo += [edge.to for edge in ways[name]]
    return "", ""


def _needs(runbook: Runbook, step: Step) -> tuple[str, ...]:
    checked = (step.text,) if step.action == "check" else ()
    rollback = runbook.rollback
    verified = rollback.verify if rollback and rollback.steps[-1:] == (step.id,) else ()
    return (*checked, *((step.until,) if step.until else ()), *step.success, *verified)


def _undoes(step: Step, blind: Step) -> bool:
    """Whether a step runs what the blind one has as its undo, perhaps in its last stage."""
    stages = step.ramp or (0,)
    return bool(blind.undo) and any(
        step.text.replace("${stage}", f"{stage:g}").strip() == blind.undo.strip() for stage in stages
    )
