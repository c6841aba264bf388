"""The day's budget of calls: one for the whole installation, counted in the database by every process."""

from datetime import date
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from inbox.channels.youtube_quota import DailyQuota
from inbox.models import Channel, QuotaDay

PROJECT = "youtube"
_ADD = """
    INSERT INTO inbox_quotaday (project, day, spent) VALUES (%s, %s, %s)
    ON CONFLICT (project, day) DO UPDATE SET spent = inbox_quotaday.spent + EXCLUDED.spent RETURNING spent
"""


class DatabaseStore:
    """Counts units in PostgreSQL: one statement each, so that no process loses what another spent meanwhile."""

    def __init__(self, project: str) -> None:
        """Take the name of the project whose budget it is."""
        self._project = project

    def add(self, day: date, units: int) -> int:
        """Count units on a day and return what has been spent on it."""
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [self._project, day, units])
            return int(cursor.fetchone()[0])

    def spent_on(self, day: date) -> int:
        """Return what has been spent on a day."""
        found = QuotaDay.objects.filter(project=self._project, day=day).values_list("spent", flat=True).first()
        return found or 0

    def raise_to(self, day: date, units: int) -> int:
        """Let the day's sum be at least so much: the platform says that it is used up."""
        self.add(day, 0)
        QuotaDay.objects.filter(project=self._project, day=day).update(spent=Greatest(F("spent"), units))
        return self.spent_on(day)


@cache
def youtube_quota() -> DailyQuota:
    """Return the budget that all YouTube channels of this installation share."""
    return DailyQuota(settings.YOUTUBE_UNITS_A_DAY, store=DatabaseStore(PROJECT))


def quota_left(channel: Channel) -> tuple[int, int] | None:
    """Return (units left today, units a day) for a channel whose calls are counted, else None. One query."""
    if channel.platform != Channel.Platform.YOUTUBE:
        return None
    quota = youtube_quota()
    return quota.left, quota.units_a_day
