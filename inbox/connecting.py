"""Gives the connector that speaks for a channel, with what the channel keeps for it."""

import logging
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from inbox.channels import connector_for, oauth_google
from inbox.channels.base import AuthExpiredError, Connector
from inbox.models import Channel
from inbox.models.channel import WITHOUT_ACCOUNT
from inbox.platform_apps import app_for, missing_settings
from inbox.quota import youtube_quota

log = logging.getLogger(__name__)
RENEW_BEFORE = timedelta(minutes=5)  # longer than a pull, so that no call is made with a token that just ended


def connect(channel: Channel) -> Connector:
    """Return the connector that speaks for this channel, with a token that holds for the next minutes.

    Makes one call when the access token is about to end (Google): never inside a transaction. Raises AuthExpiredError
    when it cannot be renewed; TransientError when Google could not be asked; and what the
    connector says of the address and the token.
    """
    if not channel.token and channel.platform not in WITHOUT_ACCOUNT:
        raise AuthExpiredError(channel.platform, message="the channel is not connected")
    if _ends_soon(channel):
        _renew(channel)
    return connector_for(
        channel.platform,
        base_url=channel.base_url,
        token=channel.token,
        account_id=channel.account_id or None,
        keep_token=partial(_keep_token, channel),
        graph_version=settings.GRAPH_VERSION,
        quota=youtube_quota() if channel.platform == Channel.Platform.YOUTUBE else None,
    )


def _ends_soon(channel: Channel) -> bool:
    ends_at = channel.token_expires_at
    return bool(channel.refresh_token and ends_at and ends_at - timezone.now() < RENEW_BEFORE)


def _renew(channel: Channel) -> None:
    """Get a new access token. Two workers may do it at once: Google lets both tokens live."""
    if missing := missing_settings(channel.platform):
        raise AuthExpiredError(channel.platform, message=f"{', '.join(missing)} not set: no token can be renewed")
    grant = oauth_google.renewed(settings.GOOGLE_TOKEN_URL, app_for(channel.platform), channel.refresh_token)
    channel.token, channel.token_expires_at = grant.token, grant.expires_at
    _still_connected(channel).update(token=grant.token, token_expires_at=grant.expires_at)
    log.info("Channel %s: the access token is renewed", channel.pk)


def _keep_token(channel: Channel, token: str) -> None:
    """Store a renewed token at once: the old one is of no use any more."""
    channel.token = token
    _still_connected(channel).update(token=token)


def _still_connected(channel: Channel) -> QuerySet[Channel]:
    """The channel's row, unless a lead disconnected it: a worker in the middle of a pull brings no token back."""
    return Channel.objects.filter(pk=channel.pk).exclude(token="")
