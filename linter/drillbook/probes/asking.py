"""What every source is asked, what it answers, and how it says that it cannot. Pure."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from drillbook.contract import Labels, Point, Series
from drillbook.model import Signal

MOST_SERIES = 1000
"""So many series, or rows, may one signal have."""


PAUSES = (0.2, 0.8)
"""Seconds before the second and the third attempt at a source that is busy or cannot be reached."""
_APART = timedelta(minutes=1)


class SourceError(Exception):
    """Why a source gave no values that can be trusted, in one sentence without any secret."""


class Unreachable(SourceError):
    """Nobody is there: no other question to the same source would be answered either."""


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
        secrets = [each for each in (self.token, self.password) if each]
        written = [form(each) for each in secrets for form in (str, quote, lambda text: json.dumps(text)[1:-1])]
        for each in (*written, *([self.basic] if self.user else [])):
            text = text.replace(each, "***")
        return text

    def told(self, said: object) -> str:
        """What a source said, on one line that is not long and shows no secret."""
        return " ".join(printable(self.hidden(str(said))).split())[:200]

    @property
    def basic(self) -> str:
        """User and password as HTTP sends them."""
        return b64encode(f"{self.user}:{self.password}".encode()).decode()


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


def printable(text: str) -> str:
    """A text that moves no cursor and changes no colour."""
    return "".join(char if char.isprintable() else " " for char in text)


def apart(there: datetime, here: datetime) -> str:
    """Why a source's clock cannot be trusted for what is now; empty where it agrees with this machine's."""
    if abs(there - here) <= _APART:
        return ""
    minutes = round(abs(there - here).total_seconds() / 60)
    side = "ahead of" if there > here else "behind"
    return f"its clock is {minutes} minutes {side} this machine's; mend the clock, or say when with --at"


def series(
    question: Question,
    values: Mapping[Labels, Mapping[int, float]],
    samples: Mapping[Labels, Mapping[int, float]],
) -> tuple[Series, ...]:
    """The series of an answer: by labels, the value and the samples at the number of an evaluation."""
    if len(values) > MOST_SERIES:
        raise SourceError(f"answered {len(values)} series, expected at most {MOST_SERIES}")
    times = question.times
    return tuple(
        Series(
            labels,
            tuple(Point(at, own.get(number), samples.get(labels, {}).get(number)) for number, at in enumerate(times)),
        )
        for labels, own in sorted(values.items())
    )


def labelled(signal: Signal, given: Mapping[str, object]) -> Labels:
    """The labels by which a signal tells its series apart."""
    return tuple((name, "" if given.get(name) is None else str(given[name])) for name in signal.per)


def failed(question: Question, why: str, known: Iterable[Labels] = ((),)) -> tuple[Series, ...]:
    """What is said of a signal whose source did not answer: an error, at every evaluation."""
    return tuple(Series(labels, tuple(Point(at, error=why) for at in question.times)) for labels in known)
