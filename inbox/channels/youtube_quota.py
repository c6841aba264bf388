"""What calls to YouTube cost: 10,000 units a day, until midnight in California. No answer tells how many are left."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

UNITS_A_DAY = 10_000
READ, WRITE = 1, 50
KEPT_FOR_WRITING = 10 * WRITE
PACIFIC = ZoneInfo("America/Los_Angeles")


def now_in_utc() -> datetime:
    """The time."""
    return datetime.now(UTC)


def seconds_to_midnight(now: datetime) -> float:
    """Return the seconds until the quota is new: the next midnight Pacific time, 1 second to 25 hours away."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), PACIFIC)
    return max((midnight.astimezone(UTC) - now.astimezone(UTC)).total_seconds(), 1.0)


class QuotaStore(Protocol):
    """Where all processes that share a project count together."""

    def add(self, day: date, units: int) -> int:
        """Count units on a day (in California) and return what has been spent on it."""

    def spent_on(self, day: date) -> int:
        """What has been spent on a day."""

    def raise_to(self, day: date, units: int) -> int:
        """Let a day's sum be at least so much, and return it."""


class OwnStore:
    """Counts in this process alone; safe for threads."""

    def __init__(self, day: date, spent: int = 0) -> None:
        self._lock = threading.Lock()
        self._day, self._spent = day, spent

    def add(self, day: date, units: int) -> int:
        """See QuotaStore."""
        with self._lock:
            self._turn_over(day)
            self._spent += units
            return self._spent

    def spent_on(self, day: date) -> int:
        """See QuotaStore."""
        return self.add(day, 0)

    def raise_to(self, day: date, units: int) -> int:
        """See QuotaStore."""
        return self.add(day, max(units - self.spent_on(day), 0))

    def _turn_over(self, day: date) -> None:
        if self._day != day:
            self._day, self._spent = day, 0


class DailyQuota:
    """Counts what calls cost today. Share one between all connectors of the same Google project; safe for threads."""

    def __init__(
        self,
        units_a_day: int = UNITS_A_DAY,
        spent: int = 0,
        now: Callable[[], datetime] = now_in_utc,
        store: QuotaStore | None = None,
    ) -> None:
        """Take the project's units a day, what was spent of them today, and where others count too."""
        self.units_a_day = units_a_day
        self._now = now
        self._store = store or OwnStore(self._today(), spent)

    def spend(self, units: int) -> None:
        """Count a call. It counts when it is sent: YouTube takes units for refused calls too."""
        self._store.add(self._today(), units)

    def use_up(self) -> None:
        """Remember that YouTube says there is nothing left today."""
        self._store.raise_to(self._today(), self.units_a_day)

    @property
    def spent(self) -> int:
        """Units counted since midnight Pacific time."""
        return self._store.spent_on(self._today())

    @property
    def left(self) -> int:
        """Units left until midnight Pacific time, as far as we have counted; never less than 0."""
        return max(self.units_a_day - self.spent, 0)

    @property
    def seconds_to_midnight(self) -> float:
        """Seconds until the count begins anew."""
        return seconds_to_midnight(self._now())

    @property
    def rest(self) -> float:
        """How long reading should rest (0: not at all): the last 500 units of a day are kept for ten replies."""
        return self.seconds_to_midnight if self.left < KEPT_FOR_WRITING else 0.0

    def _today(self) -> date:
        return self._now().astimezone(PACIFIC).date()
