"""The address a person copies on the platform's own page is enough to say that an unclear reply stands there."""

import re

import pytest
import requests
from django.test import Client
from django.urls import reverse

from inbox import publishing, pulling
from inbox.actions import comments, replies
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests.factories import make_member
from tests.inbox.every_platform import PLATFORMS, open_channel
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


def copied(simulator: Simulator, platform: str, post: str) -> dict[str, str]:
    """The address of each comment on the citizens' page, by the comment's text."""
    folder = "" if platform == "mastodon" else f"/{platform}"
    page = requests.get(f"{simulator.url}{folder}/@meraker/{post}", timeout=30).text
    found = re.findall(r'<a href="([^"]+)"><time.*?<div class="text">(.*?)</div>', page, re.DOTALL)
    return {re.sub("<[^>]+>", "", text).split()[-1]: simulator.url + way.replace("&amp;", "&") for way, text in found}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_lead_pastes_what_the_page_shows_and_the_reply_is_published(platform: str, simulator: Simulator) -> None:
    channel = open_channel(simulator, platform)
    ola, kari = (make_member(channel.municipality, name, role) for name, role in (("Ola", "member"), ("Kari", "lead")))
    post = simulator.post(platform=platform)
    simulator.comment(post, "Takk!")
    pulling.pull(channel.pk)
    comment = Comment.objects.get()
    comments.sort(comment, sortings=["praise"], by=ola)
    reply = replies.draft(comment, text="Bilen kommer.", by=ola)
    replies.submit(reply, by=ola)
    replies.approve(reply, by=kari)
    publishing.publish(reply.pk)
    assert Reply.objects.get().status == ReplyStatus.PUBLISHED
    # As after three unclear answers: it stands there, and we do not know it.
    Reply.objects.update(status=ReplyStatus.UNCLEAR, external_id="", permalink="", published_at=None, attempt=3)
    Comment.objects.update(status=CommentStatus.GOING_OUT)
    addresses = copied(simulator, platform, post)
    client = Client()
    client.force_login(kari.user)
    told = {"permalink": addresses["Takk!"], "version": Reply.objects.get().version}
    client.post(reverse("inbox:settle_found", args=[comment.pk]), told)
    assert Reply.objects.get().status == ReplyStatus.UNCLEAR, "the citizen's own comment is not our reply"
    client.post(reverse("inbox:settle_found", args=[comment.pk]), told | {"permalink": addresses["kommer."]})
    settled = Reply.objects.get()
    assert settled.status == ReplyStatus.PUBLISHED
    assert settled.external_id
    there = requests.get(addresses["kommer."], timeout=30)
    assert there.status_code == 200
    assert "Bilen kommer." in there.text
    if platform != "instagram":  # the API knows only the post's page
        assert requests.get(settled.permalink, timeout=30).status_code == 200
