"""Kinds of arguments that several commands take."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from drillbook import duration
from drillbook.validation import is_date

if TYPE_CHECKING:
    _DayType = click.ParamType[date]
    _MomentType = click.ParamType[datetime]
    _PairType = click.ParamType[tuple[str, str]]
    _LengthType = click.ParamType[timedelta]
else:
    _DayType = _MomentType = _PairType = _LengthType = click.ParamType


class Day(_DayType):
    """A day of the calendar, 2026-11-22."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        if not is_date(value):
            self.fail(f'"{value}" is no day of the calendar, expected one such as 2026-11-22', param, ctx)
        return date.fromisoformat(value)


class Moment(_MomentType):
    """A time with its zone: 2026-11-22T03:00Z."""

    name = "time"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail(f'"{value}" is no time, expected one with its zone such as 2026-11-22T03:00Z', param, ctx)
        if not 1970 <= found.year < 9000:  # nothing was measured then, and a little further there are no times
            self.fail(f'"{value}" is too far away, expected a time from 1970 on', param, ctx)
        return found.astimezone(UTC)


class Pair(_PairType):
    """A name and a value: ``version=3.1``."""

    name = "pair"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, equals, rest = value.partition("=")
        if not name or not equals:
            self.fail(f'"{value}" is no pair, expected NAME=VALUE', param, ctx)
        return name, rest


class Length(_LengthType):
    """A duration as Prometheus writes it: 18m, 1h30m."""

    name = "duration"

    def convert(self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = duration.parse(value)
        if found is None:
            self.fail(f'"{value}" is no duration, expected one such as 18m or 1h30m', param, ctx)
        return found
