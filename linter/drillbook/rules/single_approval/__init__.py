"""Document -> findings of single-approval. Pure."""

from collections.abc import Iterator

from drillbook.approval import approval, team
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_AT = ("authority", "approve", "irreversible")


@repository_rule("DB232", help="name two different teams")
def single_approval(document: Document, context: Context) -> Iterator[Found]:
    """What cannot be undone, approved by fewer than two teams."""
    flow = context.repository.flow(document)
    if flow is None:
        return
    lasting = [step for step in flow.steps.values() if step.changes == "irreversible"]
    for step in lasting:
        who = approval(flow.runbook, step)
        if who and len(who.approvers) < 2:
            yield Found(_AT, f'step "{step.id}" cannot be undone, and {_named(who.approvers)} it; expected two teams')
            return
    names = flow.runbook.data.get("authority", {}).get("approve", {}).get("irreversible", ())
    teams = frozenset(team(flow.runbook, name) for name in names)
    if not lasting and len(teams) == 1:
        yield Found(_AT, f"what cannot be undone needs two teams, and {_named(teams)} it; expected another one")


def _named(teams: frozenset[str]) -> str:
    return f"{next(iter(teams))} alone approves" if teams else "no team approves"
