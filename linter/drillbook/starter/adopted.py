"""A free-form runbook -> a draft that holds every word of it and lints, as far as words can be made to. Pure.

Each part of the old text is tried as a runbook would have it (a command as a step, prose as prose). Where the linter finds an
error in it, the next plainer form is tried: the block as code, then as nothing but text. The linter is the judge, so what it
learns to refuse later needs no word here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import yaml  # to read what other tools wrote above a text, for its title

from drillbook import document, engine, lookalikes, yaml12
from drillbook.document import PHASES
from drillbook.finding import Finding, Severity
from drillbook.repository import Repository
from drillbook.rules import all_rules
from drillbook.starter import forms, oldtext, wording
from drillbook.starter.commands import Inputs
from drillbook.starter.oldtext import Block
from drillbook.starter.parts import Ids, Part, always, only_words, sorted_out

MOST = 300_000
"""Bytes of the largest runbook that is read: the draft of a longer text could not be checked."""
_ROUNDS = 200
"""The linter tells a hundred errors of a kind at a time; more rounds than any text that is read needs."""
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NO_TITLE = f"{wording.GAP}say what one sees"
_NO_SUMMARY = f"{wording.GAP}say what it means for customers and the business, in words for a reader who is no engineer"
_MEANING = re.compile(r"(?i)meaning|summary|overview|description|bedeutung|signification|significado|значение|概要")
_ALONE = ("br", "hr", "img", "wbr", "col", "area", "base", "embed", "input", "link", "meta", "source", "track")
_PAIRED = oldtext.HTML.difference(_ALONE, ("li", "p", "dt", "dd", "tr", "td", "th"))
"""Elements that have a closing tag."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the old text does not say: the id and the owner of the runbook, and the day on which it is adopted."""

    id: str
    owner: str
    day: date


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with the ``errors`` that no form could mend; its steps, inputs and gaps, and the letters that were made plain."""

    text: str
    errors: tuple[Finding, ...]
    steps: int
    inputs: int
    gaps: int
    mended: int


@dataclass(frozen=True, slots=True)
class _Try:
    """One draft: its text, the first and last line of each part, its inputs, and the errors that the linter finds."""

    text: str
    reaches: Sequence[tuple[int, int]]
    inputs: int = 0
    steps: int = 0
    errors: tuple[Finding, ...] = ()


def plain(text: str) -> tuple[str, int]:
    """A text without what the linter refuses: characters that nobody sees, letters that look like others; and their number."""
    even = _BREAKS.sub("\n", text.removeprefix("\ufeff"))
    seen, count = yaml12.CONTROL.subn("", even)
    for span, word, _ in reversed([*lookalikes.words(seen)]):
        seen, count = seen[: span.start] + word + seen[span.end :], count + 1
    return seen, count


def draft(text: str, path: str, frame: Frame, repository: Repository) -> Draft:
    """The draft of a runbook for the text of the file ``path``, as one more of a repository's."""
    seen, mended = plain(text)
    above, mark, rest = oldtext.front(seen)
    title, kept = _title(oldtext.blocks(rest), above, mark, frame.id)
    parts = sorted_out(kept, path, repository.paths)
    if above:
        said = forms.code(above.strip("\n"), "yaml" if mark == "---" else "toml")
        parts.append(Part("Learn", [always(said), always(forms.escaped(above))]))
    _close_what_is_open(parts)
    head = [title, _summary(kept)]
    tried = _tried(parts, head, frame, repository)
    for _ in range(_ROUNDS):
        if not tried.errors or not _changed(parts, head, tried):
            break
        tried = _tried(parts, head, frame, repository)
    return Draft(tried.text, tried.errors, tried.steps, tried.inputs, tried.text.count(wording.GAP), mended)


def _tried(parts: Sequence[Part], head: Sequence[str], frame: Frame, repository: Repository) -> _Try:
    path = f"runbooks/{frame.id}.md"
    made = _composed(parts, head, frame)
    read = document.parse(path, "runbook", made.text.encode())
    if not read.steps:
        made = _composed(parts, head, frame, look=True)
        read = document.parse(path, "runbook", made.text.encode())
    others = (each for each in repository.documents if each.path != path)
    steps = len(read.steps)
    found = engine.lint(replace(repository, documents=(*others, read)), all_rules(), frame.day, only=[path])
    errors = tuple(each for each in found if each.path == path and each.severity is Severity.ERROR)
    return replace(made, errors=errors, steps=steps)


