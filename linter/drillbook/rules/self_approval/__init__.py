"""Document -> findings of self-approval. Pure."""

from collections.abc import Iterator

from drillbook.approval import Approval, approval
from drillbook.document import Document
from drillbook.finding import Found, Place
from drillbook.model import Step
from drillbook.rule import Context, repository_rule


@repository_rule("DB230", help="let another team approve it, or another one run it")
def self_approval(document: Document, context: Context) -> Iterator[Found]:
    """A step whose only approver is the team that runs it."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    told: set[Place] = set()
    for name, step in flow.steps.items():
        who = approval(flow.runbook, step)
        if who is None or who.approvers != {who.runner}:
            continue
        at = _place(document, context, flow.number[name], step, who)
        if at not in told:
            told.add(at)
            yield Found(
                at, f'{who.runner} runs step "{name}" and is the only team that approves it; expected another one'
            )


def _place(document: Document, context: Context, number: int, step: Step, who: Approval) -> Place:
    """Where the step itself says it, else who approves; the role where only that is the runbook's own."""
    block = document.steps[number].value
    if isinstance(block, dict) and "by" in block:
        return ("steps", number, "by")
    inherited = context.repository.inherited
    approve, role = ("authority", "approve", who.kinds[0]), ("roles", step.by)
    return role if inherited(document, approve) and not inherited(document, role) else approve
