"""Document -> findings of typographic-sign. Pure."""

from collections.abc import Iterator

from drillbook import lookalikes
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule

_COMMANDS = ("run", "undo")


@file_rule("DB651", help="type the sign again, as a shell reads it")
def typographic_sign(document: Document) -> Iterator[Found]:
    """A curly quote, a long dash or an odd space in a command, where the shell takes it for a letter."""
    if document.text.isascii() or document.card.status == "retired":
        return
    for word, blocks in (("steps", document.steps), ("injects", document.injects)):
        for index, block in enumerate(blocks):
            for key in _COMMANDS:
                command = block.value.get(key) if isinstance(block.value, dict) else None
                if isinstance(command, str) and (sign := lookalikes.sign(command)):
                    words = f"the sign {lookalikes.name(sign)} in a command, expected {lookalikes.meant(sign)}"
                    yield Found((word, index, key), words, part=sign)
