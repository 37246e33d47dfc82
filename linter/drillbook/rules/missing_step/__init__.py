"""Document -> findings of missing-step. Pure."""

from collections.abc import Iterator

from drillbook.document import PHASES, Document
from drillbook.finding import Found
from drillbook.repository import COMPLETE
from drillbook.rule import file_rule, lost_blocks


@file_rule("DB110", help="write the step as a fenced block that begins with ```step")
def missing_step(document: Document) -> Iterator[Found]:
    """A runbook, or a phase of an active one, in which nobody does anything."""
    if document.kind != "runbook" or not document.readable or document.foreign or lost_blocks(document):
        return
    status = document.front.get("status")
    if not document.steps and status != "retired":
        yield Found(("status",), "the runbook has no step, expected at least one")
    elif status in COMPLETE:
        used = {step.section for step in document.steps}
        for phase in PHASES[:4]:
            if phase not in used:
                heading = next((each for each in document.body.headings if each.text == phase), None)
                yield Found(
                    heading.span if heading else ("status",), f'no step under "## {phase}", expected at least one'
                )
