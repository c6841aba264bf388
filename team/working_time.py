"""Working time of a municipality: the opening hours of its working days, by its own clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from team.working_days import is_working_day, next_working_day


@dataclass(frozen=True)
class OfficeHours:
    """When the town hall opens and closes on a working day; `closes` is later than `opens`."""

    opens: time = time(8)
    closes: time = time(15, 30)

    @property
    def day_length(self) -> timedelta:
        """How much working time one working day holds."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def after_days(self, moment: datetime, days: int) -> datetime:
        """Return when that many days of working time have passed since the moment; aware, in the municipality's zone.

        Thursday 10.00 and one day is Friday 10.00. What comes outside working time counts from the next opening, so
        what comes in the evening has until the next working day closes.
        """
        start = self._next_open(moment)
        worked = start - self._at(start.date(), self.opens)
        day = start.date()
        for _ in range(days if worked else days - 1):
            day = next_working_day(day)
        return self._at(day, self.opens) + (worked or self.day_length)

    def end_of_day(self, moment: datetime) -> datetime:
        """Return when the working day of the moment ends, the next one's when it has ended or never was."""
        return self._at(self._next_open(moment).date(), self.closes)

    def _next_open(self, moment: datetime) -> datetime:
        """Return the moment, or when the doors open next."""
        local = moment.astimezone(_zone())
        if is_working_day(local.date()) and local.time() < self.closes:
            return max(local, self._at(local.date(), self.opens))
        return self._at(next_working_day(local.date()), self.opens)

    @staticmethod
    def _at(day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=_zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
