"""Document + schema -> findings of unknown-key. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, broken, meant, repository_rule
from drillbook.suggest import hint

_QUOTE = "put the whole text before and after the comma in quotes"


@repository_rule("DB102", help="write a key that the schema knows; the schema reference lists them all")
def unknown_key(document: Document, context: Context) -> Iterator[Found]:
    """A key that the contract does not know."""
    for violation in broken(document, context, "additionalProperties"):
        name = violation.names[0]
        if " " in name and len(violation.at) > 1:  # in {because: first, second} the comma ended the value
            yield Found(
                violation.at, f'"{name}" is read as a key, since a comma ends a value in braces', key=True, help=_QUOTE
            )
            continue
        mend = meant(name, violation.known)
        yield Found(violation.at, f'unknown key "{name}", {hint(name, violation.known)}', key=True, fix=mend)
