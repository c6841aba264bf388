"""Connectors: one file per platform, plain values in and out (`base`), every call through `http`."""

from collections.abc import Callable
from functools import partial

from inbox.channels.base import Connector
from inbox.channels.bluesky import BlueskyConnector
from inbox.channels.facebook import FacebookConnector
from inbox.channels.graph import DEFAULT_VERSION
from inbox.channels.instagram import InstagramConnector
from inbox.channels.mastodon import MastodonConnector
from inbox.channels.practice import PracticeConnector
from inbox.channels.rss import FeedConnector
from inbox.channels.youtube import YoutubeConnector
from inbox.channels.youtube_quota import DailyQuota

CONNECTORS: dict[str, Callable[[str, str, str | None], Connector]] = {
    "facebook": FacebookConnector,
    "instagram": InstagramConnector,
    "bluesky": BlueskyConnector,
    "mastodon": MastodonConnector,
    "practice": PracticeConnector,
    "rss": FeedConnector,
    "youtube": YoutubeConnector,
}


class UnknownPlatformError(LookupError):
    """There is no connector for this platform."""


def connector_for(
    platform: str,
    base_url: str,
    token: str,
    account_id: str | None = None,
    *,
    keep_token: Callable[[str], None] | None = None,
    graph_version: str = DEFAULT_VERSION,
    quota: DailyQuota | None = None,
) -> Connector:
    """Return the connector that speaks for an account on a platform; it opens no connection before it is asked to.

    `keep_token` is called with a token that the connector renewed itself (Bluesky): who does not store it loses it.
    `graph_version` is the version of Meta's Graph API that Facebook and Instagram are spoken to with, `quota` what
    calls to YouTube are counted on.
    Raises UnknownPlatformError for a platform without a connector, and what the connector says of the address and the
    token (RejectedError, AuthExpiredError).
    """
    if platform not in CONNECTORS:
        raise UnknownPlatformError(f"no connector for {platform!r}; there are {', '.join(sorted(CONNECTORS))}")
    build = CONNECTORS[platform]
    if platform == "bluesky" and keep_token:
        build = partial(BlueskyConnector, keep_token=keep_token)
    if platform == "facebook":
        build = partial(FacebookConnector, version=graph_version)
    if platform == "instagram":
        build = partial(InstagramConnector, version=graph_version)
    if platform == "youtube" and quota:
        build = partial(YoutubeConnector, quota=quota)
    return build(base_url, token, account_id)
