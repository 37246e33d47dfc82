"""Document -> findings of ambiguous-value. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from drillbook.document import Document
from drillbook.finding import Fix, Found, Span
from drillbook.rule import file_rule, reported


@file_rule("DB009", help="put it in quotes when it is text, or write the number out")
def ambiguous_value(document: Document) -> Iterator[Found]:
    """A word that YAML 1.1 and YAML 1.2 read differently."""
    for each in reported("ambiguous-value", document):
        raw = document.text[each.at.start : each.at.end] if isinstance(each.at, Span) else ""
        text = " is text here " in each.message and not {'"', "\\", "\n"} & set(raw)
        yield replace(each, fix=Fix(f'"{raw}"') if text and raw else None)
