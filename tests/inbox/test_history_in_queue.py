"""What was read from a channel's history waits last and without a deadline (docs/decisions/0007)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guidelines.vocabulary import Flag
from inbox import intake, queries
from inbox.actions import comments
from inbox.channels.base import Item
from inbox.models import Comment
from inbox.queue import CROWD, counts_for, crowded, neighbours, queue_for
from inbox.queue_choice import Choice, Order
from tests import cast
from tests.cast import Cast
from tests.factories import make_item, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


def take_in(place: Cast, *items: Item, is_history: bool = True) -> list[Comment]:
    with transaction.atomic():
        received = intake.receive(place.channel, make_page(*items), raw_page=None, is_history=is_history)
    return list(Comment.objects.filter(pk__in=received.new).order_by("pk"))


def written(place: Cast, text: str, *, days: float, **fields: Any) -> Item:
    return make_item(place.post, text, created_at=timezone.now() - timedelta(days=days), **fields)


def texts(place: Cast, choice: Choice | None = None) -> list[str]:
    return [row.text for row in queue_for(place.ola, "nye", choice or Choice()).rows]


def test_old_history_stands_last_and_newest_first_without_a_deadline(place: Cast) -> None:
    take_in(place, written(place, "I fjor", days=400), written(place, "I vår", days=200))
    take_in(place, written(place, "Det brenner i skolen", days=300))
    take_in(place, written(place, "I går", days=2), is_history=False)
    assert texts(place) == ["I går", "I vår", "Det brenner i skolen", "I fjor"]
    assert Comment.objects.filter(answer_by=None).count() == 3
    assert Comment.objects.get(text="Det brenner i skolen").looks_urgent
    assert texts(place, Choice(overdue=True)) == ["I går"]
    for order in Order:
        assert len(texts(place, Choice(order=order))) == 4


def test_it_is_counted_once_and_is_no_news(place: Cast) -> None:
    before = timezone.now() - timedelta(seconds=5)
    item = written(place, "I fjor", days=400)
    for _ in range(2):
        take_in(place, item)
        take_in(place, item, is_history=False)
    assert counts_for(place.ola)["nye"] == 1
    assert queries.arrived_since(place.ola, before) == 0


def test_what_the_history_brings_of_the_latest_thirty_days_has_its_deadline(place: Cast) -> None:
    (recent,) = take_in(place, written(place, "Forrige uke", days=7))
    assert recent.answer_by is not None


def test_what_comes_as_news_has_its_deadline_however_old_it_says_it_is(place: Cast) -> None:
    (backdated,) = take_in(place, written(place, "Skrevet nå, datert i fjor", days=400), is_history=False)
    assert backdated.answer_by is not None


def test_sorting_or_an_edit_gives_it_no_deadline_and_a_person_who_calls_it_urgent_does(place: Cast) -> None:
    item = written(place, "I fjor", days=400, external_id="c-old")
    (old,) = take_in(place, item)
    take_in(place, written(place, "Rettet", days=400, external_id="c-old"))
    comments.sort(old, sortings=["praise"], by=place.ola)
    old.refresh_from_db()
    assert (old.text, old.answer_by) == ("Rettet", None)
    comments.flag(old, flags=[Flag.URGENT], by=place.ola)
    old.refresh_from_db()
    assert old.answer_by is not None


def test_a_post_full_of_old_comments_is_no_crowd_and_hides_nothing(place: Cast) -> None:
    take_in(place, *(written(place, f"{number}", days=400 + number) for number in range(CROWD)))
    assert crowded(place.ola, "nye", Choice()) == {}
    take_in(place, *(written(place, f"ny {number}", days=1) for number in range(CROWD)), is_history=False)
    assert list(crowded(place.ola, "nye", Choice()).values()) == [CROWD]
    assert len(texts(place)) == CROWD


def test_neighbours_lead_from_the_news_into_the_history_and_back(place: Cast) -> None:
    (old,) = take_in(place, written(place, "I fjor", days=400))
    (new,) = take_in(place, written(place, "I går", days=2), is_history=False)
    assert neighbours(place.ola, new, "nye") == (None, old.pk)
    assert neighbours(place.ola, old, "nye") == (new.pk, None)


def test_the_page_has_a_heading_for_it(place: Cast, client: Client) -> None:
    take_in(place, written(place, "I fjor", days=400))
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:queue")).content.decode()
    assert "Eldre, fra historikken" in page
    assert "sd-group sd-danger" not in page
