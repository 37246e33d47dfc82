"""Document -> findings of wrong-sections. Pure."""

from collections.abc import Iterator

from drillbook.document import PHASES, Document
from drillbook.finding import Found
from drillbook.rule import file_rule
from drillbook.suggest import hint

_SECTIONS = {"runbook": PHASES, "drill": ("Situation", "Injects", "Debrief")}


@file_rule("DB109", help="write the sections in the fixed order, each once")
def wrong_sections(document: Document) -> Iterator[Found]:
    """A second-level heading that is unknown, out of order, or a block that stands outside of the sections."""
    order = _SECTIONS.get(document.kind)
    if order is None:
        return
    reached = -1
    for heading in (each for each in document.body.headings if each.level == 2):
        if heading.text not in order:
            yield Found(heading.span, f'section "{heading.text}" is not known, {hint(heading.text, order)}')
            continue
        place = order.index(heading.text)
        if place <= reached:
            yield Found(
                heading.span, f'section "{heading.text}" stands after "{order[reached]}", expected {", ".join(order)}'
            )
        reached = max(reached, place)
    for block in document.blocks:
        if not block.section:
            yield Found(
                block.marks.span, f'a {block.word} before the first section, expected it under "## {order[0]}" or later'
            )
