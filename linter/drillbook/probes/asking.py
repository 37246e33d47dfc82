"""What every source is asked, what it answers, and how it says that it cannot. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drillbook.contract import Labels, Point, Series
from drillbook.model import Signal

MOST_SERIES = 1000
"""So many series, or rows, may one signal have."""


class SourceError(Exception):
    """Why a source gave no values that can be trusted, in one sentence without any secret."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks: a user with a password, or a token. Never shown."""

    user: str = ""
    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return "Credentials(...)"

    def hidden(self, text: str) -> str:
        """A text in which no secret is left: a source may repeat in its errors what it was sent."""
        for secret in (self.token, self.password):
            text = text.replace(secret, "***") if secret else text
        return text


@dataclass(frozen=True, slots=True)
class Question:
    """A signal whose queries are filled in, and the evaluations that are wanted: the last at ``at``, ``count`` in all."""

    signal: Signal
    source: Mapping[str, Any]
    at: datetime
    interval: timedelta
    count: int
    now: bool
    credentials: Credentials = Credentials()

    @property
    def times(self) -> tuple[datetime, ...]:
        """The times of all evaluations, oldest first."""
        return tuple(self.at - number * self.interval for number in reversed(range(self.count)))


def series(
    question: Question,
    values: Mapping[Labels, Mapping[int, float]],
    samples: Mapping[Labels, Mapping[int, float]],
    times: Sequence[datetime] | None = None,
) -> tuple[Series, ...]:
    """The series of an answer: by labels, the value and the samples at the number of an evaluation."""
    if len(values) > MOST_SERIES:
        raise SourceError(f"answered {len(values)} series, expected at most {MOST_SERIES}")
    return tuple(
        Series(
            labels,
            tuple(
                Point(at, own.get(number), samples.get(labels, {}).get(number))
                for number, at in enumerate(times or question.times)
            ),
        )
        for labels, own in sorted(values.items())
    )


def labelled(signal: Signal, given: Mapping[str, object]) -> Labels:
    """The labels by which a signal tells its series apart."""
    return tuple((name, str(given.get(name, ""))) for name in signal.per)


def failed(question: Question, why: str, known: Iterable[Labels] = ((),)) -> tuple[Series, ...]:
    """What is said of a signal whose source did not answer: an error, at every evaluation."""
    return tuple(Series(labels, tuple(Point(at, error=why) for at in question.times)) for labels in known)
