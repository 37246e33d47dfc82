"""Rule file + repository -> findings of dead-runbook-url. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.links import End, Landing, Links, led
from drillbook.rule import Context, across_rule
from drillbook.suggest import hint, nearest


@across_rule("DB821", help="write the address of the site, then runbooks/<id>/ and #step-<id> for a step")
def dead_runbook_url(document: Document, context: Context) -> Iterator[Found]:
    """A runbook_url that leads to no page, or to no place on it."""
    if document.kind != "alerts":
        return
    links = Links(context.repository, context.known)
    for rule in document.card.rules.rules:
        led_to = led(rule.url, links) if rule.url else None
        if led_to is None:
            continue
        if led_to.missing:
            name = rule.url.rstrip("/").rpartition("/")[2].partition("#")[0]
            known = [each.id for each in context.repository.of("runbook") if each.id]
            yield Found(rule.url_at or rule.at, f'"{rule.url[:120]}" leads to no page of the site, {hint(name, known)}')
        elif led_to.document is not None and led_to.document.card.status == "retired":
            yield Found(rule.url_at or rule.at, f"{led_to.document.path} is retired, expected a runbook that is in use")
        elif led_to.document is not None and links.lacks(Landing(End.FOUND, led_to.document, led_to.anchor)):
            near = nearest(led_to.anchor, [*(links.anchors(led_to.document) or ())])
            words = f'did you mean "#{near}"' if near else "expected one of its headings, steps or signals"
            yield Found(rule.url_at or rule.at, f'"#{led_to.anchor[:80]}" is not on {led_to.document.path}, {words}')
