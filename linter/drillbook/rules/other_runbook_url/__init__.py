"""Rule file + repository -> findings of other-runbook-url. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.links import Links, led
from drillbook.rule import Context, across_rule


@across_rule("DB822", help="let runbook_url lead to the runbook whose signal names the alert")
def other_runbook_url(document: Document, context: Context) -> Iterator[Found]:
    """A runbook_url that leads to another runbook than the one that claims the alert."""
    if document.kind != "alerts":
        return
    links = Links(context.repository, context.known)
    for rule in document.card.rules.rules:
        claimed = context.repository.by_alert.get(rule.name, ())
        led_to = led(rule.url, links) if rule.url and claimed else None
        other = led_to.document if led_to is not None else None
        if other is not None and other.card.status != "retired" and other.path not in claimed:
            yield Found(
                rule.url_at or rule.at, f'"{rule.name}" leads to {other.path}, expected {claimed[0]}, which claims it'
            )
