"""Working time: opening hours of working days, in the municipality's own clock."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from team.working_time import OfficeHours

OSLO = ZoneInfo("Europe/Oslo")
HOURS = OfficeHours(time(8), time(15, 30))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        ("2026-11-20 10:00", 1, "2026-11-23 10:00"),  # Friday to Monday
        ("2026-11-19 10:00", 1, "2026-11-20 10:00"),
        ("2026-11-20 07:42", 1, "2026-11-20 15:30"),  # before the doors open: the whole day
        ("2026-11-19 20:00", 1, "2026-11-20 15:30"),
        ("2026-11-21 12:00", 1, "2026-11-23 15:30"),  # Saturday
        ("2026-11-20 10:00", 2, "2026-11-24 10:00"),
        ("2026-11-20 07:00", 2, "2026-11-23 15:30"),
        ("2026-12-23 16:00", 1, "2026-12-24 15:30"),
        ("2026-04-01 12:00", 1, "2026-04-07 12:00"),  # Easter
        ("2026-05-15 12:00", 1, "2026-05-18 12:00"),  # around the day after Ascension
        ("2026-03-27 12:00", 1, "2026-03-30 12:00"),  # the clock goes forward in between
    ],
)
def test_days_of_working_time_pass_only_while_the_town_hall_is_open(moment: str, days: int, due: str) -> None:
    assert HOURS.after_days(at(moment), days) == at(due)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-20 10:00", "2026-11-20 15:30"),
        ("2026-11-20 15:30", "2026-11-23 15:30"),
        ("2026-11-20 07:00", "2026-11-20 15:30"),
        ("2026-05-17 12:00", "2026-05-18 15:30"),
    ],
)
def test_a_day_ends_when_the_doors_close(moment: str, end: str) -> None:
    assert HOURS.end_of_day(at(moment)) == at(end)


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    utc = at("2026-11-19 10:00").astimezone(ZoneInfo("UTC"))
    assert HOURS.after_days(utc, 1) == at("2026-11-20 10:00")
