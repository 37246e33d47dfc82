"""Rule file + repository before and after a change -> findings of orphaned-alert. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.links import Links, led, named
from drillbook.rule import Context, across_rule


@across_rule("DB824", help="delete the alert rule too, or let another runbook claim the alert and lead to that one")
def orphaned_alert(document: Document, context: Context) -> Iterator[Found]:
    """An alert that had a runbook before the change and has none after it."""
    if document.kind != "alerts" or context.before is None:
        return
    links = Links(context.repository, context.known)
    for rule in document.card.rules.rules:
        led_to = led(rule.url, links) if rule.url else None
        if led_to is not None and (led_to.missing or led_to.document is not None):
            continue  # it leads somewhere all the same, or has its finding because it does not
        claimed = context.before.by_alert.get(rule.name, ())
        name = named(rule.url)
        if claimed and not context.repository.by_alert.get(rule.name):
            said = f'alert "{rule.name}" had the runbook {claimed[0]} before this change and none now'
            yield Found(rule.at, f"{said}, expected one that claims it")
        elif name in context.before.by_file and name not in context.repository.by_file:
            path = context.before.by_file[name].path
            yield Found(rule.url_at or rule.at, f'"{rule.url[:120]}" names {path}, which this change takes away')
