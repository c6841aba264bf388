"""The channel register: who answers for each account; changed by the lead only, each change logged."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit import log
from inbox.actions import channels
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.channel_register import missing_in_register
from inbox.models import Channel
from team.models import Membership
from tests import cast

pytestmark = pytest.mark.django_db


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def filled(place: cast.Cast, **more: object) -> dict[str, object]:
    today = timezone.localdate().isoformat()
    return {
        "name": "Meråker på Mastodon",
        "owner": place.kari.pk,
        "purpose": "Svare innbyggerne.",
        "approved_by": "Kommunestyret",
        "approved_on": today,
        "risk_assessed_on": today,
        **more,
    }


def test_the_page_says_what_the_register_lacks_until_it_is_filled_in() -> None:
    place = cast.meraker()
    client, page = signed_in(place.kari), reverse("inbox:channel", args=[place.channel.pk])
    before = client.get(page).content.decode()
    assert "Registeret mangler" in before
    assert "Hvem som eier kanalen" in before
    response = client.post(reverse("inbox:channel_register", args=[place.channel.pk]), filled(place))
    assert response.status_code == 302
    after = client.get(page).content.decode()
    assert "Registeret er fylt ut" in after
    assert "Registeret mangler" not in after
    assert "Kommunestyret" in after
    assert "Kari Holten" in after


def test_each_change_is_logged_with_who_and_without_the_words() -> None:
    place = cast.meraker()
    signed_in(place.kari).post(reverse("inbox:channel_register", args=[place.channel.pk]), filled(place))
    events = list(log.history(place.channel))
    assert {event.data["field"] for event in events} == set(channels.REGISTER)
    assert {event.actor_id for event in events} == {place.kari.user_id}
    assert "Kommunestyret" not in str([event.data for event in events])
    page = signed_in(place.kari).get(reverse("inbox:channel", args=[place.channel.pk])).content.decode()
    assert "endret registeret" in page
    assert "risikovurdert dato" in page


def test_nothing_changed_is_nothing_logged() -> None:
    place = cast.meraker()
    client, address = signed_in(place.kari), reverse("inbox:channel_register", args=[place.channel.pk])
    client.post(address, filled(place))
    before = log.history(place.channel).count()
    client.post(address, filled(place))
    assert log.history(place.channel).count() == before


def test_a_member_sees_the_register_but_cannot_change_it() -> None:
    place = cast.meraker()
    client = signed_in(place.ola)
    page = client.get(reverse("inbox:channel", args=[place.channel.pk])).content.decode()
    assert "Registeret mangler" in page
    assert reverse("inbox:channel_register", args=[place.channel.pk]) not in page
    assert reverse("inbox:channel_disconnect", args=[place.channel.pk]) not in page
    assert client.post(reverse("inbox:channel_register", args=[place.channel.pk]), filled(place)).status_code == 403
    with pytest.raises(NotAllowedError):
        channels.save_register(place.channel, fields={"purpose": "x"}, by=place.ola)


def test_another_municipality_gets_404_and_cannot_be_the_owner() -> None:
    place, neighbour = cast.meraker(), cast.tydal()
    client = signed_in(neighbour.kari)
    assert client.get(reverse("inbox:channel", args=[place.channel.pk])).status_code == 404
    assert client.post(reverse("inbox:channel_register", args=[place.channel.pk]), filled(place)).status_code == 404
    with pytest.raises(RefusedError, match="medlem i kommunen"):
        channels.save_register(place.channel, fields={"owner": neighbour.kari}, by=place.kari)
    response = signed_in(place.kari).post(
        reverse("inbox:channel_register", args=[place.channel.pk]), filled(place, owner=neighbour.kari.pk)
    )
    assert response.status_code == 422


def test_a_day_ahead_is_refused_and_the_form_keeps_what_was_written() -> None:
    place = cast.meraker()
    ahead = (timezone.localdate() + timedelta(days=1)).isoformat()
    address = reverse("inbox:channel_register", args=[place.channel.pk])
    response = signed_in(place.kari).post(address, filled(place, approved_on=ahead))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Datoen er fram i tid." in page
    assert "Svare innbyggerne." in page
    assert Channel.objects.get(pk=place.channel.pk).purpose == ""


def test_an_old_risk_assessment_is_named() -> None:
    place = cast.meraker()
    fields = {
        "owner": place.kari,
        "purpose": "Svare",
        "approved_by": "Kommunestyret",
        "approved_on": timezone.localdate(),
        "risk_assessed_on": timezone.localdate() - timedelta(days=400),
    }
    channels.save_register(place.channel, fields=fields, by=place.kari)
    place.channel.refresh_from_db()
    assert missing_in_register(place.channel) == ["En ny risikovurdering: den forrige er mer enn et år gammel"]


def test_pause_stops_the_reading_and_going_on_reads_at_once() -> None:
    place = cast.meraker()
    client, page = signed_in(place.kari), reverse("inbox:channel", args=[place.channel.pk])
    client.post(reverse("inbox:channel_pause", args=[place.channel.pk]))
    assert not Channel.objects.get(pk=place.channel.pk).is_active
    assert "På pause" in client.get(page).content.decode()
    client.post(reverse("inbox:channel_resume", args=[place.channel.pk]))
    channel = Channel.objects.get(pk=place.channel.pk)
    assert channel.is_active
    assert channel.next_pull_at is not None
    assert channel.next_pull_at <= timezone.now()
    assert [event.action for event in log.history(channel)] == ["channel.pause", "channel.resume"]


def test_a_disconnected_channel_cannot_be_resumed_only_connected() -> None:
    place = cast.meraker()
    channels.disconnect(place.channel, by=place.kari)
    channel = Channel.objects.get(pk=place.channel.pk)
    assert (channel.token, channel.is_active) == ("", False)
    with pytest.raises(RefusedError, match="frakoblet"):
        channels.resume(channel, by=place.kari)
    page = signed_in(place.kari).get(reverse("inbox:channel", args=[channel.pk])).content.decode()
    assert "Frakoblet" in page
    assert reverse("inbox:channel_connect", args=[channel.pk]) in page


def test_a_long_log_costs_no_more_queries_than_a_short_one() -> None:
    place = cast.meraker()
    client, page = signed_in(place.kari), reverse("inbox:channel", args=[place.channel.pk])
    channels.save_register(place.channel, fields={"purpose": "0"}, by=place.kari)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for number in range(1, 11):
        channels.save_register(place.channel, fields={"purpose": str(number)}, by=place.kari)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(few)
