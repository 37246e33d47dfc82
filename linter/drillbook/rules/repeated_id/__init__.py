"""Document -> findings of repeated-id. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Place
from drillbook.rule import file_rule

_LISTS = ("signals", "inputs", "evidence", "objectives", "actions")


@file_rule("DB212", help="give each its own id")
def repeated_id(document: Document) -> Iterator[Found]:
    """An id that two things in one file share."""
    for name in _LISTS:
        entries = document.front.get(name)
        yield from _twice(
            [((name, index), entry) for index, entry in enumerate(entries if isinstance(entries, list) else ())]
        )
    for name, blocks in (("steps", document.steps), ("injects", document.injects)):
        yield from _twice([((name, index), block.value) for index, block in enumerate(blocks)])


def _twice(entries: list[tuple[Place, object]]) -> Iterator[Found]:
    first: dict[str, int] = {}
    for number, (at, entry) in enumerate(entries, 1):
        found = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(found, str):
            continue
        if found in first:
            yield Found(
                (*at, "id"),
                f'id "{found}" is the id of number {first[found]} of {at[0]} already, expected one of its own',
            )
        first.setdefault(found, number)
