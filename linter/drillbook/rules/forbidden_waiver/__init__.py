"""Document -> findings of forbidden-waiver. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, closing_rule, waivers


@closing_rule("DB713", help="delete the waiver and mend what the rule finds")
def forbidden_waiver(document: Document, context: Context) -> Iterator[Found]:
    """A waiver of a rule about a broken contract or unsafe text, which nobody can set aside."""
    for waiver in waivers(document):
        if context.known.get(waiver.rule) is False:
            yield Found((*waiver.at, "rule"), f'"{waiver.rule}" cannot be waived, expected the fault to be mended')
