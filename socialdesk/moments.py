"""Times in the words people use: how long something has waited, and when it happened."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400
SOON = 0.75  # of its own time has gone


@dataclass(frozen=True)
class Deadline:
    """A deadline in words, and how pressing it is: "late", "soon" or ""."""

    words: str
    urgency: str


def deadline_words(since: datetime, until: datetime, now: datetime) -> Deadline:
    """Return «til 11.42» today, «til mandag», «til 24.11.»; when it has passed «frist 07.42» or «frist i går»."""
    local, today = timezone.localtime(until), timezone.localdate(now)
    days = (local.date() - today).days
    if until <= now:
        when = (
            clock(local) if days == 0 else _("i går") if days == -1 else formats.date_format(local, "DAY_MONTH_FORMAT")
        )
        return Deadline(_("frist %(when)s") % {"when": when} if until > since else _("nå"), "late")
    when = clock(local) if days == 0 else formats.date_format(local, "l" if days < 7 else "DAY_MONTH_FORMAT")
    soon = now - since >= SOON * (until - since)
    return Deadline(_("til %(when)s") % {"when": when}, "soon" if soon else "")


def waited_words(length: timedelta) -> str:
    """Return «nå», «52 min», «3 t 10 min» or «1 d 3 t». Clock time, rounded down; a negative length is «nå»."""
    seconds = int(length.total_seconds())
    if seconds < MINUTE:
        return _("nå")
    if seconds < HOUR:
        return _("%(minutes)d min") % {"minutes": seconds // MINUTE}
    if seconds < DAY:
        return _with_rest(seconds, HOUR, _("%d t"), MINUTE, _("%d min"))
    return _with_rest(seconds, DAY, _("%d d"), HOUR, _("%d t"))


def _with_rest(seconds: int, big: int, big_words: str, small: int, small_words: str) -> str:
    first, rest = big_words % (seconds // big), seconds % big // small
    return f"{first} {small_words % rest}" if rest else first


def when_words(moment: datetime | date, today: date | None = None) -> str:
    """Return «i dag kl. 07.42», «i går kl. 21.10», «20. november» or, in another year, «20.11.2025».

    In the time zone of the request; a plain date has no time of day. `today` is for tests.
    """
    local = timezone.localtime(moment) if isinstance(moment, datetime) and timezone.is_aware(moment) else moment
    today = today or timezone.localdate()
    day = local.date() if isinstance(local, datetime) else local
    if name := {0: _("i dag"), 1: _("i går")}.get((today - day).days):
        return _("%(day)s kl. %(time)s") % {"day": name, "time": clock(local)} if isinstance(local, datetime) else name
    if day.year != today.year:
        return day_words(day)
    return formats.date_format(day, "MONTH_DAY_FORMAT")


def full_words(moment: datetime) -> str:
    """Return the whole moment, «20.11.2026 kl. 07.42», in the time zone of the request."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return _("%(day)s kl. %(time)s") % {"day": day_words(local.date()), "time": clock(local)}


def day_words(day: date) -> str:
    """Return a date in figures: `20.11.2026`, in English `20 Nov 2026`."""
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def clock(moment: datetime) -> str:
    """Return a time of day: `07.42`, in English `07:42`."""
    return formats.time_format(moment, "TIME_FORMAT")
