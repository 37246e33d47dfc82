"""Drill record or incident + day -> findings of overdue-action. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule
from drillbook.validation import is_date


@repository_rule(
    "DB921",
    help="do it and write drillbook actions close, or agree on a new day with the owner",
    severity=Severity.WARNING,
)
def overdue_action(document: Document, context: Context) -> Iterator[Found]:
    """An action of a drill or an incident that should be done by now."""
    listed = document.front.get("actions") if document.kind in ("drill-record", "incident") else None
    for index, action in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(action, dict) or action.get("status") == "done":
            continue
        due = action.get("due")
        if isinstance(due, str) and is_date(due) and due < context.as_of.isoformat():
            said = f'"{action.get("id")}" of {action.get("owner")} was due on {due} and is not done'
            yield Found(("actions", index, "due"), said)
