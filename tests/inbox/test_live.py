"""What others do while a page is open, asked as live.js asks."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inbox import presence
from inbox.actions import comments, replies
from inbox.models import Comment
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db
NOBODY_HERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _redis_is_asked_again() -> Iterator[None]:
    presence._silent_until = 0.0
    yield
    presence._silent_until = 0.0


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def comment(place: cast.Cast) -> Comment:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["neutral"], by=place.kari)
    return comment


def signed_in(member: object) -> Client:
    client = Client()
    client.force_login(member.user)  # type: ignore[attr-defined]
    return client


def live_url(client: Client, comment: Comment) -> str:
    url = client.get(reverse("inbox:comment", args=[comment.pk])).context["live_url"]
    assert isinstance(url, str)
    return url


def test_two_in_one_conversation_hear_of_each_other(place: cast.Cast, comment: Comment) -> None:
    ola, mari = signed_in(place.ola), signed_in(place.mari)
    address = live_url(ola, comment)
    assert ola.get(address).status_code == 204
    assert "Ola Svendsen ser også på denne" in mari.get(address).content.decode()
    assert "Mari Teveldal ser også på denne" in ola.get(address).content.decode()


def test_another_municipality_hears_nothing(place: cast.Cast, comment: Comment) -> None:
    per = signed_in(cast.tydal().ola)
    assert per.get(reverse("inbox:live", args=[comment.pk])).status_code == 404


def test_without_redis_nobody_is_seen_and_the_rest_is_told(
    place: cast.Cast, comment: Comment, settings: LazySettings
) -> None:
    settings.REDIS_URL = NOBODY_HERE
    ola = signed_in(place.ola)
    address = live_url(ola, comment)
    signed_in(place.mari).get(address)
    assert ola.get(address).status_code == 204
    comments.claim(comment, by=place.mari)
    assert "Mari Teveldal har tatt kommentaren" in ola.get(address).content.decode()


def test_a_redis_that_does_not_answer_is_left_alone_for_a_while(place: cast.Cast, settings: LazySettings) -> None:
    settings.REDIS_URL = NOBODY_HERE
    assert presence.others_at(1, 2) == []
    assert presence._silent_until > 0


def test_the_conversation_tells_who_changed_the_draft_and_that_it_was_handed_in(
    place: cast.Cast, comment: Comment
) -> None:
    ola = signed_in(place.ola)
    address = live_url(ola, comment)
    reply = replies.draft(comment, text="Klokka ti.", by=place.mari)
    assert "Mari Teveldal har endret utkastet" in ola.get(f"{address}&utkast=0").content.decode()
    assert ola.get(f"{address}&utkast={reply.version}").status_code == 204
    replies.submit(reply, by=place.mari)
    assert "Til godkjenning av Mari Teveldal" in ola.get(address).content.decode()
    assert parse_qs(urlsplit(address).query)["status"] == ["TO_ANSWER"]


def test_what_is_asked_every_ten_seconds_costs_few_questions(place: cast.Cast, comment: Comment) -> None:
    ola = signed_in(place.ola)
    address = live_url(ola, comment)
    ola.get(address)
    with CaptureQueriesContext(connection) as asked:
        ola.get(address)
    assert len(asked) <= 5


def test_ones_own_acts_are_no_news(place: cast.Cast) -> None:
    ola, row = signed_in(place.ola), make_comment(place.post)
    drawn = timezone.now().isoformat()
    comments.claim(row, by=place.ola)
    told = ola.get(reverse("inbox:news", args=["nye"]), {"siden": drawn, "rader": str(row.pk)})
    assert told.status_code == 204


def test_numbers_of_another_municipality_or_none_at_all_tell_nothing(place: cast.Cast) -> None:
    foreign = make_comment(cast.tydal().post)
    comments.sort(foreign, sortings=["praise"], by=cast_member_of(foreign))
    ola = signed_in(place.ola)
    for rows in (str(foreign.pk), "", "vås,,9" + "9" * 30):
        told = ola.get(reverse("inbox:news", args=["nye"]), {"siden": timezone.now().isoformat(), "rader": rows})
        assert told.status_code == 204


def cast_member_of(comment: Comment) -> object:
    return comment.municipality.memberships.filter(role="member").first()


def test_a_form_that_meets_an_ended_sign_in_leads_back_to_its_page(comment: Comment) -> None:
    page = reverse("inbox:comment", args=[comment.pk])
    address = reverse("inbox:submit", args=[comment.pk])
    response = Client().post(address, {"text": "Hei"}, headers={"referer": f"http://testserver{page}?i=mine"})
    assert parse_qs(urlsplit(response.url).query)["next"] == [f"{page}?i=mine"]
    elsewhere = Client().post(address, {"text": "Hei"}, headers={"referer": "https://ond.example/x"})
    assert parse_qs(urlsplit(elsewhere.url).query)["next"] == ["/"]
