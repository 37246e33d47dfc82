"""Document -> findings of supposed-as-fact. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import file_rule

_WORDS = re.compile(
    r"\b(?:probably|perhaps|presumably|supposedly|my guess|i (?:think|guess|suspect|assume)|we (?:think|guess|suspect|assume)"
    r"|must have been|might have been|could have been)\b",
    re.IGNORECASE,
)


@file_rule(
    "DB958",
    help="say that line so: drillbook incident correct LINE TEXT, and log it with --kind hypothesis",
    severity=Severity.WARNING,
)
def supposed_as_fact(document: Document) -> Iterator[Found]:
    """An entry of a timeline that calls itself a fact and supposes."""
    entries = document.journal.entries if document.kind == "timeline" and document.journal else ()
    corrected = {str(each.value.get("corrects")) for each in entries}
    for each in entries:
        match = (
            _WORDS.search(str(each.value.get("text"))) if each.kind == "fact" and each.digest not in corrected else None
        )
        if match:
            words = f'a fact that says "{match[0]}", expected what was seen, or an entry of kind hypothesis'
            yield Found(document.line_span(each.number), words)
