"""The effective ``review`` of a runbook -> the last day before the next one is due. Pure."""

from __future__ import annotations

from datetime import date

from drillbook import duration
from drillbook.validation import is_date


def due(review: object) -> date | None:
    """The last day on which the last review still counts; None where there was none, or nobody says how often."""
    if not isinstance(review, dict):
        return None
    last, every = review.get("last"), review.get("every")
    length = duration.parse(every) if isinstance(every, str) else None
    if not isinstance(last, str) or not is_date(last) or length is None:
        return None
    try:
        return date.fromisoformat(last) + length
    except OverflowError:  # behind the end of the calendar
        return None
