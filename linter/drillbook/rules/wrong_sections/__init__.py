"""Document -> findings of wrong-sections. Pure."""

from collections.abc import Iterator

from drillbook.document import PHASES, Document
from drillbook.finding import Found
from drillbook.rule import file_rule
from drillbook.suggest import hint

_SECTIONS = {"runbook": PHASES, "drill": ("Situation", "Injects", "Debrief")}
_BLOCKS = {"runbook": ("step", PHASES), "drill": ("inject", ("Injects",))}


@file_rule("DB109", help="write the sections in the fixed order, each once")
def wrong_sections(document: Document) -> Iterator[Found]:
    """A second-level heading that is unknown, out of order, or a block that stands outside of the sections."""
    order = _SECTIONS.get(document.kind)
    if order is None or document.foreign:
        return
    reached = -1
    for heading in (each for each in document.body.headings if each.level == 2):
        if heading.text not in order:
            yield Found(heading.span, f'section "{heading.text}" is not known, {hint(heading.text, order)}')
            continue
        place = order.index(heading.text)
        if place == reached:
            yield Found(heading.span, f'section "{heading.text}" stands here again, expected it once')
        elif place < reached:
            yield Found(
                heading.span, f'section "{heading.text}" stands after "{order[reached]}", expected {", ".join(order)}'
            )
        reached = max(reached, place)
    wanted = _BLOCKS[document.kind]
    for block in document.blocks:
        if block.word != wanted[0]:
            yield Found(block.span, f"{_a(block.word)} block in a {document.kind}, expected {wanted[0]} blocks")
            continue
        if block.section and block.section in order and block.section not in wanted[1]:
            where = " or ".join(f'"## {name}"' for name in wanted[1])
            yield Found(block.span, f'{_a(block.word)} under "## {block.section}", expected it under {where}')
        if not block.section:
            yield Found(
                block.marks.span,
                f'{_a(block.word)} before the first section, expected it under "## {order[0]}" or later',
            )


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
