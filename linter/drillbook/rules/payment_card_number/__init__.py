"""Document -> findings of payment-card-number. Pure."""

from collections.abc import Iterator

from drillbook import personal
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule(
    "DB631", help="take it out and tell whoever answers for card data; for examples there are published test numbers"
)
def payment_card_number(document: Document) -> Iterator[Found]:
    """The number of a payment card."""
    for span in personal.cards(document.text):
        yield Found(span, "a payment card number stands here, expected none, or one that is published for tests")
