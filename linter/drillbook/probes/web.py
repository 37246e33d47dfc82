"""A question -> one series of one point, from a web address and a JSONPath: ``/v1/evals/latest $.pass_ratio``."""

from __future__ import annotations

import json
import re
import time
from urllib.parse import quote

from drillbook.contract import Series
from drillbook.probes.asking import Question, SourceError, series
from drillbook.probes.transport import fetch

WHOLE = 45.0
"""Limit of all requests of one signal: one for each evaluation."""
_AT = re.compile(r":at\b")


def ask(question: Question) -> tuple[Series, ...]:
    """The number at the path, and the samples; of the present only, unless the address holds ``:at``. Raises SourceError."""
    signal = question.signal
    whole = bool(_AT.search(signal.query))
    if not whole and not question.now:
        raise SourceError("cannot say what was: the address has no :at; leave out --at, or write :at for the time")
    numbers = range(question.count) if whole else [question.count - 1]
    times = question.times
    values: dict[int, float] = {}
    samples: dict[int, float] = {}
    until = time.monotonic() + WHOLE
    for number in numbers:
        if time.monotonic() > until:
            raise SourceError(f"did not answer {question.count} requests within {WHOLE:g} seconds")
        at = quote(times[number].strftime("%Y-%m-%dT%H:%M:%SZ"))
        for query, found in ((signal.query, values), (signal.samples, samples)):
            value = _number(question, _AT.sub(at, query)) if query else None
            if value is not None:
                found[number] = value
    return series(question, {(): values}, {(): samples})


def _number(question: Question, query: str) -> float | None:
    from jsonpath_rfc9535 import JSONPathEnvironment
    from jsonpath_rfc9535.exceptions import JSONPathError

    address, _, path = query.strip().partition(" ")
    data = fetch(
        "GET", question.source["url"].rstrip("/") + "/" + address.lstrip("/"), question.credentials, None, question.now
    )
    try:
        answer = json.loads(data)
        found = JSONPathEnvironment().find(path.strip() or "$", answer).values()
    except JSONPathError as error:
        raise SourceError(f"the path {path.strip()} cannot be read: {str(error).splitlines()[0]}") from None
    except (ValueError, OverflowError, RecursionError):
        raise SourceError("answered something that is no JSON") from None
    if not found or found == [None]:
        return None
    if len(found) > 1 or isinstance(found[0], bool) or not isinstance(found[0], (int, float)):
        raise SourceError(f"the path {path.strip()} leads to no single number")
    return float(found[0])
