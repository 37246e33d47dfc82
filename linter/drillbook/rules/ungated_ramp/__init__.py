"""Document -> findings of ungated-ramp. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB517", help='name signals in "success"; they are judged at the end of each stage')
def ungated_ramp(document: Document, context: Context) -> Iterator[Found]:
    """A restoration in stages that nothing stops."""
    if document.kind != "runbook" or not context.repository.is_complete(document):
        return
    for index, block in enumerate(document.steps):
        step = block.value
        if isinstance(step, dict) and block.section == "Restore" and step.get("ramp") and not step.get("success"):
            said = 'the stages go on whatever happens, expected "success" with the signals that must be clear'
            yield Found(("steps", index, "ramp"), said, key=True)
