"""Document -> findings of undo-of-nothing. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule

_KEYS = ("undo", "blast_radius", "compensates")


@file_rule("DB425", help='write "changes: reversible", or "irreversible", or take the key away')
def undo_of_nothing(document: Document) -> Iterator[Found]:
    """A step with a way back, or with somebody whom it hits, that says it changes nothing."""
    if document.kind != "runbook" or document.card.status == "retired":
        return
    for number, block in enumerate(document.steps):
        step = block.value if isinstance(block.value, dict) else {}
        key = next((each for each in _KEYS if each in step), "")
        if key and step.get("changes", "nothing") == "nothing":
            words = f'step "{step.get("id", "")}" has "{key}" and changes nothing'
            yield Found(("steps", number, key), f'{words}, expected "changes: reversible" or "irreversible"', key=True)
