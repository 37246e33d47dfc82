"""Drill record or incident -> findings of vague-action. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import file_rule

_VAGUE = re.compile(
    r"(?:improve|enhance|strengthen|consider|explore|investigate|look into|think about|be more careful|pay (?:more )?attention|"
    r"raise awareness|remind|try to|ensure|make sure|communicate better|be better)\b",
    re.IGNORECASE,
)


@file_rule(
    "DB922",
    help="name the one thing that will be different, so that anyone can tell when it is done",
    severity=Severity.WARNING,
)
def vague_action(document: Document) -> Iterator[Found]:
    """An action that nobody could ever call done."""
    listed = document.front.get("actions") if document.kind in ("drill-record", "incident") else None
    for index, action in enumerate(listed if isinstance(listed, list) else ()):
        said = action.get("do") if isinstance(action, dict) else None
        found = _VAGUE.match(said.strip()) if isinstance(said, str) else None
        if found and isinstance(said, str):
            yield Found(
                ("actions", index, "do"),
                f'"{found[0]}" never ends, expected a thing that is there or not',
                part=found[0],
            )
