"""Document -> findings of secret-in-text. Pure."""

import re
from collections.abc import Iterator

from drillbook import credentials
from drillbook.document import JOURNALS, Document
from drillbook.finding import Found
from drillbook.rule import file_rule

_HASH = re.compile(r'("(?!(?:text|command|choice|because)")[a-z0-9-]+": )"[0-9a-f]{64}"')
"""What a journal holds in place of what a step said: ``"rotate-secrets": "…"`` is no secret."""


@file_rule(
    "DB630", help="revoke it where it was issued, then say where one gets it: a variable, an input, a path in the store"
)
def secret_in_text(document: Document) -> Iterator[Found]:
    """A password, a token or a private key."""
    text = _HASH.sub(rf'\1"{"0" * 64}"', document.text) if document.kind in JOURNALS else document.text
    for secret in credentials.find(text) if credentials.may_hold(text) else ():
        kind = secret.kind if secret.kind[0].islower() else f"what looks like a secret ({secret.kind})"
        yield Found(secret.span, f"{kind} stands here, expected the name of a variable or of an input")
