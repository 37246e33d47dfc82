"""Document -> findings of foreign-letter. Pure."""

from collections.abc import Iterator

from drillbook import lookalikes
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule("DB650", help="type the word again with the letters of your keyboard")
def foreign_letter(document: Document) -> Iterator[Found]:
    """A letter of another script that looks like a Latin one, in a word of Latin letters."""
    for span, plain, name in lookalikes.words(document.text):
        yield Found(span, f'"{plain}" is written here with {name}, expected Latin letters')
