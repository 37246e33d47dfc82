"""The blocks of an old text -> the parts of a runbook, each with the forms in which it may stand there, the best first. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from drillbook.starter import commands, forms, links, oldtext, wording
from drillbook.starter.commands import Inputs
from drillbook.starter.oldtext import Block
from drillbook.starter.phases import phase

_RUN, _TITLE, _ID = 4000, 120, 40
"""Most characters of a run, of a title, of the id that is made of it."""
_DEEPEST = 4
"""Lists inside of lists are looked into so deep."""
_STEP = re.compile(
    r"\b(?:step|schritt|étape|etape|paso|passo|passaggio|шаг)s?\s*#?\d|手順\s*\d|步骤\s*\d", re.IGNORECASE
)


@dataclass
class Part:
    """A part of a section: its forms, the best first. A form is given the inputs and the ids that are taken."""

    phase: str
    forms: list[Callable[[Inputs, Ids], str]]
    level: int = 0
    errors: dict[int, int] = field(default_factory=dict)

    def next(self, errors: int) -> bool:
        """Go on to a form that was not tried, else back to the best one. Says whether anything changed."""
        self.errors[self.level] = errors
        before = self.level
        untried = [level for level in range(len(self.forms)) if level not in self.errors]
        best = min(self.errors, key=lambda level: (self.errors[level], level))
        self.level = untried[0] if untried and self.errors[best] else best
        return self.level != before


@dataclass
class Ids:
    """The ids of steps that are taken."""

    taken: set[str] = field(default_factory=lambda: {"end"})

    def of(self, title: str) -> str:
        """An id for a step that no other has."""
        name = wording.kebab(title)
        name = name if len(name) <= _ID else name[: _ID + 1].rpartition("-")[0]
        name = name if name[:1].isalpha() else f"step-{name}".rstrip("-")
        found, count = name, 2
        while found in self.taken:
            found, count = f"{name}-{count}", count + 1
        self.taken.add(found)
        return found


Form = Callable[[Inputs, Ids], str]


def always(text: str) -> Form:
    """A form that needs no inputs and no ids."""
    return lambda _inputs, _ids: text


def only_words(block: Block) -> bool:
    """Whether what one sees of a block is all there is: no link, no HTML."""
    return re.findall(r"\w+", block.source) == re.findall(r"\w+", block.words)


def sorted_out(found: Sequence[Block], path: str, beside: frozenset[str]) -> list[Part]:
    """The parts in the order of the old text, each with the section that the heading above it asks for."""
    numbered = any(_STEP.search(each.source) for each in found if each.kind != "code")
    return [*_parts(found, path, beside, numbered)]


def _parts(found: Sequence[Block], path: str, beside: frozenset[str], numbered: bool) -> Iterator[Part]:
    levels = [each.level for each in found if each.kind == "heading"]
    base = min(levels, default=1)
    now, heading = "Detect", ""
    held: Block | None = None
    named: set[str] = set()
    for index, block in enumerate(found):
        after = found[index + 1] if index + 1 < len(found) else None
        if block.kind == "heading":
            now = phase(block.words, whole=block.level > base) or now
            heading = block.words
            if block.source != now or now in named:  # the section itself has this heading, once
                yield _heading(block, base, now)
            named |= {block.source}
        elif block.kind == "code":
            yield _code_part(block, now, held, heading)
        elif _introduces(block, after):
            held = block
            continue
        elif block.kind == "list":
            yield from _list(block, now, heading, path, beside, numbered)
        else:
            yield _prose(block, now, path, beside)
        held = None


def _introduces(block: Block, after: Block | None) -> bool:
    """Whether a paragraph says what the commands after it do, and can be their title."""
    if after is None or after.kind != "code" or commands.split(after.words, after.info) is None:
        return False
    return block.kind == "prose" and 0 < len(block.words) <= _TITLE and only_words(block)


def _heading(block: Block, base: int, now: str) -> Part:
    marks = "#" * min(6, 3 + block.level - base)
    return Part(now, [always(f"{marks} {block.source}"), always(f"{marks} {forms.escaped(block.source)}")])


def _prose(block: Block, now: str, path: str, beside: frozenset[str]) -> Part:
    found = []
    if oldtext.stands_alone(block.source):
        moved = links.relinked(block, path, beside)
        found += [
            always(moved),
            *(always(links.unlinked(block, path, beside, each)) for each in (False, True) if block.links),
        ]
    return Part(now, [*found, always(forms.code(block.source, "text")), always(forms.escaped(block.source))])


def _code_part(block: Block, now: str, before: Block | None, heading: str) -> Part:
    """Code: a step where it holds commands; the paragraph before it is its title, and stands before it in every other form."""
    split = commands.split(block.words, block.info)
    gap = f"\n\n{wording.GAP}make these commands a step; as they stand they cannot be one." if split else ""
    above = f"{before.source}\n\n" if before else ""
    info = f"{forms.escaped(block.info)}\n\n" if block.info else ""
    fenced = [
        always(above + forms.code(block.words, block.info) + gap),
        always(above + info + forms.code(block.words, "text") + gap),
        always((forms.escaped(before.source) + "\n\n" if before else "") + info + forms.escaped(block.words) + gap),
    ]
    if split is None or len(block.words) > _RUN:
        return Part(now, fenced)
    run, printed = split
    title = before.words.rstrip(" :.：。") if before else wording.shortened(heading, 100)
    title = title or wording.shortened("Run " + " ".join(run.split()), 100)
    return Part(now, [_step(title, run, printed), _step(title, run, printed, "changes: irreversible\n"), *fenced])


def _step(title: str, run: str, printed: str, more: str = "") -> Form:
    doubt = "what one sees when it worked"
    doubt += "; and say whether it can be undone, which nobody knew when this was adopted" if more else ""

    def form(inputs: Inputs, ids: Ids) -> str:
        lines = f"id: {ids.of(title)}\ntitle: {forms.quoted(title)}\nrun: {forms.block(commands.with_inputs(run, inputs))}\n"
        step = forms.code(f"{lines}{more}expect: {forms.quoted(wording.GAP + doubt)}", "step")
        return f"{step}\n\n{forms.code(printed, 'text')}" if printed else step

    return form


def _runs(blocks: Sequence[Block], depth: int) -> bool:
    """Whether commands stand among some blocks, or in a list inside of them."""
    return any(
        commands.split(each.words, each.info) is not None
        if each.kind == "code"
        else each.kind == "list" and any(_runs(item.blocks, depth - 1) for item in _opened(each, depth).items)
        for each in blocks
    )


def _opened(block: Block, depth: int) -> Block:
    """A list inside of an item with its own items; as it is where lists stand too deep in lists."""
    if block.items or not depth:
        return block
    found = oldtext.blocks(block.source)
    return found[0] if len(found) == 1 and found[0].kind == "list" else block


def _list(
    block: Block, now: str, heading: str, path: str, beside: frozenset[str], numbered: bool, depth: int = _DEEPEST
) -> Iterator[Part]:
    """A list: its items one by one where they hold commands, or are the numbered steps of a procedure."""
    runs = any(_runs(item.blocks, depth) for item in block.items)
    steps = now != "Learn" and bool(block.items) and all(item.number for item in block.items)
    if not runs and not steps:
        yield _prose(block, now, path, beside)
        return
    for item in block.items:
        number = f"{item.number}. " if item.number and numbered else ""
        plain = not any(each.kind in ("code", "html", "heading") for each in item.blocks) and item.source.strip()
        if steps and plain and len(item.source) <= _RUN and not _runs(item.blocks, depth):
            yield _done(_relinked(item, path, beside), number, now)
            continue
        held: Block | None = None
        for index, each in enumerate(item.blocks):
            each = _numbered(each, number if index == 0 else "")
            after = item.blocks[index + 1] if index + 1 < len(item.blocks) else None
            if each.kind == "code":
                yield _code_part(each, now, held, heading)
            elif _introduces(each, after):
                held = each
                continue
            elif each.kind == "list" and _runs([each], depth):
                yield from _list(_opened(each, depth), now, heading, path, beside, numbered, depth - 1)
            else:
                yield _heading(each, 1, now) if each.kind == "heading" else _prose(each, now, path, beside)
            held = None


def _relinked(item: oldtext.Item, path: str, beside: frozenset[str]) -> oldtext.Item:
    """An item whose links to files of the repository lead there from the new place too."""
    source = item.source
    for block in item.blocks:
        moved = links.relinked(block, path, beside)
        if moved != block.source and source.count(block.source) == 1:
            source = source.replace(block.source, moved)
    return replace(item, source=source)


def _numbered(block: Block, number: str) -> Block:
    """A paragraph with the number that stood before it, where the text speaks of its steps by number."""
    if not number or block.kind != "prose":
        return block
    return replace(block, source=_literal(number) + block.source, words=number + block.words, links=())


def _done(item: oldtext.Item, number: str, now: str) -> Part:
    """A step that a person does; its words stand in it as they were."""
    first = next((each.words for each in item.blocks if each.words), "") or " ".join(item.source.split())
    title = number + wording.shortened(first.rstrip(" :.：。"), 90)

    def form(_: Inputs, ids: Ids) -> str:
        body = f"id: {ids.of(title)}\ntitle: {forms.quoted(title)}\ndo: {forms.block(item.source)}\n"
        return forms.code(body + f"expect: {forms.quoted(wording.GAP + 'what one sees when it is done')}", "step")

    text = f"{number}{item.source}"
    shown = f"{_literal(number)}{item.source}"
    alone = [always(shown)] if oldtext.stands_alone(shown) else []
    return Part(now, [form, *alone, always(forms.code(text, "text")), always(forms.escaped(text))])


def _literal(number: str) -> str:
    """A number with a dot that begins no list."""
    return number.replace(".", "\\.")
