"""Document -> findings of secret-in-text. Pure."""

from collections.abc import Iterator

from drillbook import credentials
from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import file_rule


@file_rule(
    "DB630", help="revoke it where it was issued, then say where one gets it: a variable, an input, a path in the store"
)
def secret_in_text(document: Document) -> Iterator[Found]:
    """A password, a token or a private key."""
    for secret in credentials.find(document.text) if credentials.may_hold(document.text) else ():
        kind = secret.kind if secret.kind[0].islower() else f"what looks like a secret ({secret.kind})"
        yield Found(secret.span, f"{kind} stands here, expected the name of a variable or of an input")
