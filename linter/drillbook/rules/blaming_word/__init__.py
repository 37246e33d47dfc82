"""Document -> findings of blaming-word. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity, Span
from drillbook.rule import file_rule

_WORDS = re.compile(
    r"\b(?:human error|operator error|careless(?:ly|ness)?|negligen(?:t|tly|ce)|incompeten(?:t|ce)|sloppy"
    r"|should have known(?: better)?|(?:is|are|was|were) to blame|to blame for|(?:his|her|their|whose) (?:own )?fault"
    r"|failed to (?:notice|pay attention|do (?:his|her|their) job)|did not bother|forgot to)\b",
    re.IGNORECASE,
)
"""A closed list: what is no blame in any sentence that one has seen is not in it."""


@file_rule("DB957", help="say what the system allowed or hid, and what would have shown it", severity=Severity.WARNING)
def blaming_word(document: Document) -> Iterator[Found]:
    """Words in a report that look for guilt instead of a cause."""
    if document.kind != "incident":
        return
    for match in _WORDS.finditer(document.text, document.body_at):
        words = f'"{match[0]}" looks for guilt, expected what made the mistake possible'
        yield Found(Span(*match.span()), words)
