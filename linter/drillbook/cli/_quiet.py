"""Settings + day -> the times in which nobody drills: those that the settings name, and public holidays."""

from __future__ import annotations

from datetime import date

from drillbook import schedule
from drillbook.cli import stop
from drillbook.schedule import Quiet
from drillbook.settings import Settings


def quiet(found: Settings, as_of: date) -> Quiet:
    """Everything for this year and the next two."""
    try:
        times = schedule.quiet(found.quiet)
    except ValueError as error:
        stop(
            f'{found.file}: "{error}" in quiet is no time, expected a day such as 2026-12-24, or 2026-12-24/2027-01-01'
        )
    return (*times, *((day, day) for code in found.holidays for day in _holidays(found, code, as_of)))


def _holidays(found: Settings, code: str, as_of: date) -> list[date]:
    try:
        import holidays
    except ModuleNotFoundError:
        stop(
            f"{found.file}: public holidays need the library holidays, which is not installed; pip install 'drillbook[drills]'"
        )
    country, _, part = code.partition("-")
    years = range(as_of.year, as_of.year + 3)
    try:
        return sorted(holidays.country_holidays(country, subdiv=part or None, years=years))
    except NotImplementedError:
        stop(f'{found.file}: "{code}" in holidays is no country that is known, expected a code such as "DE" or "DE-BY"')
