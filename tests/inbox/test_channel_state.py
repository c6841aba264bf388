"""A channel that stops is told of once, and so is its recovery; a hiccup is told of to nobody."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from inbox import channel_state, health, pulling
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    PermissionMissingError,
    ProtocolError,
    RateLimitedError,
    TransientError,
)
from inbox.models import Channel, RawPage
from notices.models import Notice
from tests import cast
from tests.factories import make_member
from tests.simulator_server import Simulator


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def fail(channel: Channel, error: ChannelError, times: int = 1) -> Channel:
    for _ in range(times):
        channel_state.note_problem(channel.pk, error)
    channel.refresh_from_db()
    return channel


def ill_for(channel: Channel, length: timedelta) -> None:
    Channel.objects.filter(pk=channel.pk).update(problem_since=timezone.now() - length)


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("to", flat=True))


@pytest.mark.django_db
class TestAStop:
    def test_one_refused_token_is_a_hiccup_and_two_are_a_stop(self, place: cast.Cast) -> None:
        assert fail(place.channel, AuthExpiredError()).stopped_at is None
        assert Notice.objects.count() == 0
        channel = fail(place.channel, AuthExpiredError())
        assert channel.stopped_at is not None
        assert told("channel.stop") == [place.kari.user.email]

    def test_a_platform_that_is_away_is_waited_for_a_quarter_of_an_hour(self, place: cast.Cast) -> None:
        assert fail(place.channel, TransientError(), times=6).stopped_at is None
        ill_for(place.channel, timedelta(minutes=16))
        assert fail(place.channel, TransientError()).stopped_at is not None

    def test_a_long_time_alone_is_no_stop_where_pulls_are_rare(self, place: cast.Cast) -> None:
        fail(place.channel, TransientError())
        ill_for(place.channel, timedelta(hours=3))
        assert fail(place.channel, TransientError()).stopped_at is None
        assert fail(place.channel, TransientError()).stopped_at is not None

    def test_being_asked_to_wait_until_tomorrow_is_no_stop(self, place: cast.Cast) -> None:
        fail(place.channel, RateLimitedError(retry_after=80_000.0), times=4)
        ill_for(place.channel, timedelta(hours=20))
        assert fail(place.channel, RateLimitedError(retry_after=3600.0)).stopped_at is None

    def test_every_lead_is_told_once_however_often_the_channel_fails(self, place: cast.Cast) -> None:
        liv = make_member(place.municipality, "Liv Leder", "lead")
        make_member(place.municipality, "Gunn Ferdig", "lead", ends_on="2020-01-01")
        fail(place.channel, AuthExpiredError(), times=5)
        assert told("channel.stop") == sorted([place.kari.user.email, liv.user.email])
        (event,) = log.history(place.channel)
        assert (event.action, event.data["problem"]) == ("channel.stop", "token")

    def test_the_mail_says_what_is_wrong_and_where_to_go(self, place: cast.Cast) -> None:
        fail(place.channel, PermissionMissingError(), times=2)
        mail = Notice.objects.get()
        assert mail.subject == "Meråker kommune på Mastodon er stanset"
        assert "mangler en rettighet" in mail.body
        assert reverse("inbox:channels") in mail.body

    def test_recovery_is_told_once_and_shown(self, place: cast.Cast) -> None:
        fail(place.channel, AuthExpiredError(), times=2)
        for _ in range(3):
            channel_state.note_well(place.channel.pk, 0)
        place.channel.refresh_from_db()
        assert place.channel.stopped_at is None
        assert place.channel.recovered_at is not None
        assert told("channel.recover") == [place.kari.user.email]
        assert [event.action for event in log.history(place.channel)] == ["channel.stop", "channel.recover"]

    def test_a_hiccup_that_passes_is_told_to_nobody(self, place: cast.Cast) -> None:
        fail(place.channel, AuthExpiredError())
        channel_state.note_well(place.channel.pk, 0)
        assert Notice.objects.count() == 0
        assert log.history(place.channel).count() == 0

    def test_the_next_stop_is_told_again(self, place: cast.Cast) -> None:
        for _ in range(2):
            fail(place.channel, AuthExpiredError(), times=2)
            channel_state.note_well(place.channel.pk, 0)
        assert len(told("channel.stop")) == len(told("channel.recover")) == 2

    def test_a_lead_whose_address_cannot_be_mailed_does_not_stop_the_pull(self, place: cast.Cast) -> None:
        place.kari.user.email = "ingen adresse"
        place.kari.user.save()
        assert fail(place.channel, AuthExpiredError(), times=2).stopped_at is not None

    def test_an_odd_answer_that_comes_back_after_it_was_settled_is_news_again(self, place: cast.Cast) -> None:
        fail(place.channel, ProtocolError("mastodon", raw=b"<html>", message="not JSON"))
        channel_state.note_well(place.channel.pk, 0)
        page = RawPage.objects.get()
        assert page.settled_how == RawPage.Settled.READ
        fail(place.channel, ProtocolError("mastodon", raw=b"<html>", message="not JSON"))
        page.refresh_from_db()
        assert page.settled_at is None


@pytest.mark.django_db
class TestAnAccessThatEnds:
    def ends_in(self, channel: Channel, days: int, **fields: object) -> None:
        Channel.objects.filter(pk=channel.pk).update(token_expires_at=timezone.now() + timedelta(days=days), **fields)
        channel_state.note_well(channel.pk, 0)

    def test_the_leads_are_warned_once_two_weeks_before(self, place: cast.Cast) -> None:
        self.ends_in(place.channel, 20)
        assert told("channel.expiry") == []
        self.ends_in(place.channel, 13)
        for _ in range(3):
            channel_state.note_well(place.channel.pk, 0)
        assert told("channel.expiry") == [place.kari.user.email]
        assert "går ut" in Notice.objects.get().body

    def test_a_new_access_is_warned_of_anew(self, place: cast.Cast) -> None:
        self.ends_in(place.channel, 13)
        self.ends_in(place.channel, 60)
        self.ends_in(place.channel, 12)
        assert len(told("channel.expiry")) == 2

    def test_what_renews_itself_is_not_warned_of(self, place: cast.Cast) -> None:
        place.channel.refresh_token = "fornyes"
        place.channel.save()
        self.ends_in(place.channel, 0)
        assert told("channel.expiry") == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_see_the_same_stop_tell_it_once() -> None:
    place = cast.meraker()
    fail(place.channel, AuthExpiredError())
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        channel_state.note_problem(place.channel.pk, AuthExpiredError())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told("channel.stop") == [place.kari.user.email]
    assert log.history(place.channel).count() == 1
    place.channel.refresh_from_db()
    assert place.channel.failures == 5


@pytest.mark.django_db(transaction=True)
def test_a_platform_that_refuses_our_token_stops_the_channel_and_lets_it_go_again(simulator: Simulator) -> None:
    place = cast.meraker(simulator.url)
    Channel.objects.filter(pk=place.channel.pk).update(account_id="")
    simulator.fault("status", path="/api/v1/", code=401)
    for _ in range(2):
        pulling.pull(place.channel.pk)
    assert [one.pk for one in health.stopped_channels(place.municipality.pk)] == [place.channel.pk]
    simulator.clear_faults()
    pulling.pull(place.channel.pk)
    assert health.stopped_channels(place.municipality.pk) == []
    assert told("channel.recover") == [place.kari.user.email]


@pytest.mark.django_db
class TestWhoSeesIt:
    def page(self, member: cast.Membership, name: str) -> str:
        client = Client()
        client.force_login(member.user)
        return client.get(reverse(name)).content.decode()

    def test_a_lead_sees_it_on_every_page_and_a_member_in_the_queue(self, place: cast.Cast) -> None:
        fail(place.channel, AuthExpiredError(), times=2)
        words = "Meråker kommune på Mastodon er stanset."
        for name in ("inbox:queue", "inbox:review", "guidelines:reader", "inbox:templates"):
            assert self.page(place.kari, name).count(words) == 1, name
        assert self.page(place.ola, "inbox:queue").count(words) == 1
        assert words not in self.page(place.ola, "guidelines:reader")
        assert "1 kanal trenger tilsyn" in self.page(place.ola, "guidelines:reader")

    def test_a_hiccup_alarms_nobody(self, place: cast.Cast) -> None:
        fail(place.channel, AuthExpiredError())
        assert "stanset" not in self.page(place.kari, "inbox:queue")

    def test_workers_that_stand_still_are_seen_though_no_mail_can_leave(self, place: cast.Cast) -> None:
        long_ago = timezone.now() - timedelta(minutes=40)
        Channel.objects.filter(pk=place.channel.pk).update(pulled_at=long_ago, next_pull_at=long_ago)
        assert "Meråker kommune på Mastodon leses ikke." in self.page(place.kari, "guidelines:reader")
        assert "Meråker kommune på Mastodon leses ikke." in self.page(place.ola, "inbox:queue")
        channel_state.note_well(place.channel.pk, 0)
        assert "leses ikke" not in self.page(place.kari, "guidelines:reader")

    def test_the_neighbour_sees_nothing_of_it(self, place: cast.Cast) -> None:
        fail(place.channel, AuthExpiredError(), times=2)
        neighbour = cast.tydal().kari
        assert "Meråker kommune på Mastodon" not in self.page(neighbour, "inbox:channels")
        assert "trenger tilsyn" not in self.page(neighbour, "inbox:queue")
