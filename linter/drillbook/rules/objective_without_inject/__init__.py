"""Drill -> findings of objective-without-inject. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import file_rule, lost_blocks


@file_rule("DB903", help="let an inject expect the step, or take the objective out", severity=Severity.WARNING)
def objective_without_inject(document: Document) -> Iterator[Found]:
    """An objective whose step no inject asks for, so that the screen of the facilitator never names it."""
    if document.kind != "drill" or not document.injects or lost_blocks(document):
        return
    expected: set[str] = set()
    for block in document.injects:
        steps = block.value.get("expect") if isinstance(block.value, dict) else None
        expected |= {str(each) for each in steps} if isinstance(steps, list) else set()
    listed = document.front.get("objectives")
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        step = each.get("step") if isinstance(each, dict) else None
        if isinstance(step, str) and step not in expected:
            yield Found(
                ("objectives", index, "step"), f'no inject expects "{step}", so nothing leads the players there'
            )
