"""Document + schema -> findings of malformed-value. Pure."""

import re
from collections.abc import Iterator

from drillbook.document import Document
from drillbook.finding import Fix, Found
from drillbook.rule import Context, broken, repository_rule
from drillbook.validation import is_date

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
        words = f'"{str(violation.found)[:60]}" does not fit, expected {expected}'
        mend = _mend(str(violation.expected), str(violation.found))
        yield Found(violation.at, words, key=violation.on_key, fix=Fix(mend) if mend else None)


_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_LENGTH = re.compile(r"(\d{1,6}) ?(s|m|h|d|w)(?:ec|in|our|ay|eek|econd|inute)?s?")


def _mend(form: str, found: str) -> str:
    """The same day or length as the contract writes it; empty where that is not certain."""
    if form == "date" and (day := _DAY.fullmatch(found)):
        written = f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
        return written if is_date(written) else ""
    if form in ("duration-prometheus", "duration-positive") and (length := _LENGTH.fullmatch(found.strip().lower())):
        written = f"{int(length[1])}{length[2]}"
        return written if int(length[1]) else ""
    return ""
