"""Document + repository -> findings of broken-anchor. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.links import End, Links
from drillbook.rule import Context, across_rule
from drillbook.suggest import nearest


@across_rule("DB803", help="take the anchor from the page itself: a step is #step-<id>, a signal #signal-<id>")
def broken_anchor(document: Document, context: Context) -> Iterator[Found]:
    """A link to a place that its page does not have."""
    if not any("#" in link.target for link in document.card.links) or document.card.status == "retired":
        return
    links = Links(context.repository, context.known)
    for link in document.card.links:
        landing = links.follow(document, link) if "#" in link.target else None
        if landing is None or landing.end is not End.FOUND or landing.document is None or not links.lacks(landing):
            continue
        near = nearest(landing.anchor, [*(links.anchors(landing.document) or ())])
        hint = f'did you mean "#{near}"' if near else "expected one of its headings, steps or signals"
        where = "this page" if landing.document is document else landing.document.path
        yield Found(link.span, f'"#{landing.anchor[:80]}" is not on {where}, {hint}')
