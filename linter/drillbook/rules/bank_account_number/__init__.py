"""Document -> findings of bank-account-number. Pure."""

from collections.abc import Iterator

from drillbook import personal
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule("DB632", help="take it out, and say how one finds the account")
def bank_account_number(document: Document) -> Iterator[Found]:
    """The number of a bank account."""
    for span in personal.accounts(document.text):
        yield Found(span, "a bank account number (IBAN) stands here, expected how one finds the account")
