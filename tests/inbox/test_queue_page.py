"""The queue as a page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inbox import intake
from inbox.actions import comments
from inbox.models import Comment
from tests import cast
from tests.factories import make_comment, make_item, make_page, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def ola(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.ola.user)
    return client


def fill(place: cast.Cast, count: int) -> None:
    posts = [make_post(place.channel) for _ in range(count // 20 + 1)]  # so few on each that none becomes a crowd
    items = [make_item(posts[number % len(posts)], text=f"Kommentar {number:03d}") for number in range(count)]
    intake.receive(place.channel, make_page(*items), raw_page=None)


def test_an_empty_queue_says_so(ola: Client) -> None:
    assert "Ingen kommentarer ennå" in ola.get(reverse("inbox:queue")).content.decode()


def test_each_tab_counts_exactly_what_it_holds(place: cast.Cast, ola: Client) -> None:
    fill(place, 3)
    one, two, _three = Comment.objects.order_by("pk")
    comments.sort(one, sortings=["praise"], by=place.ola)
    comments.claim(one, by=place.ola)
    comments.sort(two, sortings=["neutral"], addressed_to_us=False, by=place.ola)
    comments.end(two, ending="not_to_us", by=place.ola)
    counts = {tab.label: tab.count for tab in ola.get(reverse("inbox:queue")).context["tabs"]}
    assert counts == {"Nye": 1, "Skal besvares": 1, "Mine": 1, "Til godkjenning": 0, "Venter": 0, "Ferdig": 1}


def test_the_list_goes_on_after_fifty_rows_and_back_again(place: cast.Cast, ola: Client) -> None:
    fill(place, 120)
    url, seen = reverse("inbox:queue"), []
    pages = []
    while url:
        response = ola.get(url)
        pages.append(url)
        seen += [row.text for group in response.context["groups"] for row in group.rows]
        url = response.context["next_url"]
    assert sorted(seen) == [f"Kommentar {number:03d}" for number in range(120)]
    back = ola.get(ola.get(pages[-1]).context["previous_url"])
    again = ola.get(pages[1])
    assert [row.pk for g in back.context["groups"] for row in g.rows] == [
        row.pk for g in again.context["groups"] for row in g.rows
    ]


def test_a_page_mark_somebody_made_up_shows_the_first_page(place: cast.Cast, ola: Client) -> None:
    fill(place, 2)
    for mark in ("vås", "2026-13-40_1", "2026-01-01T00:00:00_1", "_", "2026-01-01T00:00:00+00:00_9" + "9" * 30):
        assert ola.get(reverse("inbox:queue"), {"etter": mark}).context["total"] == 2


def test_fifty_rows_cost_no_more_queries_than_five_and_stay_below_sixty_kilobytes(
    place: cast.Cast, ola: Client
) -> None:
    fill(place, 5)
    ola.get(reverse("inbox:queue"))
    with CaptureQueriesContext(connection) as few:
        ola.get(reverse("inbox:queue"))
    fill(place, 60)
    with CaptureQueriesContext(connection) as many:
        response = ola.get(reverse("inbox:queue"))
    assert len(many) <= len(few) <= 19
    assert len(response.content) < 60_000


def test_hostile_text_is_shown_and_never_run(place: cast.Cast, ola: Client) -> None:
    make_comment(place.post, text='<script>alert(1)</script><img src=x onerror="alert(2)">')
    page = ola.get(reverse("inbox:queue")).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page


def test_news_is_told_without_moving_the_rows(place: cast.Cast, ola: Client) -> None:
    address = ola.get(reverse("inbox:queue")).context["news_url"]
    assert ola.get(address).status_code == 204
    fill(place, 3)
    assert "3 nye" in ola.get(address).content.decode()


def test_every_page_carries_the_strict_policy(ola: Client) -> None:
    for url in (reverse("inbox:queue"), reverse("inbox:queue", args=["ferdig"]), "/finnes-ikke/"):
        policy = ola.get(url).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_an_address_with_nul_is_a_bad_request_not_a_failure(ola: Client) -> None:
    assert ola.get(reverse("inbox:queue"), {"valgt": "\0"}).status_code == 400
