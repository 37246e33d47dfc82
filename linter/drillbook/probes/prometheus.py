"""A question -> series, from the HTTP API of Prometheus and whatever speaks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from drillbook.contract import Labels, Series
from drillbook.probes.asking import Credentials, Question, SourceError, labelled, series
from drillbook.probes.transport import fetch

_POINTS = 10_000
"""Prometheus gives 11,000 points of a series in one answer at most: a longer time is asked for in parts."""
_NEAR = 0.01
"""Seconds by which a time that is answered may differ from the one that was asked for."""
_MOST = 100_000
"""So many evaluations are looked back at, 69 days at one a minute."""


def ask(question: Question) -> tuple[Series, ...]:
    """Each series of the signal at every evaluation. Raises SourceError where the answer cannot be trusted."""
    if question.count > _MOST:
        raise SourceError(f"looking back takes {question.count} evaluations, expected at most {_MOST}")
    values = _range(question, question.signal.query)
    samples = _range(question, question.signal.samples) if question.signal.samples else {}
    return series(question, values, samples)


def _range(question: Question, query: str) -> dict[Labels, dict[int, float]]:
    """By labels, the value at the number of each evaluation."""
    times = question.times
    found: dict[Labels, dict[int, float]] = {}
    for first in range(0, len(times), _POINTS):
        part = _part(question, query, times[first], times[min(first + _POINTS, len(times)) - 1])
        for labels, values in part.items():
            found.setdefault(labels, {}).update({first + number: value for number, value in values.items()})
    return found


def _part(question: Question, query: str, begin: datetime, end: datetime) -> dict[Labels, dict[int, float]]:
    start, step = begin.timestamp(), question.interval.total_seconds()
    # VictoriaMetrics moves the times to suit its cache, unless it is told not to use it; others do not mind.
    fields = {
        "nocache": "1",
        "query": query,
        "start": f"{start:.3f}",
        "end": f"{end.timestamp():.3f}",
        "step": f"{step:.3f}",
    }
    url = question.source["url"].rstrip("/") + "/api/v1/query_range"
    found: dict[Labels, dict[int, float]] = {}
    count = round((end.timestamp() - start) / step) + 1
    for metric, values in _parsed(fetch("POST", url, question.credentials, fields, question.now), question.credentials):
        labels = labelled(question.signal, metric)
        if labels in found:
            where = f"for {dict(labels)}" if labels else "where one number is compared"
            raise SourceError(f'gave several series {where}; expected one, name the labels in "per" or aggregate')
        found[labels] = {}
        for at, value in values:
            number = round((at - start) / step)
            if not 0 <= number < count or abs(at - start - number * step) > _NEAR:
                raise SourceError("answered for other times than it was asked for, expected the steps of a range query")
            found[labels][number] = value
    return found


def _parsed(data: bytes, credentials: Credentials) -> list[tuple[dict[str, Any], list[tuple[float, float]]]]:
    """The series of a range answer; anything that is not quite one is refused."""
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        raise SourceError("answered something that is no JSON, expected the Prometheus API") from None
    if not isinstance(answer, dict) or answer.get("status") != "success":
        said = answer.get("error") if isinstance(answer, dict) else None
        raise SourceError(f"refused the query: {credentials.told(said)}" if said else "answered no Prometheus result")
    if answer.get("warnings"):
        raise SourceError(f"says that its answer may be incomplete: {_listed(answer['warnings'], credentials)}")
    result = answer.get("data")
    if (
        not isinstance(result, dict)
        or result.get("resultType") != "matrix"
        or not isinstance(result.get("result"), list)
    ):
        raise SourceError("answered another type than a series of values, expected a Prometheus matrix")
    return [_series(each) for each in result["result"]]


def _listed(warnings: object, credentials: Credentials) -> str:
    return credentials.told("; ".join(map(str, warnings)) if isinstance(warnings, list) else warnings)


def _series(each: object) -> tuple[dict[str, Any], list[tuple[float, float]]]:
    if isinstance(each, Mapping) and "histograms" in each:
        raise SourceError("answered histograms, expected numbers; write a query that makes a number of them")
    try:
        found = [(at, value, float(value)) for at, value in each["values"]]  # type: ignore[index]
        if all(type(at) in (int, float) and isfinite(at) and not isinstance(value, bool) for at, value, _ in found):
            return dict(each["metric"]), [(at, number) for at, _, number in found]  # type: ignore[index]
    except (TypeError, KeyError, ValueError, OverflowError):
        pass
    raise SourceError("answered values that are no numbers, expected a Prometheus matrix")
