"""A channel that is connected anew or disconnected keeps what it has; its keys are kept safe and taken back."""

import logging
import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from audit import log
from inbox import pulling, tasks
from inbox.models import Channel, Comment, SignIn
from tests import cast
from tests.factories import make_comment
from tests.inbox.signing_in import OAUTH, begin, choose, connect, give, lead, practice, signed_in, way_out
from tests.simulator_server import Simulator, token_of

__all__ = ["practice"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("platform", OAUTH)
def test_connecting_again_keeps_the_row_the_comments_and_the_log(platform: str, simulator: Simulator) -> None:
    _, client = lead()
    simulator.comment(simulator.post("Vi brøyter i natt.", platform=platform), "Takk for det.")
    connect(client, platform, simulator)
    channel = Channel.objects.get()
    pulling.pull(channel.pk)
    client.post(reverse("inbox:channel_disconnect", args=[channel.pk]))
    channel.refresh_from_db()
    assert (channel.token, channel.refresh_token, channel.is_active) == ("", "", False)
    Channel.objects.filter(pk=channel.pk).update(problem="token", next_pull_at=timezone.now() + timedelta(hours=1))
    begun = client.post(reverse("inbox:channel_connect", args=[channel.pk]))
    response = choose(client, give(way_out(client, begun.headers["Location"])))
    assert response.headers["Location"] == reverse("inbox:channel", args=[channel.pk])
    again = Channel.objects.get()
    assert (again.pk, again.account_id, again.problem) == (channel.pk, channel.account_id, "")
    assert again.next_pull_at is not None
    assert again.next_pull_at <= timezone.now()
    pulling.pull(again.pk)
    assert Comment.objects.exclude(status="OURS").count() == 1
    assert [event.action for event in log.history(again)] == [
        "channel.connect",
        "channel.disconnect",
        "channel.reconnect",
    ]


@pytest.mark.parametrize("platform", OAUTH)
def test_another_account_is_refused_for_a_known_channel(platform: str, simulator: Simulator) -> None:
    _, client = lead()
    connect(client, platform, simulator)
    channel = Channel.objects.get()
    begun = client.post(reverse("inbox:channel_connect", args=[channel.pk]))
    arrived = client.get(give(way_out(client, begun.headers["Location"]), usernames=("tydal",)))
    page = client.get(arrived.headers["Location"]).content.decode()
    assert "Du ga tilgang til en annen konto." in page
    number = re.search(r'name="account" value="([^"]+)"', page)
    assert number
    refused = client.post(arrived.headers["Location"], {"account": number.group(1)})
    assert refused.status_code == 422
    assert "Ingenting er endret" in refused.content.decode()
    assert Channel.objects.get().token == channel.token


def test_an_account_that_is_a_channel_already_is_not_connected_twice(simulator: Simulator) -> None:
    _, client = lead()
    connect(client, "mastodon", simulator)
    refused = connect(client, "mastodon", simulator)
    assert refused.status_code == 422
    assert "Kontoen er allerede kanalen «Meråker på mastodon»" in refused.content.decode()
    neighbour = signed_in(cast.tydal(simulator.url).kari)
    stranger = connect(neighbour, "mastodon", simulator)
    assert stranger.status_code == 422
    assert "Meråker på mastodon" not in stranger.content.decode()


def test_bluesky_is_connected_with_an_app_password_that_is_kept_nowhere(
    simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    _, client = lead()
    address, password = reverse("inbox:channel_add", args=["bluesky"]), token_of("meraker", "bluesky")
    told = {"name": "Meråker på Bluesky", "base_url": simulator.url, "handle": "meraker.test"}
    wrong = client.post(address, {**told, "password": "feil-passord"})
    assert wrong.status_code == 422
    assert "app-passordet er feil" in wrong.content.decode()
    assert "feil-passord" not in wrong.content.decode()
    with caplog.at_level(logging.DEBUG):
        assert client.post(address, {**told, "password": password}).status_code == 302
    channel = Channel.objects.get()
    assert channel.account_id.startswith("did:")
    assert password not in channel.token
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("simulator")]
    assert not [line for line in ours if password in line]
    channel_page = reverse("inbox:channel", args=[channel.pk])
    assert "Fornyes automatisk" in client.get(channel_page).content.decode()
    client.post(reverse("inbox:channel_disconnect", args=[channel.pk]))
    again = reverse("inbox:channel_connect", args=[channel.pk])
    assert client.post(again, {"password": "feil"}).status_code == 422
    assert client.post(again, {"password": password}).status_code == 302
    assert "I drift" in client.get(channel_page).content.decode()


def test_tokens_are_closed_again_with_the_newest_key(settings: LazySettings, simulator: Simulator) -> None:
    _, client = lead()
    connect(client, "youtube", simulator)
    connect(client, "mastodon", simulator)
    before = {channel.pk: (channel.token, channel.refresh_token) for channel in Channel.objects.all()}
    old, new = settings.TOKEN_KEYS, "qT3kP0m6hZ1w8yVbN4cXsR7uJ2eFgL5aD9oIiKtMxYw="
    settings.TOKEN_KEYS = [new, *old]
    call_command("rotate_token_keys")
    settings.TOKEN_KEYS = [new]
    after = {channel.pk: (channel.token, channel.refresh_token) for channel in Channel.objects.all()}
    assert after == before
    assert list(SignIn.objects.values_list("verifier", flat=True))


def test_disconnecting_tells_the_platform_where_it_can_be_told(simulator: Simulator) -> None:
    _, client = lead()
    connect(client, "mastodon", simulator)
    channel = Channel.objects.get()
    whoami = "/api/v1/accounts/verify_credentials"
    assert simulator.api("GET", whoami, token=channel.token).status_code == 200
    response = client.post(reverse("inbox:channel_disconnect", args=[channel.pk]), follow=True)
    assert "plattformen har fått beskjed" in response.content.decode()
    assert simulator.api("GET", whoami, token=channel.token).status_code == 401


def test_a_comment_of_a_disconnected_channel_can_still_be_opened(simulator: Simulator) -> None:
    place = cast.meraker(simulator.url)
    comment = make_comment(place.post)
    Channel.objects.filter(pk=place.channel.pk).update(platform="bluesky", token="")
    page = signed_in(place.ola).get(reverse("inbox:comment", args=[comment.pk]))
    assert page.status_code == 200


def test_what_nobody_chose_is_forgotten_with_its_tokens(simulator: Simulator) -> None:
    _, client = lead()
    assert client.get(give(begin(client, "facebook", simulator))).status_code == 302
    assert SignIn.objects.get().found
    tasks.forget_sign_ins()
    assert SignIn.objects.count() == 1
    SignIn.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    tasks.forget_sign_ins()
    assert not SignIn.objects.exists()


def test_a_feed_is_connected_by_its_address_only(simulator: Simulator) -> None:
    _, client = lead()
    simulator.comment(simulator.post("Vi brøyter i natt."), "Takk for det & lykke til.")
    address = reverse("inbox:channel_add", args=["rss"])
    told = {"name": "Nettstedet", "base_url": f"{simulator.url}/feed/finnes-ikke.xml"}
    assert client.post(address, told).status_code == 422
    told["base_url"] = f"{simulator.url}/feed/meraker.xml"
    assert client.post(address, told).status_code == 302
    channel = Channel.objects.get()
    pulling.pull(channel.pk)
    assert "Takk for det & lykke til." in Comment.objects.get().text
    page = client.get(reverse("inbox:channel", args=[channel.pk])).content.decode()
    assert "I drift" in page
    assert "Krever ingen tilgang" in page
    assert client.post(address, told).status_code == 422
    assert client.post(reverse("inbox:channel_connect", args=[channel.pk])).status_code == 302
    assert Channel.objects.count() == 1
