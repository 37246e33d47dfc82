"""Document + schema -> findings of unknown-key. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, broken, repository_rule
from drillbook.suggest import hint


@repository_rule("DB102", help="write a key that the schema knows; the schema reference lists them all")
def unknown_key(document: Document, context: Context) -> Iterator[Found]:
    """A key that the contract does not know."""
    for violation in broken(document, context, "additionalProperties"):
        yield Found(
            violation.at, f'unknown key "{violation.names[0]}", {hint(violation.names[0], violation.known)}', key=True
        )
