"""Connectors: one file per platform, plain values in and out (`base`), every call through `http`."""

from collections.abc import Callable

from inbox.channels.base import Connector
from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.facebook import FacebookConnector
from inbox.channels.instagram import InstagramConnector
from inbox.channels.mastodon import MastodonConnector
from inbox.channels.rss import FeedConnector
from inbox.channels.youtube import YoutubeConnector

CONNECTORS: dict[str, Callable[[str, str, str | None], Connector]] = {
    "facebook": FacebookConnector,
    "instagram": InstagramConnector,
    "bluesky": BlueskyConnector,
    "mastodon": MastodonConnector,
    "rss": FeedConnector,
    "youtube": YoutubeConnector,
}


class UnknownPlatformError(LookupError):
    """There is no connector for this platform."""


def connector_for(platform: str, base_url: str, token: str, account_id: str | None = None) -> Connector:
    """Return the connector that speaks for an account on a platform; it opens no connection before it is asked to.

    Raises UnknownPlatformError for a platform without a connector, and what the connector says of the address and the
    token (RejectedError, AuthExpiredError).
    """
    if platform not in CONNECTORS:
        raise UnknownPlatformError(f"no connector for {platform!r}; there are {', '.join(sorted(CONNECTORS))}")
    return CONNECTORS[platform](base_url, token, account_id)
