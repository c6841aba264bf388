"""Gives the connector that speaks for a channel, with what the channel keeps for it."""

from functools import partial

from inbox.channels import connector_for
from inbox.channels.base import Connector
from inbox.models import Channel
from inbox.quota import youtube_quota


def connect(channel: Channel) -> Connector:
    """Return the connector that speaks for this channel; a token it renews itself is stored on the channel.

    Opens no connection. Raises what the connector says of the address and the token (RejectedError,
    AuthExpiredError).
    """
    return connector_for(
        channel.platform,
        base_url=channel.base_url,
        token=channel.token,
        account_id=channel.account_id or None,
        keep_token=partial(_keep_token, channel),
        quota=youtube_quota() if channel.platform == Channel.Platform.YOUTUBE else None,
    )


def _keep_token(channel: Channel, token: str) -> None:
    """Store a renewed token at once: the old one is of no use any more."""
    channel.token = token
    channel.save(update_fields=["token"])
