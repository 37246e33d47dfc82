"""Document -> findings of unstated-blast-radius. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.repository import COMPLETE
from drillbook.rule import file_rule


@file_rule("DB424", help='write "blast_radius": who notices, and what they no longer get')
def unstated_blast_radius(document: Document) -> Iterator[Found]:
    """A step under Contain that changes something and does not say whom it hits."""
    if document.card.status not in COMPLETE:
        return
    for number, block in enumerate(document.steps):
        step = block.value if isinstance(block.value, dict) else {}
        if block.section == "Contain" and step.get("changes", "nothing") != "nothing" and "blast_radius" not in step:
            words = f'step "{step.get("id", "")}" contains the incident by a change and does not say whom that hits'
            yield Found(("steps", number, "blast_radius"), f'{words}, expected "blast_radius"')
