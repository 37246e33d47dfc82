"""Document -> findings of unlifted-control. Pure."""

from collections.abc import Iterator, Mapping

from drillbook import graph
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.model import Runbook, Step
from drillbook.rule import Context, repository_rule


@repository_rule("DB523", help="add a step that takes it back before the end", severity=Severity.WARNING)
def unlifted_control(document: Document, context: Context) -> Iterator[Found]:
    """A compensating control that no later step takes back, though the incident ends as restored."""
    runbook = context.repository.in_use(document)
    controls = [
        (index, step)
        for index, step in enumerate(runbook.steps if runbook else ())
        if step.action == "run" and step.compensates and step.undo and step.phase in ("Contain", "Mitigate")
    ]
    ways = graph.successors(runbook) if runbook and controls else {}
    for index, step in controls if runbook else ():
        sets = _sets(step)
        later = [each for each in _behind(runbook, ways, step) if each.id != step.id] if runbook and sets else []
        ends = next((each for each in later if each.outcome == "restored"), None)
        if ends and not any(words in _plain(each.text) for each in later for words in sets):
            said = f'no step behind this one does anything to "{sets[0]}", and "{ends.id}" ends as restored'
            yield Found(("steps", index, "compensates"), f"{said}; expected one that takes it back", key=True)


def _sets(step: Step) -> list[str]:
    """What a step sets: the words that a line of its command and a line of its undo begin with, three or more."""
    found = []
    for line in step.text.splitlines():
        for undo in step.undo.splitlines():
            same = 0
            mine, other = line.split(), undo.split()
            while same < min(len(mine), len(other)) and mine[same] == other[same]:
                same += 1
            if _FEWEST <= same < len(mine):
                found.append(" ".join(mine[:same]))
    return found


def _behind(runbook: Runbook, ways: Mapping[str, tuple[graph.Edge, ...]], step: Step) -> list[Step]:
    seen: dict[str, Step] = {}
    waiting = [edge.to for edge in ways[step.id]]
    while waiting:
        name = waiting.pop()
        each = runbook.step(name)
        if each is not None and name not in seen:
            seen[name] = each
            waiting += [edge.to for edge in ways[name]]
    return [each for each in runbook.steps if each.id in seen]


def _plain(text: str) -> str:
    return " ".join(text.split())


_FEWEST = 3
"""Fewer words than these in common say nothing: "kubectl" alone is no flag."""
