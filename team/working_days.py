"""Working days of a Norwegian municipality: Monday to Friday, less the bank holidays."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

MOST_DAYS = 2000  # counted one by one


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year))


def is_working_day(day: date) -> bool:
    """Tell whether the town hall is open that day: no Saturday, Sunday or Norwegian bank holiday."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def after_working_days(moment: datetime, days: int) -> datetime:
    """Return the moment `days` working days later, by the clock of the municipality.

    Thursday 14.00 and two days is Monday 14.00. What begins on a closed day begins when the next working day does.
    """
    local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    day, clock = local.date(), local.time()
    if not is_working_day(day):
        day, clock = next_working_day(day), time()
    for _ in range(days):
        day = next_working_day(day)
    return datetime.combine(day, clock, tzinfo=ZoneInfo(settings.TIME_ZONE))


def next_working_day(day: date) -> date:
    """Return the first working day after the day."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def working_days_between(start: datetime, end: datetime) -> int:
    """Return how many whole working days have gone from one moment to a later one; 0 when it is not later.

    Thursday 14.00 to Monday 13.00 is one, to Monday 14.00 two.
    """
    days, reached = 0, after_working_days(start, 1)
    while reached <= end and days < MOST_DAYS:
        days += 1
        reached = after_working_days(reached, 1)
    return days
