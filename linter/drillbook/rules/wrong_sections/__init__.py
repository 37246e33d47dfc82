"""Document -> findings of wrong-sections. Pure."""

from collections.abc import Iterator, Sequence

from drillbook.document import PHASES, Document
from drillbook.finding import Fix, Found, Span
from drillbook.rule import file_rule, meant
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
            words = f'section "{heading.text}" is not known, {hint(heading.text, order)}'
            yield Found(heading.span, words, fix=meant(heading.text, order))
            continue
        place = order.index(heading.text)
        if place == reached:
            yield Found(heading.span, f'section "{heading.text}" stands here again, expected it once')
        elif place < reached:
            words = f'section "{heading.text}" stands after "{order[reached]}", expected {", ".join(order)}'
            yield Found(heading.span, words, fix=_sorted(document, order))
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


def _sorted(document: Document, order: Sequence[str]) -> Fix | None:
    """The sections in their order, each as it is; safe where every step goes on to the same step as before."""
    headings = [each for each in document.body.headings if each.level == 2]
    names = [each.text for each in headings]
    if len(set(names)) < len(names) or set(names) - set(order):
        return None
    text = document.text
    starts = [text.rfind("\n", 0, each.span.start) + 1 for each in headings]
    ends = [*starts[1:], len(text)]
    if not all(text[start:end].endswith("\n") for start, end in zip(starts, ends, strict=True)):
        return None  # without a line break at the end, sections would grow together
    places = sorted(range(len(names)), key=lambda number: order.index(names[number]))
    whole = "".join(text[starts[number] : ends[number]] for number in places)
    safe = _follows(document, names) == _follows(document, sorted(names, key=order.index))
    return Fix(edits=((Span(starts[0], len(text)), whole),), safe=safe)


def _follows(document: Document, names: Sequence[str]) -> dict[object, object]:
    """The step that each step goes on to by its place in the file."""
    known: list[dict[str, object]] = [each.value for each in document.steps if isinstance(each.value, dict)]
    sections = {id(each.value): each.section for each in document.steps}
    steps = [step for name in names for step in known if sections[id(step)] == name]
    found: dict[object, object] = {}
    upcoming: object = None
    for step in reversed(steps):
        if "then" not in step and "answers" not in step:
            found[step.get("id")] = upcoming
        if not step.get("fallback"):
            upcoming = step.get("id")
    return found


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
