"""Document -> findings of escalation-to-acting-team. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule

_ACTING = ("operations", "incident_commander")
"""The roles that are at work from the first minute on."""


@repository_rule("DB214", help="call a team that is not there yet")
def escalation_to_acting_team(document: Document, context: Context) -> Iterator[Found]:
    """An escalation that calls the team that is at work already."""
    runbook = context.repository.in_use(document)
    if runbook is None:
        return
    roles = {"operations": "owner", **runbook.data.get("roles", {})}
    acting = {_team(roles[role], runbook.owner): role for role in _ACTING if role in roles}
    for index, each in enumerate(runbook.data.get("escalation", ())):
        team = _team(each.get("to", ""), runbook.owner)
        if team in acting:
            said = f'"{team}" has the role {acting[team]} and is at work already, expected another team'
            yield Found(("escalation", index, "to"), said)


def _team(name: str, owner: str) -> str:
    return owner if name == "owner" else name
