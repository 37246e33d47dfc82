"""Document + day -> findings of unrecorded-threshold. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.reviews import released, thresholds
from drillbook.rule import Context, repository_rule


@repository_rule(
    "DB734", help="give the runbook a new version that says which number changed", severity=Severity.WARNING
)
def unrecorded_threshold(document: Document, context: Context) -> Iterator[Found]:
    """A threshold that is newer than the newest entry of the changelog."""
    if document.kind != "runbook" or not context.repository.is_complete(document):
        return
    newest = max((day for _, _, day in released(document.front)), default="9")
    today = context.as_of.isoformat()
    for index, name, day in thresholds(document.front):
        if newest < day <= today:
            words = f'the threshold of "{name}" was set on {day}, and the newest entry of the changelog is of {newest}'
            yield Found(("signals", index, "set_by", "date"), f"{words}; expected one of that day or later")
