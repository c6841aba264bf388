"""Times as platforms tell them: read where they mean something, never believed where they cannot be."""

from datetime import UTC, datetime

import pytest

from inbox.channels.answers import as_time

TEN = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2026-11-21T10:00:00+0000", (TEN, "")),
        ("2026-11-21T11:00:00+01:00", (TEN, "")),
        ("2026-11-21T10:00:00", (TEN, "has no time zone, taken as UTC")),
        (1795255200, (TEN, "")),
        (1795255200000, (TEN, "")),
        ("9999-12-31T23:59:59+0000", (None, "lies in another century")),
        ("0001-01-01T00:00:00+0000", (None, "lies in another century")),
        (-1, (None, "lies in another century")),
        (10**30, (None, "cannot be read")),
        ("2026-02-30T10:00:00+0000", (None, "cannot be read")),
        ("", (None, "cannot be read")),
        (True, (None, "is no text")),
        (None, (None, "is no text")),
    ],
)
def test_a_time_is_read_or_said_to_be_none(told: object, expected: tuple[datetime | None, str]) -> None:
    assert as_time(told) == expected
