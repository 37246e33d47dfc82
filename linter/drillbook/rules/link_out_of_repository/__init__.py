"""Document + repository -> findings of link-out-of-repository. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.links import End, Links
from drillbook.rule import Context, across_rule


@across_rule("DB802", help="write the whole address of what lies elsewhere, https://…")
def link_out_of_repository(document: Document, context: Context) -> Iterator[Found]:
    """A relative link that climbs out of the repository."""
    if not document.card.links or document.card.status == "retired":
        return
    links = Links(context.repository, context.known)
    for link in document.card.links:
        landing = links.follow(document, link)
        if landing is not None and landing.end is End.OUTSIDE:
            yield Found(link.span, f'"{link.target[:80]}" leads out of the repository, expected a path inside it')
