"""Document + repository -> findings of broken-link. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.links import End, Links
from drillbook.rule import Context, across_rule

_MOST = 10
"""So many suggestions are looked for in one file; each takes its time."""


@across_rule("DB801", help="write the path from this file to the other one, with its ending, such as ../glossary.md")
def broken_link(document: Document, context: Context) -> Iterator[Found]:
    """A relative link or a picture whose file is not there."""
    if not document.card.links or document.card.status == "retired":
        return
    links, found = Links(context.repository, context.known), 0
    for link in document.card.links:
        landing = links.follow(document, link)
        if landing is None or landing.end is not End.NOWHERE:
            continue
        found += 1
        meant = links.meant(document, link) if found <= _MOST else ""
        expected = f'did you mean "{meant}"' if meant else "expected the path of a page or of a file"
        yield Found(link.span, f'"{link.target[:80]}" leads to nothing, {expected}')
