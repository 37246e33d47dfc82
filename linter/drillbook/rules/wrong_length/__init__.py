"""Document + schema -> findings of wrong-length. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, broken, repository_rule
from drillbook.validation import Violation

_LIMITS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "uniqueItems")


@repository_rule("DB107", help="shorten or lengthen it to the expected size")
def wrong_length(document: Document, context: Context) -> Iterator[Found]:
    """A text or a list that is too short, too long, or says something twice."""
    for violation in broken(document, context, *_LIMITS):
        yield Found(violation.at, _message(violation), key=violation.on_key)


def _message(violation: Violation) -> str:
    limit, expected = violation.keyword, violation.expected
    if limit == "uniqueItems":
        return "the list says something twice, expected each entry once"
    if limit.endswith("Length"):
        size = f"{len(str(violation.found))} characters"
        unit = "character" if expected == 1 else "characters"
    else:
        size = f"{violation.size} entries" if violation.size != 1 else "1 entry"
        unit = "entry" if expected == 1 else "entries"
    return f"{size} here, expected at {'least' if limit.startswith('min') else 'most'} {expected} {unit}"
