"""Document + schema -> findings of unknown-value. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Fix, Found
from drillbook.rule import Context, broken, meant, repository_rule, shown
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
        words = [str(value) for value in allowed]
        what = f'did you mean "{word}"' if word in allowed else hint(found, words)
        mend = Fix(word) if word in allowed else meant(found, words)
        if violation.at[-1:] == ("schema",):
            mend = None  # another version of the contract is not a slip of the pen
        yield Found(violation.at, f'"{found[:60]}" is not known here, {what}', key=violation.on_key, fix=mend)
