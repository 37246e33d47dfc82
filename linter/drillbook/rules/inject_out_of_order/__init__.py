"""Drill -> findings of inject-out-of-order. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from drillbook import duration
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule(
    "DB900", help="put the injects in the order of their times, so that whoever leads reads them from top to bottom"
)
def inject_out_of_order(document: Document) -> Iterator[Found]:
    """An inject that stands behind one with a later time."""
    last, name = timedelta(), ""
    for index, block in enumerate(document.injects if document.kind == "drill" else ()):
        value = block.value if isinstance(block.value, dict) else {}
        at = duration.parse(str(value.get("at", "")))
        if at is None:
            continue
        if at < last:
            said = f'"{value.get("id")}" comes at {value["at"]} and stands behind "{name}" at {duration.show(last)}'
            yield Found(("injects", index, "at"), f"{said}, expected the earlier one first")
        else:
            last, name = at, str(value.get("id"))
