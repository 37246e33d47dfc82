"""Drill + its runbook -> findings of answer-in-situation. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity, Span
from drillbook.rule import Context, repository_rule

_SITUATION = re.compile(r"^## Situation[ \t]*\r?\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_SHORT = 12
"""Shorter titles are words that anybody uses."""


@repository_rule(
    "DB904", help="say what the players would know at that hour, and leave the step to them", severity=Severity.WARNING
)
def answer_in_situation(document: Document, context: Context) -> Iterator[Found]:
    """Words of the title or the situation, which players read before, that name a step that they should find."""
    if document.kind != "drill" or not document.readable:
        return
    named = context.repository.runbook(str(document.front.get("runbook")))
    expected = {
        str(step)
        for block in document.injects
        if isinstance(block.value, dict) and isinstance(block.value.get("expect"), list)
        for step in block.value["expect"]
    }
    words = {name: [name] for name in expected if "-" in name}
    for block in named.steps if named else ():
        value = block.value if isinstance(block.value, dict) else {}
        title = str(value.get("title", ""))
        if value.get("id") in expected and len(title) >= _SHORT:
            words.setdefault(str(value["id"]), []).append(title)
    yield from _told(document, words)


def _told(document: Document, words: dict[str, list[str]]) -> Iterator[Found]:
    title = document.front.get("title")
    situation = _SITUATION.search(document.text, document.body_at)
    for step, said in sorted(words.items()):
        pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(each)}(?![\w-])" for each in said), re.IGNORECASE)
        if isinstance(title, str) and pattern.search(title):
            yield Found(("title",), f'the title gives the step "{step}" away, which the players should find')
        found = pattern.search(situation[1]) if situation else None
        if situation and found:
            at = situation.start(1) + found.start()
            yield Found(
                Span(at, at + len(found[0])), f'this gives the step "{step}" away, which the players should find'
            )
