"""What the queue lists: sections, choices and orders, page by page without an end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inbox import queue
from inbox.actions import comments
from inbox.models import Comment
from inbox.queue_choice import Choice, Order
from tests import cast
from tests.cast import Cast
from tests.factories import make_channel, make_comment, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


def pages(place: Cast, tab: str = "nye", choice: Choice = queue.EVERYTHING) -> list[str]:
    """Return the texts of all pages, one after the other."""
    texts, after = [], ""
    for _ in range(40):
        page = queue.queue_for(place.ola, tab, choice, after=after)
        texts += [row.text for row in page.rows]
        after = page.after
        if not after:
            return texts
    raise AssertionError("the pages never end")


def many(place: Cast, count: int, **fields: object) -> list[Comment]:
    now = timezone.now()
    return [
        make_comment(place.post, f"{number:02d}", created_at=now - timedelta(hours=100 - number), **fields)
        for number in range(count)
    ]


def late(*rows: Comment) -> None:
    Comment.objects.filter(pk__in=[one.pk for one in rows]).update(answer_by=timezone.now() - timedelta(hours=1))


def in_time(*rows: Comment) -> None:
    Comment.objects.filter(pk__in=[one.pk for one in rows]).update(answer_by=timezone.now() + timedelta(days=1))


def test_urgent_stands_before_late_and_late_before_the_rest(place: Cast) -> None:
    rows = many(place, 4)
    in_time(*rows)
    late(rows[2])
    Comment.objects.filter(pk=rows[3].pk).update(looks_urgent=True)
    assert pages(place) == ["03", "02", "00", "01"]


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_every_order_shows_each_row_once_there_and_back(
    place: Cast, monkeypatch: pytest.MonkeyPatch, order: Order, size: int
) -> None:
    monkeypatch.setattr(queue, "PAGE", size)
    rows = many(place, 7)
    in_time(*rows)
    late(rows[1], rows[4])
    Comment.objects.filter(pk__in=[rows[5].pk, rows[6].pk]).update(looks_urgent=True)
    Comment.objects.filter(pk=rows[0].pk).update(post=None, answer_by=None)
    choice = Choice(order=order)
    there, after, marks = [], "", []
    while True:
        page = queue.queue_for(place.ola, "nye", choice, after=after)
        there.append([row.pk for row in page.rows])
        marks.append(page)
        if not page.after:
            break
        after = page.after
    assert sorted(pk for page in there for pk in page) == sorted(row.pk for row in rows)
    back, before = [there[-1]], marks[-1].before
    while before:
        page = queue.queue_for(place.ola, "nye", choice, before=before)
        back.insert(0, [row.pk for row in page.rows])
        before = page.before
    assert [pk for page in back for pk in page] == [pk for page in there for pk in page]


@pytest.mark.parametrize("order", list(Order))
def test_the_neighbours_are_those_of_the_list(place: Cast, order: Order) -> None:
    rows = many(place, 5)
    in_time(*rows)
    late(rows[3])
    Comment.objects.filter(pk=rows[4].pk).update(looks_urgent=True)
    choice = Choice(order=order)
    listed = queue.queue_for(place.ola, "nye", choice).rows
    for index, row in enumerate(listed):
        comment = Comment.objects.get(pk=row.pk)
        earlier = listed[index - 1].pk if index else None
        later = listed[index + 1].pk if index + 1 < len(listed) else None
        assert queue.neighbours(place.ola, comment, "nye", choice) == (earlier, later)


def test_a_deadline_that_passes_while_somebody_turns_pages_moves_nothing(
    place: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    rows = many(place, 4)
    in_time(*rows)
    page = queue.queue_for(place.ola, "nye")
    Comment.objects.filter(pk=rows[0].pk).update(answer_by=timezone.now() + timedelta(milliseconds=1))
    assert [row.text for row in queue.queue_for(place.ola, "nye", after=page.after).rows] == ["02", "03"]


CHOICES: dict[str, Callable[[Cast], Choice]] = {
    "channel": lambda place: Choice(channel=place.channel.pk),
    "post": lambda place: Choice(post=place.post.pk),
    "sorting": lambda place: Choice(sorting="praise"),
    "flag": lambda place: Choice(flag="press"),
    "language": lambda place: Choice(language="nn"),
    "another language": lambda place: Choice(language="annet"),
    "nobody": lambda place: Choice(responder="ingen"),
    "me": lambda place: Choice(responder="meg"),
    "a colleague": lambda place: Choice(responder=str(place.mari.pk)),
    "unit": lambda place: Choice(unit=place.unit.pk),
    "overdue": lambda place: Choice(overdue=True),
}


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_shows_what_fits_and_only_that(place: Cast, name: str) -> None:
    other = make_post(make_channel(place.municipality, handle="annen"))
    fits, does_not = make_comment(place.post, "passer"), make_comment(other, "passer ikke")
    for one in (fits, does_not):
        comments.sort(one, sortings=["negative"], by=place.ola)
        comments.assign(one, to=place.kari, by=place.kari)
        in_time(one)
    rows = Comment.objects.filter(pk=fits.pk)
    {
        "sorting": lambda: comments.sort(fits, sortings=["praise"], by=place.ola),
        "flag": lambda: comments.flag(fits, flags=["press"], by=place.ola),
        "language": lambda: rows.update(language="nn"),
        "another language": lambda: rows.update(language="pl"),
        "nobody": lambda: rows.update(assignee=None),
        "me": lambda: comments.assign(fits, to=place.ola, by=place.kari),
        "a colleague": lambda: comments.assign(fits, to=place.mari, by=place.kari),
        "unit": lambda: comments.choose_unit(fits, unit=place.unit, by=place.ola),
        "overdue": lambda: late(fits),
    }.get(name, lambda: None)()
    assert pages(place, "skal-besvares", CHOICES[name](place)) == ["passer"]


def test_an_address_tells_a_choice_and_nothing_else() -> None:
    choice = Choice(channel=3, flag="press", responder="meg", overdue=True, order=Order.DUE)
    assert Choice.read(QueryDict(choice.query)) == choice
    wrong = "kanal=x&innlegg=-1&sortering=vås&merke=<b>&sprak=xx&ansvarlig=alle&enhet=9" + "9" * 30
    assert Choice.read(QueryDict(wrong + "&over_fristen=1&rekkefolge=tilfeldig")) == queue.EVERYTHING


def test_nobody_sees_another_municipalitys_rows_by_choosing_its_channel(place: Cast) -> None:
    tydal = cast.tydal()
    make_comment(tydal.post, "Tydals")
    assert pages(place, "nye", Choice(channel=tydal.channel.pk)) == []
    assert pages(place, "nye", Choice(post=tydal.post.pk)) == []


def test_many_comments_on_one_post_get_one_row_that_leads_to_them(
    client: Client, place: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "CROWD", 12)
    rows = many(place, 13)
    Comment.objects.filter(pk=rows[3].pk).update(looks_urgent=True)
    make_comment(make_post(place.channel, "Et annet innlegg"), "alene")
    client.force_login(place.ola.user)
    page = client.get(reverse("inbox:queue"))
    (crowd,) = page.context["crowds"]
    assert "13 nye i én tråd" in page.content.decode()
    assert [row.text for group in page.context["groups"] for row in group.rows] == ["03", "alene"]
    inside = client.get(crowd.url)
    assert inside.context["total"] == 13
    assert inside.context["crowds"] == []


def test_crowds_take_their_place_on_the_first_page_and_nothing_is_lost(
    place: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "CROWD", 3)
    monkeypatch.setattr(queue, "PAGE", 4)
    for number in range(2):
        post = make_post(place.channel, f"Innlegg {number}")
        for _ in range(3):
            make_comment(post, "i en tråd")
    alone = [make_comment(make_post(place.channel), f"alene {number}").text for number in range(7)]
    first = queue.queue_for(place.ola, "nye")
    assert (len(first.crowds), len(first.rows)) == (2, 2)
    assert pages(place) == alone


def test_a_crowd_is_found_among_the_newest_and_counted_whole(place: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "CROWD", 3)
    monkeypatch.setattr(queue, "RECENT", 4)
    crowd, quiet = make_post(place.channel, "Mange"), make_post(place.channel, "Stille nå")
    for post, hours in ((quiet, 9), (quiet, 8), (quiet, 7), (crowd, 6), (crowd, 3), (crowd, 2), (crowd, 1), (quiet, 5)):
        one = make_comment(post)
        Comment.objects.filter(pk=one.pk).update(posted_at=timezone.now() - timedelta(hours=hours))
    assert queue.crowded(place.ola, "nye", queue.EVERYTHING) == {crowd.pk: 4}
    assert len(queue.queue_for(place.ola, "nye").rows) == 4


def test_a_choice_stays_through_pages_and_into_the_conversation(
    client: Client, place: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 1)
    rows = many(place, 3)
    client.force_login(place.ola.user)
    address = f"{reverse('inbox:queue')}?kanal={place.channel.pk}"
    assert f"kanal={place.channel.pk}" in client.get(address).context["next_url"]
    page = client.get(f"{reverse('inbox:comment', args=[rows[1].pk])}?i=nye&kanal={place.channel.pk}")
    for way in ("back_url", "previous_url", "next_url"):
        assert f"kanal={place.channel.pk}" in page.context[way]


def test_nothing_that_fits_says_how_to_see_more(client: Client, place: Cast) -> None:
    make_comment(place.post)
    client.force_login(place.ola.user)
    page = client.get(f"{reverse('inbox:queue')}?merke=press").content.decode()
    assert "Ingen kommentarer passer valgene" in page
