"""Document + schema -> findings of wrong-type. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, broken, repository_rule, shown

_WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys with values",
    "null": "nothing",
}


_FORM = "write a text of this form"


@repository_rule("DB103", help="write a value of the expected kind; a number as text goes in quotes")
def wrong_type(document: Document, context: Context) -> Iterator[Found]:
    """Text where a number belongs, one value where a list belongs, and the like."""
    for violation in broken(document, context, "type"):
        kinds = violation.expected if isinstance(violation.expected, tuple) else (violation.expected,)
        expected = " or ".join(_WORDS[kind] for kind in kinds)
        if kinds == ("string",) and violation.words.startswith("a "):  # a duration or a day says what it looks like
            yield Found(violation.at, f"{shown(violation.found)}, expected {violation.words}", help=_FORM)
            continue
        yield Found(violation.at, f"{shown(violation.found)}, expected {expected}")
