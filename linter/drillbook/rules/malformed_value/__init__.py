"""Document + schema -> findings of malformed-value. Pure."""

from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Found
from drillbook.rule import Context, broken, repository_rule

_FORMATS = {
    "date": "a day of the calendar such as 2026-11-22",
    "date-time": "a time in UTC such as 2026-11-22T03:00:00Z",
    "duration-prometheus": "a duration such as 90s, 15m or 1h30m",
    "duration-positive": "a duration longer than nothing such as 90s, 15m or 1h30m",
    "semver": "a version of three numbers such as 2.1.0",
    "regex": "a regular expression",
}


@repository_rule("DB105", help="write the value in the expected form")
def malformed_value(document: Document, context: Context) -> Iterator[Found]:
    """A text that does not have the form that its key needs."""
    for violation in broken(document, context, "pattern", "format", "anyOf"):
        if violation.keyword == "anyOf" and violation.found in (dict, list):
            continue  # something is missing there
        expected = _FORMATS.get(str(violation.expected), violation.words) or f"the form {violation.expected}"
        yield Found(
            violation.at, f'"{str(violation.found)[:60]}" does not fit, expected {expected}', key=violation.on_key
        )
