"""Document + repository -> findings of shared-alert. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, across_rule


@across_rule("DB217", help="give each its own alert, or let one runbook lead to the other")
def shared_alert(document: Document, context: Context) -> Iterator[Found]:
    """An alert that two active runbooks, or two signals of one, claim."""
    if document.kind != "runbook" or document.card.status != "active":
        return
    first: dict[str, int] = {}
    for index, alert in document.card.alerts:
        others = [path for path in context.repository.by_alert.get(alert, ()) if path != document.path]
        if alert in first:
            yield Found(
                ("signals", index, "alert"),
                f'alert "{alert}" is that of number {first[alert]} of signals already, expected one of its own',
            )
        elif others:
            yield Found(
                ("signals", index, "alert"), f'alert "{alert}" is that of {others[0]} too, expected one runbook'
            )
        first.setdefault(alert, index + 1)
