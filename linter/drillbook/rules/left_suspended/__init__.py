"""Document -> findings of left-suspended. Pure."""

import re
from collections.abc import Iterator, Mapping

from drillbook import graph
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.model import Runbook, Step
from drillbook.rule import Context, repository_rule

_NAME = r"(?:/|\s+)([a-z0-9][a-z0-9.-]*)(?=\s)[^\n;&|]*"
_STOPS = (
    re.compile(rf'\bpatch\s+(?:cronjobs?|cj)(?:\.batch)?{_NAME}\bsuspend"?\s*:\s*true\b'),
    re.compile(rf"\bscale\s+(?:deployments?|deploy|statefulsets?|sts)(?:\.apps)?{_NAME}--replicas[= ]0\b"),
)
"""A cron job that is suspended, a workload that is scaled to nothing; the group is its name."""


@repository_rule("DB524", help="add a step that starts it again, or say who does and when", severity=Severity.WARNING)
def left_suspended(document: Document, context: Context) -> Iterator[Found]:
    """A job or workload that a step stops and that no step behind it names again before the incident is over."""
    runbook = context.repository.in_use(document)
    stopping = [(index, step) for index, step in enumerate(runbook.steps if runbook else ()) if stopped(step)]
    ways = graph.successors(runbook) if runbook and stopping else {}
    for index, step in stopping if runbook else ():
        later = _behind(runbook, ways, step) if runbook else []
        end = next((each for each in later if each.outcome in _OVER), None)
        for name in stopped(step) if end else ():
            if end and not any(_names(each, name) for each in later):
                said = f'"{name}" is stopped here, and no step up to "{end.id}", which ends as {end.outcome}, names it again'
                yield Found(("steps", index, "run"), f"{said}; expected one that starts it", part=name)


_OVER = ("restored", "not-the-model")
"""Ends behind which nobody is left who would think of it."""


def stopped(step: Step) -> list[str]:
    """The cron jobs and workloads that the command of a step stops."""
    text = step.text.replace("\\\n", " ") if step.action == "run" else ""
    return [found.group(1) for stops in _STOPS for found in stops.finditer(text)]


def _names(step: Step, name: str) -> bool:
    """Whether a step has to do with it and is not itself one that stops it."""
    words = f"{step.title}\n{step.text}\n{step.expect}"
    return name not in stopped(step) and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", words) is not None


def _behind(runbook: Runbook, ways: Mapping[str, tuple[graph.Edge, ...]], step: Step) -> list[Step]:
    """The steps that some way leads to from a step, in the order of the file."""
    seen: set[str] = set()
    waiting = [edge.to for edge in ways[step.id] if edge.why != "if_not"]
    while waiting:
        name = waiting.pop()
        if name in ways and name not in seen:
            seen.add(name)
            waiting += [edge.to for edge in ways[name]]
    return [each for each in runbook.steps if each.id in seen and each.id != step.id]
