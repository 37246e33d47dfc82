"""Document -> findings of missed-objective. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from drillbook import duration, graph
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.flow import Flow
from drillbook.graph import Longest
from drillbook.rule import Context, repository_rule

_PHASES = {"contain": "Contain", "mitigate": "Mitigate"}


@repository_rule("DB405", help="shorten the time boxes, or allow more time and say so to those who wait")
def missed_objective(document: Document, context: Context) -> Iterator[Found]:
    """An objective that the steps cannot keep when everything takes its whole time."""
    flow = context.repository.flow(document)
    if flow is None or not flow.whole:
        return
    objectives = flow.runbook.data.get("objectives", {})
    for name in ("contain", "mitigate", "restore"):
        allowed = duration.parse(objectives.get(name, ""))
        phase = _PHASES.get(name, "")
        longest = _longest(flow, phase, allowed) if allowed else None
        if allowed and longest and longest.exact and longest.takes > allowed:
            way = (
                f"the longest way {f'through {phase}' if phase else 'to restored'} takes {duration.show(longest.takes)}"
            )
            yield Found(
                ("objectives", name), f'"{name}" allows {duration.show(allowed)}, and {way}; expected at least as much'
            )


def _longest(flow: Flow, phase: str, allowed: timedelta) -> Longest | None:
    """The longest way to the end of a phase, or to the outcome that it is all about; None where it is short enough at sight."""
    if graph.at_most(flow.ways, graph.phases(flow.runbook, phase) if phase else flow.steps) <= allowed:
        return None
    if phase:
        return graph.behind(flow.runbook, flow.ways, phase)
    return graph.longest_along(flow.ways, flow.entries).get("restored")
