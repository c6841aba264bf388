"""Words, times and whole reads that the tests of the Mastodon connector share."""

from datetime import UTC, datetime

from inbox.channels.base import (
    Connector,
    Item,
    ParentRef,
)

SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)  # an hour before the made statuses


def ids(items: list[Item]) -> list[str]:
    return [item.external_id for item in items]


def parent_of(connector: Connector, comment: str) -> ParentRef:
    (found,) = connector.refresh([comment]).values()
    assert isinstance(found, Item)
    return ParentRef.of(found)
