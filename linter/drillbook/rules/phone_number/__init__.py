"""Document -> findings of phone-number. Pure."""

from collections.abc import Iterator

from drillbook import personal
from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import file_rule

_READ = ("runbook", "drill", "incident", "page")


@file_rule("DB634", help="name the team; of a hotline or a desk say so in the same line", severity=Severity.WARNING)
def phone_number(document: Document) -> Iterator[Found]:
    """A phone number of nobody knows whom."""
    if document.kind in _READ and document.card.status != "retired" and "+" in document.text:
        for span in personal.phones(document.text):
            yield Found(span, "a phone number that may be one person's, expected the name of a team")
