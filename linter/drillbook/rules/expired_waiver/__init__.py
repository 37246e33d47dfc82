"""Document + day -> findings of expired-waiver. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, closing_rule, waivers


@closing_rule("DB711", help="mend what was waived, or decide anew and write a later day")
def expired_waiver(document: Document, context: Context) -> Iterator[Found]:
    """A waiver whose last day has passed."""
    for waiver in waivers(document):
        if waiver.until is not None and not waiver.counts(context.as_of):
            yield Found(
                (*waiver.at, "until"),
                f'the waiver of "{waiver.rule}" ended on {waiver.until}, expected a later day or no waiver',
            )
