"""Document -> findings of national-id-number. Pure."""

from collections.abc import Iterator

from drillbook import personal
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule("DB633", help="take it out and tell whoever answers for personal data; say how one finds the case")
def national_id_number(document: Document) -> Iterator[Found]:
    """The number of a person with a state."""
    for span, name in personal.national_ids(document.text):
        yield Found(span, f"a number of one person stands here ({name}), expected how one finds the case")
