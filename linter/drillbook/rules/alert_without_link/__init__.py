"""Rule file + repository -> findings of alert-without-link. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.links import Links, led
from drillbook.rule import Context, across_rule


@across_rule("DB823", help="add the annotation runbook_url with the address of the runbook", severity=Severity.WARNING)
def alert_without_link(document: Document, context: Context) -> Iterator[Found]:
    """An alert of an active runbook whose rule does not lead to it."""
    if document.kind != "alerts":
        return
    repository = context.repository
    links = Links(repository, context.known)
    for rule in document.card.rules.rules:
        claimed = repository.by_alert.get(rule.name, ())
        if not claimed or rule.runbook in {repository.by_path[path].id for path in claimed}:
            continue
        if not rule.url:
            yield Found(rule.at, f'alert "{rule.name}" has no runbook_url, expected one that leads to {claimed[0]}')
        elif "{{" not in rule.url and repository.site and repository.site.address:
            led_to = led(rule.url, links)
            if led_to is None or (led_to.document is None and not led_to.missing):
                words = f'"{rule.url[:120]}" leads to no runbook, expected {claimed[0]}, which claims "{rule.name}"'
                yield Found(rule.url_at or rule.at, words)
