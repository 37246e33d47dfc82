"""What somebody says -> an entry of a timeline, or why it is none. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from drillbook import credentials, journal, validation
from drillbook.journal import Entry
from drillbook.rule import shown
from drillbook.suggest import hint

Value = Mapping[str, Any]
_LONGEST = 80


def moment(at: datetime) -> str:
    """A time as entries write it: in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def when(text: object) -> datetime:
    """The time that an entry writes."""
    return datetime.fromisoformat(str(text))


def entry(kind: str, text: str, by: str, at: datetime, now: datetime, **more: object) -> dict[str, Any]:
    """An entry without its place in the chain; what is empty is left out."""
    given = {key: value for key, value in more.items() if value not in ("", None, [], ())}
    return {"at": moment(at), "recorded_at": moment(now), "kind": kind, "text": text, "by": by, **given}


def problem(value: Value, schema: str = "timeline-entry") -> str:
    """Why an entry may not be written, in a sentence; empty where it may."""
    for each in validation.violations(schema, {**value, "prev": journal.START}):
        where = f'"{each.at[-1]}"' if each.at else "the entry"
        if each.keyword == "required":
            return f'the entry has no "{each.names[0]}"'
        if each.keyword == "additionalProperties":
            return f'unknown key "{each.names[0][:_LONGEST]}", {hint(each.names[0], each.known)}'
        if each.keyword == "not" and each.words:
            return each.words
        if each.keyword == "minLength" and each.found == "":
            return f"{where} is empty, expected some words"
        if each.keyword == "maxLength":
            return f"{where} is {len(str(each.found)):,} characters long, expected at most {each.expected:,} characters"
        wanted = each.expected if isinstance(each.expected, tuple) else ()
        known = " or ".join(str(one) for one in wanted) or each.words or f"what the contract says ({each.keyword})"
        return f"{where} is wrong: {shown(each.found)}, expected {known}"
    return _secret(value)


def _secret(value: Value) -> str:
    """Nothing is ever taken out of a timeline, and it is read by more people than a terminal."""
    for key, text in value.items():
        for each in credentials.find(text) if isinstance(text, str) and credentials.may_hold(text) else ():
            return f'"{key}" seems to hold a secret ({each.kind}), and an entry cannot be taken out again; say where it is kept'
    return ""


def of_browser(log: Value) -> Iterator[dict[str, Any]]:
    """The entries of an export of the browser, as a timeline writes them: every key means the same there."""
    for each in log["entries"]:
        yield dict(each)


def missing(wanted: Sequence[Value], there: Sequence[Entry]) -> list[Value]:
    """Those of ``wanted`` that a timeline does not have yet, each as often as it stands in ``wanted``."""
    known = Counter(_same(each.value) for each in there)
    found = []
    for value in wanted:
        key = _same(value)
        if known[key]:
            known[key] -= 1
        else:
            found.append(value)
    return found


def _same(value: Value) -> str:
    return repr(sorted((key, repr(each)) for key, each in value.items() if key not in ("prev", "merges")))