def _changed(parts: Sequence[Part], head: list[str], tried: _Try) -> bool:
    """Try the next form of each part with an error; says whether there was any."""
    changed = False
    for part, (start, end) in zip(parts, tried.reaches, strict=True):
        count = sum(start <= each.line <= end for each in tried.errors)
        if count or part.errors:
            changed |= part.next(count)
    first = min((start for start, _ in tried.reaches), default=0)
    for index, key in enumerate(("title", "summary")):
        words = _NO_TITLE if key == "title" else _NO_SUMMARY
        if head[index] != words and any(each.line < first and each.place[:1] == (key,) for each in tried.errors):
            head[index], changed = words, True
    return changed


def _title(found: Sequence[Block], above: str, mark: str, id: str) -> tuple[str, Sequence[Block]]:
    """The title, and the blocks without the heading that is the title and says nothing else."""
    tops = [each for each in found if each.kind == "heading" and each.level == 1]
    if len(tops) == 1 and tops[0].words:
        title = wording.shortened(tops[0].words, 100)
        whole = title == tops[0].words and only_words(tops[0])
        return title, [each for each in found if not (whole and each is tops[0])]
    try:
        data = yaml.safe_load(above) if mark == "---" else None
    except (yaml.YAMLError, ValueError, RecursionError):
        data = None
    given = data.get("title") if isinstance(data, dict) else None
    words = " ".join(str(given).split()) if isinstance(given, str | int) else ""
    return wording.shortened(words or id.replace("-", " ").capitalize(), 100), found


def _summary(found: Sequence[Block]) -> str:
    """The first sentences that say what it means, else the first of all."""
    order = [*found]
    for index, each in enumerate(order):
        if each.kind == "heading" and _MEANING.match(each.words):
            order = [*order[index:], *order[:index]]
            break
    words = next((each.words for each in order if each.kind == "prose" and len(each.words) > 20), "")
    return wording.shortened(words, 280) if words else _NO_SUMMARY


def _close_what_is_open(parts: Sequence[Part]) -> None:
    """HTML that opens in one section and closes in another would take the sections of the page apart: it is shown as code."""
    for name in PHASES:
        mine = [(part, part.forms[0](Inputs(), Ids())) for part in parts if part.phase == name]
        text = "\n\n".join(said for _, said in mine)
        shown = re.sub(r"^(`{3,}).*?^\1$|`[^`\n]*`|<!--.*?-->", "", text, flags=re.DOTALL | re.MULTILINE)
        for tag in {each.lower() for each in re.findall(r"(?<!\\)</?([A-Za-z][\w-]*)", shown)} & _PAIRED:
            opened = len(re.findall(rf"<{tag}\b[^>]*(?<!/)>", shown, re.IGNORECASE))
            if opened == len(re.findall(rf"</{tag}\s*>", shown, re.IGNORECASE)):
                continue
            for part, said in mine:
                if len(part.forms) > 2 and re.search(rf"</?{tag}\b", said, re.IGNORECASE):
                    part.forms[:] = part.forms[-2:]


def _composed(parts: Sequence[Part], head: Sequence[str], frame: Frame, look: bool = False) -> _Try:
    """The text of a draft with each part in the form that it has now, by section; ``look``: with a step of our own."""
    inputs, ids = Inputs(), Ids()
    said = [part.forms[part.level](inputs, ids).rstrip("\n") for part in parts]
    lines = [*_front(frame, head, inputs)]
    reaches = [(0, 0)] * len(parts)
    for name in PHASES:
        lines += [f"## {name}", ""]
        if look and name == "Detect":
            lines += ["```step", f"id: {ids.of('look')}", "title: Look whether it is this", f'do: "{wording.LOOK}"']
            lines += ["```", ""]
        for index, part in enumerate(parts):
            if part.phase == name:
                new = said[index].split("\n")
                reaches[index] = (len(lines) + 1, len(lines) + len(new))
                lines += [*new, ""]
    return _Try("\n".join(lines), reaches, len(inputs.known))


def _front(frame: Frame, head: Sequence[str], inputs: Inputs) -> list[str]:
    lines = ["---", "schema: runbook/1", f"id: {frame.id}"]
    lines += [f"title: {forms.quoted(head[0])}", f"summary: {forms.quoted(head[1])}"]
    lines += ['version: "0.1.0"', "status: draft", f"owner: {frame.owner}"]
    lines += ["inputs:"] if inputs.known else []
    for name, (written, label) in inputs.known.items():
        asked = f"{wording.GAP}what to fill in for {written}, and where one finds it"
        lines += [f"  - id: {name}", f"    title: {forms.quoted(asked)}"]
        lines += [f"    from_label: {label}"] if label else []
    entry = f'version: "0.1.0", date: {frame.day.isoformat()}, by: {frame.owner}, because: first draft'
    return [*lines, "changelog:", f"  - {{{entry}, changes: [Adopted from an older runbook]}}", "---", ""]
