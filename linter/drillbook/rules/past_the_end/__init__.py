"""Drill -> findings of past-the-end. Pure."""

from collections.abc import Iterator

from drillbook import duration
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule("DB901", help="make the drill longer, or let it come earlier")
def past_the_end(document: Document) -> Iterator[Found]:
    """An inject or an objective whose time lies behind the end of the drill."""
    given = document.front.get("duration")
    length = duration.parse(given) if isinstance(given, str) else None
    if document.kind != "drill" or length is None:
        return
    listed = document.front.get("objectives")
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        within = duration.parse(str(each.get("within", ""))) if isinstance(each, dict) else None
        if within is not None and within > length:
            said = f'"{each.get("id")}" is to be reached within {each["within"]}, and the drill ends after {given}'
            yield Found(("objectives", index, "within"), said)
    for index, block in enumerate(document.injects):
        value = block.value if isinstance(block.value, dict) else {}
        at = duration.parse(str(value.get("at", "")))
        if at is not None and at >= length:
            yield Found(
                ("injects", index, "at"),
                f'"{value.get("id")}" comes at {value["at"]}, and the drill ends after {given}',
            )
