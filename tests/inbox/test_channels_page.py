"""The page of channels: what is wrong, what to do and who can, and what cannot be known."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inbox import channel_state, health, intake
from inbox.channels.base import AuthExpiredError, RateLimitedError, Unreadable
from inbox.models import Channel
from inbox.rights import missing_rights
from tests import cast
from tests.factories import make_channel, make_item, make_member, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def kari(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.kari.user)
    return client


def page(client: Client) -> str:
    return client.get(reverse("inbox:channels")).content.decode()


def change(channel: Channel, **fields: Any) -> None:
    Channel.objects.filter(pk=channel.pk).update(**fields)


def written(place: cast.Cast, *hours_ago: float) -> None:
    now = timezone.now()
    items = [make_item(place.post, created_at=now - timedelta(hours=hours)) for hours in hours_ago]
    intake.receive(place.channel, make_page(*items), raw_page=None)


def test_a_channel_that_is_well_says_so_and_when_it_was_read(place: cast.Cast, kari: Client) -> None:
    channel_state.note_well(place.channel.pk, 0)
    shown = page(kari)
    assert "I drift" in shown
    assert "Utløper ikke" in shown


def test_a_stopped_channel_says_what_to_do_and_who_can(place: cast.Cast, kari: Client) -> None:
    for _ in range(2):
        channel_state.note_problem(place.channel.pk, AuthExpiredError())
    shown = page(kari)
    assert "Frakoblet" in shown
    assert "Koble til på nytt med kommunens konto" in shown
    assert "En leder kan gjøre dette" in shown
    assert shown.count("Meråker kommune på Mastodon er stanset.") == 1, "the frame does not repeat it here"


def test_recovery_is_shown_with_its_time(place: cast.Cast, kari: Client) -> None:
    for _ in range(2):
        channel_state.note_problem(place.channel.pk, AuthExpiredError())
    channel_state.note_well(place.channel.pk, 0)
    assert "I drift igjen siden" in page(kari)


@pytest.mark.parametrize(("days", "warned"), [(13, True), (15, False)])
def test_an_access_that_ends_is_warned_of_two_weeks_before(
    place: cast.Cast, kari: Client, days: int, warned: bool
) -> None:
    change(place.channel, token_expires_at=timezone.now() + timedelta(days=days))
    assert ("Tilgangen går ut" in page(kari)) is warned


def test_an_access_that_renews_itself_is_not_warned_of(place: cast.Cast, kari: Client) -> None:
    place.channel.platform, place.channel.refresh_token = "youtube", "fornyes"
    place.channel.token_expires_at = timezone.now() + timedelta(minutes=40)
    place.channel.save()
    assert "Tilgangen går ut" not in page(kari)
    assert "Fornyes automatisk" in page(kari)


def test_missing_permissions_are_named(place: cast.Cast, kari: Client) -> None:
    change(place.channel, scopes=["read", "write:favourites"])
    shown = page(kari)
    assert "Vi får ikke lov til å svare på kommentarer (write:statuses)." in shown
    assert "read:statuses" not in shown


@pytest.mark.parametrize(
    ("platform", "scopes", "names"),
    [
        ("mastodon", [], []),
        ("mastodon", ["read", "write"], []),
        ("facebook", ["pages_show_list", "pages_read_engagement", "pages_read_user_content"],
         ["pages_manage_engagement", "pages_manage_metadata"]),
        ("instagram", ["instagram_business_basic", "instagram_business_manage_comments"], []),
        ("youtube", ["https://www.googleapis.com/auth/youtube.readonly"],
         ["https://www.googleapis.com/auth/youtube.force-ssl"]),
        ("bluesky", ["atproto"], []),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_by_the_platforms_own_names(platform: str, scopes: list[str], names: list[str]) -> None:
    assert [one.scope for one in missing_rights(platform, scopes)] == names


def test_a_used_up_quota_says_when_it_is_new(place: cast.Cast, kari: Client) -> None:
    change(place.channel, platform="youtube")
    channel_state.note_problem(place.channel.pk, RateLimitedError(retry_after=20_000.0))
    shown = page(kari)
    assert "Venter på kvote" in shown
    assert "Kvote: 0 av 10" in shown


def test_a_short_wait_is_no_used_up_quota(place: cast.Cast, kari: Client) -> None:
    change(place.channel, platform="youtube")
    channel_state.note_problem(place.channel.pk, RateLimitedError(retry_after=120.0))
    shown = page(kari)
    assert "Venter på kvote" not in shown
    assert "Plattformen ber oss vente" in shown


def test_a_channel_nobody_pulls_is_not_called_well(place: cast.Cast, kari: Client) -> None:
    change(place.channel, pulled_at=timezone.now(), next_pull_at=timezone.now() - timedelta(hours=2))
    shown = page(kari)
    assert "Leses ikke" in shown
    assert "Systemansvarlig kan gjøre dette" in shown


def test_an_unusual_silence_is_told_as_doubt(place: cast.Cast, kari: Client) -> None:
    written(place, *[100 + 3 * number for number in range(25)])
    shown = page(kari)
    assert "Uvanlig stille: ingen kommentar på 4 dager" in shown
    assert "vi kan ikke vite det" in shown


def test_a_channel_that_is_often_silent_is_let_be(place: cast.Cast, kari: Client) -> None:
    written(place, *[100 + 90 * number for number in range(25)])
    assert "Uvanlig stille" not in page(kari)


def test_too_few_comments_tell_nothing_of_silence(place: cast.Cast, kari: Client) -> None:
    written(place, 900, 901, 902)
    assert "Uvanlig stille" not in page(kari)


def test_our_own_words_are_not_the_publics(place: cast.Cast) -> None:
    ours = make_item(place.post, own=True, created_at=timezone.now())
    intake.receive(place.channel, make_page(ours), raw_page=None)
    (one,) = health.health_of(place.municipality.pk)
    assert one.latest_comment_at is None


def test_what_was_not_read_is_counted(place: cast.Cast, kari: Client) -> None:
    pieces = tuple(Unreadable(b"%d" % number, "a status without a usable id") for number in range(3))
    intake.receive(place.channel, make_page(unreadable=pieces), raw_page=None)
    assert "3 ting er ikke lest inn." in page(kari)


def test_the_version_of_a_platform_is_warned_of_before_it_ends(place: cast.Cast) -> None:
    change(place.channel, platform="facebook")
    (today,) = health.health_of(place.municipality.pk)
    assert today.version_ends is not None
    assert not today.version_ends_soon
    near = timezone.make_aware(datetime.combine(today.version_ends, time()))
    (later,) = health.health_of(place.municipality.pk, now=near - timedelta(days=80))
    assert later.version_ends_soon


def test_what_nobody_sees_is_listed_by_platform(place: cast.Cast, kari: Client) -> None:
    assert "Grupper" not in page(kari)
    assert "Direktemeldinger" in page(kari)
    make_channel(place.municipality, handle="side")
    Channel.objects.filter(handle="side").update(platform="facebook")
    shown = page(kari)
    for word in ("Grupper", "Delinger", "Annonser", "Direktemeldinger"):
        assert word in shown


def test_a_municipality_without_channels_is_told_how_to_begin(place: cast.Cast, kari: Client) -> None:
    change(place.channel, municipality=cast.tydal().municipality)
    assert "Ingen kanaler er koblet til" in page(kari)


def test_a_disconnected_channel_is_no_alarm(place: cast.Cast, kari: Client) -> None:
    for _ in range(2):
        channel_state.note_problem(place.channel.pk, AuthExpiredError())
    change(place.channel, is_active=False)
    shown = page(kari)
    assert "Koblet fra" in shown
    assert "stanset" not in shown
    assert health.stopped_channels(place.municipality.pk) == []


def test_the_system_administrator_sees_the_channels_and_no_replies(place: cast.Cast) -> None:
    client = Client()
    client.force_login(make_member(place.municipality, "Sigrid System", "sysadmin").user)
    shown = page(client)
    assert "Meråker kommune på Mastodon" in shown
    assert reverse("inbox:not_in") not in shown


def test_the_token_never_stands_on_the_page(place: cast.Cast, kari: Client) -> None:
    assert place.channel.token not in page(kari)


def test_ten_channels_cost_no_more_queries_than_one(place: cast.Cast, kari: Client) -> None:
    page(kari)
    with CaptureQueriesContext(connection) as one:
        page(kari)
    for number in range(9):
        make_channel(place.municipality, handle=f"konto{number}")
    with CaptureQueriesContext(connection) as ten:
        page(kari)
    assert len(ten) <= len(one) <= 14


def test_the_list_leads_to_each_channel_and_a_lead_to_a_new_one(place: cast.Cast, kari: Client) -> None:
    shown = page(kari)
    assert reverse("inbox:channel", args=[place.channel.pk]) in shown
    assert reverse("inbox:channel_new") in shown
