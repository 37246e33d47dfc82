"""The effective ``review`` of a sound runbook -> the last day before the next one is due. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from drillbook import duration


def due(review: Mapping[str, Any]) -> date | None:
    """The last day on which the last review still counts; None where there was none, or nobody says how often."""
    last, every = review.get("last"), review.get("every")
    length = duration.parse(every) if every else None
    if not last or length is None:
        return None
    try:
        return date.fromisoformat(last) + length
    except OverflowError:  # behind the end of the calendar
        return None
