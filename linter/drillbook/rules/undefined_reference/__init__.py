"""Document -> findings of undefined-reference. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity, Span
from drillbook.rule import file_rule

_PAIR = re.compile(r"(?<![\w\])\\!\[])!?\[[^\[\]\n`]{1,200}\]\[([^\[\]\n`]{1,200})\](?![\[(\w])")


@file_rule("DB805", help="add a line [name]: address, or write [words](address)", severity=Severity.WARNING)
def undefined_reference(document: Document) -> Iterator[Found]:
    """A link by a name that no line of the file defines."""
    if document.text.find("][", document.body_at) < 0 or document.card.status == "retired":
        return
    taken = [link.span for link in document.body.links] + [fence.span for fence in document.body.fences]
    for pair in _PAIR.finditer(document.text, document.body_at):
        inside = any(span.start <= pair.start() < span.end for span in taken)
        if not inside and not _in_code(document.text, pair.start()):
            yield Found(
                Span(*pair.span()), f'nothing defines "[{pair[1][:60]}]", expected a line "[{pair[1][:60]}]: address"'
            )


def _in_code(text: str, at: int) -> bool:
    """Whether a place lies between backticks, or in an indented block, of its paragraph."""
    start = max(text.rfind("\n\n", 0, at), 0)
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return text.count("`", start, at) % 2 == 1 or line.startswith(("    ", "\t"))
