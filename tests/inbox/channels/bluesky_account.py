"""Words, times and whole reads that the tests of the Bluesky connector share."""

from inbox.channels.base import (
    Item,
    ParentRef,
)
from inbox.channels.bluesky import BlueskyConnector

REFRESH = "/xrpc/com.atproto.server.refreshSession"


def texts(items: list[Item]) -> list[str]:
    return [item.text for item in items]


def one_comment(meraker: BlueskyConnector) -> ParentRef:
    (item,) = meraker.pull("").items
    return ParentRef.of(item)
