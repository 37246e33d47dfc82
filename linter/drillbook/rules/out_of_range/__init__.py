"""Document + schema -> findings of out-of-range. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, broken, repository_rule

_BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}


@repository_rule("DB106", help="write a number within the range; look at its unit")
def out_of_range(document: Document, context: Context) -> Iterator[Found]:
    """A number outside the range that makes sense."""
    for violation in broken(document, context, *_BOUNDS):
        yield Found(
            violation.at,
            f"{violation.found} is out of range, expected {_BOUNDS[violation.keyword]} {violation.expected}",
        )
