"""Document -> findings of missing-front-matter. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule, reported


@file_rule("DB006", help='begin the file with "---", keys such as "id: name", and a line that is exactly "---"')
def missing_front_matter(document: Document) -> Iterator[Found]:
    """No front matter, or one that never ends."""
    yield from reported("missing-front-matter", document)
