"""Norwegian clock and calendar: aware datetimes in, Europe/Oslo text and dates out."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


class NaiveTimeError(ValueError):
    """A time without a zone: nobody can say which instant it names."""


def is_aware(moment: datetime) -> bool:
    return moment.tzinfo is not None and moment.utcoffset() is not None


def in_oslo(moment: datetime) -> datetime:
    """The same instant on an Oslo clock. Raises NaiveTimeError for a time without a zone."""
    if not is_aware(moment):
        raise NaiveTimeError(f"Tidspunktet {moment.isoformat()} mangler tidssone.")
    return moment.astimezone(OSLO)


def oslo_date(moment: datetime) -> date:
    """The Oslo calendar day of an instant: 23.30 UTC is already tomorrow here."""
    return in_oslo(moment).date()


def clock_text(moment: datetime) -> str:
    """«20.11.2026 kl. 07.42»; never through the locale of the machine."""
    return in_oslo(moment).strftime("%d.%m.%Y kl. %H.%M")


def day_text(day: date) -> str:
    """«20.11.2026»."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"
