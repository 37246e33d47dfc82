"""Document + repository -> findings of absent-function. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB953",
    help="hold the review with that team too, or say in the report why it was not asked, and close anew",
    severity=Severity.WARNING,
)
def absent_function(document: Document, context: Context) -> Iterator[Found]:
    """A team that the runbook wants in the review of an incident, and that did not take part."""
    repository = context.repository
    if document.kind != "incident" or document.card.status != "closed" or repository.violations(document):
        return
    took_part, runbooks = document.front["participants"], document.front["runbooks"]
    for used in runbooks if isinstance(runbooks, list) else ():
        book = repository.runbook(used["id"])
        data = repository.effective(book) if book and not repository.violations(book) else {}
        wanted = data.get("postmortem", {})
        if document.front["severity"] not in wanted.get("required_for", ()):
            continue
        for name in wanted.get("participants", ()):
            team = data.get("owner") if name == "owner" else name
            if isinstance(took_part, list) and team not in took_part:
                words = (
                    f'"{team}" is not among the participants, and the runbook "{used["id"]}" expects it in the review'
                )
                yield Found(("participants",), words, key=True)
