"""Document -> findings of absolute-link. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import file_rule


@file_rule("DB804", help="write the path from this file, such as ../glossary.md", severity=Severity.WARNING)
def absolute_link(document: Document) -> Iterator[Found]:
    """A link from the top of a host, which holds only where the site stands at that top."""
    for link in document.card.links if document.card.status != "retired" else ():
        if link.target.startswith("/"):
            yield Found(
                link.span, f'"{link.target[:80]}" begins at the top of the host, expected a path from this file'
            )
