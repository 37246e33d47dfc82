"""Document -> findings of self-approving-stand-in. Pure."""

from collections.abc import Iterator

from drillbook.approval import approval, team
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_TO = ("authority", "if_unreachable", "to")


@repository_rule("DB231", help="name a team that runs none of these steps")
def self_approving_stand_in(document: Document, context: Context) -> Iterator[Found]:
    """A team that approves its own step as soon as the only other approver cannot be reached."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    authority = flow.runbook.data.get("authority", {})
    stand_in = team(flow.runbook, authority.get("if_unreachable", {}).get("to", ""))
    roles = flow.runbook.data.get("roles", {})
    own = {role for role, name in roles.items() if team(flow.runbook, name) == stand_in}
    for name, step in flow.steps.items() if own else ():
        who = approval(flow.runbook, step) if step.by in own else None
        if who and len(who.approvers - {stand_in}) == 1:
            (other,) = who.approvers - {stand_in}
            words = f'{stand_in} runs step "{name}" and would approve it alone when {other} cannot be reached'
            yield Found(_TO, f"{words}; expected a third team")
            return
