"""The picture of a drill or an incident: what happened close together can be told apart, however late the last mark is."""

from __future__ import annotations

import re
from datetime import timedelta

from drillbook.site.course import Dot, course


def drawn(*minutes: int) -> tuple[list[float], str]:
    """Where the marks stand, from left to right, and the picture."""
    picture = course({"Facts": [Dot(timedelta(minutes=each), str(each), "done") for each in minutes]}, "A course")
    return sorted(float(each) for each in re.findall(r'<circle cx="([\d.]+)"', picture)), str(picture)


def test_an_incident_that_was_closed_days_later_still_shows_its_first_hours() -> None:
    places, picture = drawn(0, 42, 81, 175, 27 * 60 + 30, 102 * 60 + 50)
    assert places[3] > 500, "three hours take most of a picture that is 760 wide"
    assert places == sorted(set(places))
    assert picture.count("db-cut") == 2
    for word in ("0:00", "2:30", "27:30", "102:50"):
        assert f">{word}</text>" in picture
    assert ">24:00</text>" not in picture, "that hour was cut out"


def test_what_follows_evenly_is_not_cut() -> None:
    for minutes in ((0, 5, 20, 45, 60), (0, 120, 240, 360), (0, 600), (0,), ()):
        places, picture = drawn(*minutes)
        assert "db-cut" not in picture, minutes
        assert len(places) == len(minutes)
