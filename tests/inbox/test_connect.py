"""Connecting new channels: every way there and back, over real HTTP to the practice platforms' sign-in pages."""

import logging
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import LazySettings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit import log
from inbox import pulling
from inbox.models import Channel, Comment, SignIn
from tests import cast
from tests.factories import make_member
from tests.inbox.signing_in import OAUTH, begin, choose, connect, give, lead, practice, signed_in, way_out
from tests.simulator_server import Simulator

__all__ = ["practice"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("platform", OAUTH)
def test_a_lead_connects_an_account_and_its_comments_come_in(platform: str, simulator: Simulator) -> None:
    _, client = lead()
    simulator.comment(simulator.post("Vi brøyter i natt.", platform=platform), "Takk for det.")
    response = connect(client, platform, simulator)
    channel = Channel.objects.get()
    assert response.headers["Location"] == reverse("inbox:channel", args=[channel.pk])
    page = client.get(response.headers["Location"]).content.decode()
    assert "I drift" in page
    assert channel.connected_at
    assert channel.connected_by is not None
    assert channel.connected_by.name == "Kari Holten"
    assert channel.account_id
    assert channel.scopes
    pulling.pull(channel.pk)
    channel.refresh_from_db()
    assert channel.problem == ""
    assert "Takk for det." in Comment.objects.exclude(status="OURS").get().text


@pytest.mark.parametrize("platform", OAUTH)
def test_no_token_stands_in_a_page_a_log_line_or_the_table(
    platform: str, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    _, client = lead()
    with caplog.at_level(logging.DEBUG):
        connect(client, platform, simulator)
        channel = Channel.objects.get()
        pages = [
            client.get(reverse(name, args=[channel.pk])).content.decode()
            for name in ("inbox:channel", "inbox:channel_register", "inbox:channel_connect")
        ]
        pulling.pull(channel.pk)
    secrets = [one for one in (channel.token, channel.refresh_token) if one]
    assert secrets
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("simulator")]
    events = [str(event.data) for event in log.history(channel)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM inbox_channel c")
        table = [row[0] for row in cursor.fetchall()]
    for place in (*pages, *ours, *events, *table):
        for secret in secrets:
            assert secret not in place


def test_the_page_token_lasts_and_the_google_token_is_renewed(simulator: Simulator) -> None:
    _, client = lead()
    connect(client, "facebook", simulator)
    connect(client, "youtube", simulator)
    facebook, youtube = Channel.objects.get(platform="facebook"), Channel.objects.get(platform="youtube")
    assert facebook.token_expires_at is not None
    assert facebook.token_expires_at > timezone.now() + timedelta(days=50)
    assert youtube.refresh_token
    first = youtube.token
    pulling.pull(youtube.pk)
    youtube.refresh_from_db()
    assert youtube.token == first
    Channel.objects.filter(pk=youtube.pk).update(token_expires_at=timezone.now() + timedelta(minutes=1))
    pulling.pull(youtube.pk)
    youtube.refresh_from_db()
    assert youtube.token != first
    assert youtube.problem == ""
    assert youtube.token_expires_at is not None
    assert youtube.token_expires_at > timezone.now() + timedelta(minutes=50)


def test_a_refused_renewal_is_a_problem_of_the_channel(simulator: Simulator) -> None:
    _, client = lead()
    connect(client, "youtube", simulator)
    channel = Channel.objects.get()
    requests.post(f"{simulator.url}/google/revoke", data={"token": channel.refresh_token}, timeout=30)
    Channel.objects.filter(pk=channel.pk).update(token_expires_at=timezone.now())
    pulling.pull(channel.pk)
    channel.refresh_from_db()
    assert channel.problem == Channel.Problem.TOKEN
    assert channel.problem_since
    page = client.get(reverse("inbox:channel", args=[channel.pk])).content.decode()
    assert "Koble til på nytt" in page


@pytest.mark.parametrize("platform", OAUTH)
def test_a_person_who_says_no_is_told_that_nothing_happened(platform: str, simulator: Simulator) -> None:
    _, client = lead()
    response = client.get(give(begin(client, platform, simulator), answer="deny"))
    assert response.status_code == 400
    assert "Du ga ikke tilgang. Ingenting er endret." in response.content.decode()
    assert not Channel.objects.exists()


@pytest.mark.parametrize("platform", OAUTH)
def test_a_code_that_came_too_late_is_refused_with_what_to_do(platform: str, simulator: Simulator) -> None:
    _, client = lead()
    response = client.get(give(begin(client, platform, simulator), late="yes"))
    assert response.status_code == 400
    assert "Begynn på nytt" in response.content.decode()
    assert "Koden kan være for gammel" in response.content.decode()
    assert not Channel.objects.exists()


def test_a_state_works_once_for_the_one_who_began_on_its_platform_for_ten_minutes(simulator: Simulator) -> None:
    place, client = lead()
    back = give(begin(client, "mastodon", simulator))
    wrong = back.replace("/mastodon/", "/youtube/")
    assert client.get(wrong).status_code == 400
    other = signed_in(make_member(place.municipality, "Guri Leder", "lead"))
    neighbour = signed_in(cast.tydal().kari)
    for stranger in (other, neighbour):
        assert stranger.get(back).status_code == 400
    assert client.get(re.sub(r"state=[^&]+", "state=feil", back)).status_code == 400
    assert client.get(re.sub(r"&?state=[^&]+", "", back)).status_code == 400
    assert client.get(back).status_code == 302
    again = client.get(back)
    assert again.status_code == 400
    assert "hører ikke til en pålogging som er åpen" in again.content.decode()
    late = give(begin(client, "mastodon", simulator))
    SignIn.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert client.get(late).status_code == 400


def test_a_member_cannot_take_up_the_leads_sign_in(simulator: Simulator) -> None:
    place, client = lead()
    back = give(begin(client, "youtube", simulator))
    assert signed_in(place.ola).get(back).status_code == 403
    one = SignIn.objects.get()
    other = signed_in(make_member(place.municipality, "Guri Leder", "lead"))
    assert other.get(reverse("inbox:sign_in", args=[one.pk])).status_code == 404


@pytest.mark.parametrize("platform", ["youtube", "mastodon"])
def test_a_stolen_code_is_of_no_use_without_the_verifier(platform: str, simulator: Simulator) -> None:
    _, client = lead()
    address = begin(client, platform, simulator)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    back = give(address)
    SignIn.objects.update(verifier="et-annet-ord-" * 4)
    one = SignIn.objects.get()
    one.verifier = "et-annet-ord-" * 4
    one.save()
    assert client.get(back).status_code == 400
    assert not Channel.objects.exists()


def test_a_missing_right_is_named_and_the_channel_does_not_count_as_connected(simulator: Simulator) -> None:
    _, client = lead()
    arrived = client.get(give(begin(client, "facebook", simulator), without=["pages_manage_engagement"]))
    page = client.get(arrived.headers["Location"]).content.decode()
    words = "Vi får ikke lov til å svare på kommentarer"
    assert words in page
    assert "(pages_manage_engagement)" in page
    number = re.search(r'name="account" value="([^"]+)"', page)
    assert number
    client.post(arrived.headers["Location"], {"account": number.group(1)})
    channel = Channel.objects.get()
    assert channel.connected_at is None
    page = client.get(reverse("inbox:channel", args=[channel.pk])).content.decode()
    assert words in page
    assert "Ikke helt tilkoblet" in page
    assert "I drift" not in page
    assert "https://www.facebook.com/settings" in page


def test_the_person_picks_among_several_pages(simulator: Simulator) -> None:
    _, client = lead()
    arrived = client.get(give(begin(client, "facebook", simulator), usernames=("meraker", "tydal")))
    page = client.get(arrived.headers["Location"]).content.decode()
    found = re.findall(r'name="account" value="([^"]+)"', page)
    assert len(found) == 2
    assert client.post(arrived.headers["Location"], {"account": "999"}).status_code == 422
    client.post(arrived.headers["Location"], {"account": found[1]})
    assert Channel.objects.get().name == "Meråker på facebook"
    assert SignIn.objects.get().found == ""
    assert client.post(arrived.headers["Location"], {"account": found[0]}).status_code == 400


def test_a_platform_without_an_app_says_what_the_administrator_must_set(settings: LazySettings) -> None:
    _, client = lead()
    settings.META_APP_SECRET = ""
    page = client.get(reverse("inbox:channel_add", args=["facebook"])).content.decode()
    assert "META_APP_SECRET" in page
    assert "META_APP_ID" not in page
    assert "http://testserver/kanaler/tilbake/facebook/" in page
    assert "Ikke satt opp" in client.get(reverse("inbox:channel_new")).content.decode()
    told = {"name": "Meråker på Facebook"}
    assert client.post(reverse("inbox:channel_add", args=["facebook"]), told).status_code == 200
    assert not SignIn.objects.exists()


def test_a_server_that_does_not_answer_is_told_and_nothing_is_begun(simulator: Simulator) -> None:
    _, client = lead()
    told = {"name": "Meråker", "base_url": "http://127.0.0.1:9"}
    response = client.post(reverse("inbox:channel_add", args=["mastodon"]), told)
    assert response.status_code == 422
    assert "svarer ikke akkurat nå" in response.content.decode()
    told["base_url"] = "http://social.example"
    assert (
        "begynner med https://" in client.post(reverse("inbox:channel_add", args=["mastodon"]), told).content.decode()
    )


def test_our_app_is_registered_once_at_each_server(simulator: Simulator) -> None:
    _, client = lead()
    simulator.fault("delay", path="/api/v1/apps", seconds=0)
    begin(client, "mastodon", simulator)
    begin(client, "mastodon", simulator)
    assert simulator.faults()[0]["hits"] == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM inbox_serverapp")
        assert cursor.fetchone()[0] != "ovelse"
    simulator.clear_faults()


def test_where_the_guideline_speaks_of_one_account_a_second_needs_a_tick(simulator: Simulator) -> None:
    place, client = lead()
    clause = "Leder er ansvarlig for driften av den offisielle kontoen."
    policy = {"one_account_only": "on", "one_account_clause": clause}
    assert client.post(reverse("inbox:one_account"), {**policy, "one_account_clause": ""}).status_code == 422
    assert client.post(reverse("inbox:one_account"), policy).status_code == 302
    assert {event.data["field"] for event in log.history(place.municipality)} == set(policy)
    connect(client, "mastodon", simulator)
    address = reverse("inbox:channel_add", args=["youtube"])
    page = client.get(address).content.decode()
    assert clause in page
    told = {"name": "Meråker på YouTube"}
    refused = client.post(address, told)
    assert refused.status_code == 422
    assert "Kryss av for at du vet hva retningslinjene sier." in refused.content.decode()
    begun = client.post(address, {**told, "knowingly": "on"})
    choose(client, give(way_out(client, begun.headers["Location"])))
    second = Channel.objects.get(platform="youtube")
    assert log.history(second).get().data["beyond_one_account"] is True
