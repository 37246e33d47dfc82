"""Document + schema -> findings of contradiction. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, broken, repository_rule


@repository_rule("DB108", help="keep one of the two, or choose another word")
def contradiction(document: Document, context: Context) -> Iterator[Found]:
    """A key that must not stand beside what is there already."""
    for violation in broken(document, context, "not"):
        yield Found(violation.at, violation.words, key=violation.on_key)
