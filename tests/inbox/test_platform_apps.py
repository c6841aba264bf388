"""What the installation is set up with: the Graph API's version and its end, rights, channels that speak no more."""

from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone

from audit import moves
from inbox import connecting, publishing, workflow
from inbox.actions import channels, comments, replies
from inbox.channels.base import AuthExpiredError
from inbox.channels.graph import DEFAULT_VERSION
from inbox.models import Channel, Comment, Reply
from inbox.platform_apps import graph_version_ends
from inbox.rights import missing_rights
from inbox.workflow import CommentStatus, ReplyStatus
from socialdesk import settings as product
from tests import cast
from tests.factories import make_comment


def test_the_version_of_the_settings_is_the_connectors_own() -> None:
    assert product.GRAPH_VERSION == DEFAULT_VERSION


@pytest.mark.parametrize(
    ("version", "today", "alarm"),
    [
        ("v21.0", date(2026, 10, 1), ""),
        ("v21.0", date(2026, 11, 1), "slutter 21. januar 2027"),
        ("v21.0", date(2027, 1, 21), "sluttet 21. januar 2027"),
        ("v99.0", date(2026, 11, 21), "Vi vet ikke når"),
    ],
)
def test_the_end_of_the_graph_version_is_told_before_it_comes(
    version: str, today: date, alarm: str, settings: LazySettings
) -> None:
    settings.GRAPH_VERSION = version
    told = graph_version_ends(today).alarm
    assert alarm in told if alarm else told == ""


def test_a_wide_right_covers_the_narrow_ones_and_silence_tells_nothing() -> None:
    assert missing_rights("mastodon", ["read", "write"]) == []
    lacking = [one.scope for one in missing_rights("mastodon", ["read"])]
    assert lacking == ["write:statuses", "write:favourites", "write:media"]
    assert missing_rights("facebook", []) == []
    assert missing_rights("bluesky", ["x"]) == []


@pytest.fixture
def approved(db: None) -> Reply:
    """A reply that may be published now, on a channel that was disconnected a moment ago."""
    place = cast.meraker()
    comment = make_comment(place.post, "Takk for brøytinga!")
    comments.sort(comment, sortings=["praise"], by=place.ola)
    reply = replies.draft(comment, text="Takk, det varmer.", by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    channels.disconnect(place.channel, by=place.kari)
    return reply


def test_a_reply_of_a_disconnected_channel_waits_for_it(approved: Reply) -> None:
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert (approved.status, approved.problem) == (ReplyStatus.APPROVED, Reply.Problem.TOKEN)
    assert (approved.text, approved.attempt) == ("Takk, det varmer.", 0)
    assert Comment.objects.get(pk=approved.comment_id).status == CommentStatus.GOING_OUT
    with pytest.raises(AuthExpiredError):
        connecting.connect(approved.channel)


def test_a_reply_that_may_have_been_sent_is_never_refused_unlooked_for(approved: Reply) -> None:
    with transaction.atomic():
        moves.advance(approved, workflow.START, by=None, attempt=1, lease_until=timezone.now() - timedelta(hours=1))
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert (approved.status, approved.attempt) == (ReplyStatus.APPROVED, 1)  # the next attempt is a second: it looks


@pytest.mark.django_db
def test_a_worker_in_the_middle_of_a_pull_brings_no_token_back_to_a_disconnected_channel() -> None:
    place = cast.meraker()
    held = Channel.objects.get(pk=place.channel.pk)
    channels.disconnect(place.channel, by=place.kari)
    connecting._keep_token(held, "en-fornyet-nøkkel")
    assert Channel.objects.get(pk=held.pk).token == ""
