"""Document + what the other rules found -> findings of needless-waiver. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found, Severity
from drillbook.rule import Context, closing_rule, waivers


@closing_rule("DB712", help="delete the waiver", severity=Severity.WARNING)
def needless_waiver(document: Document, context: Context) -> Iterator[Found]:
    """A waiver of a rule that finds nothing here."""
    found = context.found.get(document.path, frozenset())
    for waiver in waivers(document):
        ran = context.rules.get(waiver.rule)
        if ran is not None and ran.waivable and waiver.counts(context.as_of) and waiver.rule not in found:
            yield Found((*waiver.at, "rule"), f'"{waiver.rule}" finds nothing in this file, expected no waiver of it')
