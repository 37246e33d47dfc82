"""Journal -> findings of wrong-entry. Pure."""

from collections.abc import Iterator

from drillbook import validation
from drillbook.document import Document, Kind
from drillbook.finding import Found, Place
from drillbook.rule import file_rule, shown
from drillbook.suggest import hint
from drillbook.validation import Violation

_SHAPE: dict[Kind, str] = {
    "drill-journal": "drill-record#/$defs/line",
    "timeline": "timeline-entry",
    "custody": "custody",
}


@file_rule(
    "DB941",
    help="write entries with the commands of drillbook, which know their form; put a mistake right by a new entry",
)
def wrong_entry(document: Document) -> Iterator[Found]:
    """An entry of a journal or timeline that does not have the form of the contract."""
    shape = _SHAPE.get(document.kind)
    for entry in document.journal.entries if document.journal and shape else ():
        for each in validation.violations(shape or "", entry.value):
            yield Found(document.line_span(entry.number), _sentence(each))


def _sentence(violation: Violation) -> str:
    if violation.keyword == "required":
        return f'{_where(violation.at)}has no "{violation.names[0]}"'
    if violation.keyword == "additionalProperties":
        return f'unknown key "{violation.names[0][:60]}", {hint(violation.names[0], violation.known)}'
    if violation.keyword == "not" and violation.words:
        return violation.words
    wanted = violation.expected if isinstance(violation.expected, tuple) else ()
    known = (
        " or ".join(str(each) for each in wanted) or violation.words or f"what the contract says ({violation.keyword})"
    )
    return f"{_where(violation.at)}is wrong: {shown(violation.found)}, expected {known}"


def _where(at: Place) -> str:
    return f'"{at[-1]}" ' if at else "the entry "
