"""Time in the simulator: milliseconds since 1970 in UTC, and the moment a reader is allowed to see."""

import time
from contextvars import ContextVar
from datetime import UTC, datetime

END_OF_TIME = 2**62

# A read that lags sees the book as it was at this moment; see the fault kind `read_lag`.
seen_until: ContextVar[int] = ContextVar("seen_until", default=END_OF_TIME)


class BadTimeError(ValueError):
    """A time that cannot be used; the message says why."""


def now_ms() -> int:
    """Milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000


def as_datetime(moment: int) -> datetime:
    """Milliseconds since 1970 as an aware datetime in UTC."""
    return datetime.fromtimestamp(moment / 1000, UTC)


def iso(moment: int) -> str:
    """Milliseconds as ISO 8601 in UTC the way Mastodon writes it: 2026-08-01T13:51:42.823Z."""
    return as_datetime(moment).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment % 1000:03d}Z"


def from_iso(text: str) -> int:
    """ISO 8601 with a time zone as milliseconds; raises BadTimeError for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as problem:
        raise BadTimeError(f"{text!r} is not a time in ISO 8601, such as 2026-11-21T09:30:00+01:00") from problem
    if moment.tzinfo is None:
        raise BadTimeError(f"{text!r} has no time zone; write for example +01:00 or Z after it")
    return round(moment.timestamp() * 1000)
