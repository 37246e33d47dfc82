"""Document -> findings of needless-stand-in. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, repository_rule


@repository_rule("DB215", help="name a team that is not the approver")
def needless_stand_in(document: Document, context: Context) -> Iterator[Found]:
    """A stand-in for an approver who is that approver."""
    runbook = context.repository.in_use(document)
    authority = runbook.data.get("authority", {}) if runbook else {}
    to = authority.get("if_unreachable", {}).get("to")
    if runbook is None or to is None:
        return
    owner = {"owner": runbook.owner}
    for what, teams in authority.get("approve", {}).items():
        if {owner.get(each, each) for each in teams} == {owner.get(to, to)}:
            said = f'"{owner.get(to, to)}" alone approves what is {what.replace("_", " ")}, and stands in for itself'
            yield Found(("authority", "if_unreachable", "to"), f"{said}; expected another team")
            return
