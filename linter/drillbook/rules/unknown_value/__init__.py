"""Document + schema -> findings of unknown-value. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, broken, repository_rule, shown
from drillbook.suggest import hint

_SYMBOLS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "=": "eq", "==": "eq", "!=": "ne"}


@repository_rule("DB104", help="write one of the listed values")
def unknown_value(document: Document, context: Context) -> Iterator[Found]:
    """A word that is not one of those allowed here."""
    for violation in broken(document, context, "enum", "const"):
        allowed = violation.expected if isinstance(violation.expected, tuple) else (violation.expected,)
        if not isinstance(violation.found, (str, int, float)):
            yield Found(violation.at, f"{shown(violation.found)}, {hint('', [str(value) for value in allowed])}")
            continue
        found = str(violation.found).lower() if isinstance(violation.found, bool) else str(violation.found)
        word = _SYMBOLS.get(found.strip(), found)
        what = f'did you mean "{word}"' if word in allowed else hint(found, [str(value) for value in allowed])
        yield Found(violation.at, f'"{found[:60]}" is not known here, {what}', key=violation.on_key)
