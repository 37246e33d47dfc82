"""Kinds of arguments that several commands take."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from drillbook.validation import is_date

if TYPE_CHECKING:
    _DayType = click.ParamType[date]
else:
    _DayType = click.ParamType


class Day(_DayType):
    """A day of the calendar, 2026-11-22."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        if not is_date(value):
            self.fail(f'"{value}" is no day of the calendar, expected one such as 2026-11-22', param, ctx)
        return date.fromisoformat(value)
