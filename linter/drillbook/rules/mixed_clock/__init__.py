"""SQL of signals -> findings of mixed-clock. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, repository_rule
from drillbook.statements import statements


@repository_rule("DB371", help="write :at in both places", severity=Severity.WARNING)
def mixed_clock(document: Document, context: Context) -> Iterator[Found]:
    """A query that asks in one place for the time of the evaluation, and in another for that of the database."""
    for asked in statements(document, context.repository):
        if asked.signal is None or not _AT.search(asked.text):
            continue
        found = _NOW.search(asked.text)
        if found:
            words = f'"{found[0]}" is the time of the database, and :at the time of the evaluation, expected :at alone'
            yield Found(asked.at, words, part=found[0])


_AT = re.compile(r"(?<![:\w]):at\b")
_NOW = re.compile(r"\bnow\(\)|\bcurrent_(?:date|time|timestamp)\b|\blocaltimestamp\b|\bgetdate\(\)", re.IGNORECASE)
