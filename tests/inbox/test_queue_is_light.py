"""What the queue weighs: statements, bytes of HTML, and bytes of style and script on the first visit."""

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inbox import intake
from inbox.actions import comments
from inbox.models import Comment
from tests import cast
from tests.factories import make_item, make_page, make_post

pytestmark = pytest.mark.django_db
HASH = len(".0123456789ab")  # what a file's name grows by in production
TEXT = "Når brøytes Stasjonsvegen? Bilen kom ikke i går heller, og skolebussen står fast i bakken ved Gudå. "
TITLE = "Brøyting av kommunale veger i vinter, og litt om hva som skjer når det snør mye på én gang"


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def ola(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.ola.user)
    return client


def fill(place: cast.Cast, count: int) -> None:
    """Long texts under long titles; every third has something that the detectors propose."""
    posts = [make_post(place.channel, TITLE) for _ in range(count // 20 + 1)]
    extra = "Jeg vil klage på dette. "
    items = [
        make_item(
            posts[number % len(posts)],
            text=("" if number % 3 else extra) + f"{number}: " + TEXT * 6,
            author_name=f"Randi Moen-Hansen {number}",
        )
        for number in range(count)
    ]
    intake.receive(place.channel, make_page(*items), raw_page=None)


def weight_of(html: bytes) -> int:
    """Bytes of the page as production sends it, where every static file's name carries its hash."""
    return len(html) + HASH * len(re.findall(rb"/static/[^\"#?]+\.\w+", html))


def test_the_queue_page_asks_the_same_few_questions_for_fifty_rows_as_for_five(place: cast.Cast, ola: Client) -> None:
    fill(place, 5)
    ola.get(reverse("inbox:queue"))
    with CaptureQueriesContext(connection) as few:
        ola.get(reverse("inbox:queue"))
    fill(place, 60)
    with CaptureQueriesContext(connection) as many:
        ola.get(reverse("inbox:queue"))
    assert len(many) <= len(few) <= 19, [query["sql"][:100] for query in few]


def test_fifty_rows_with_long_texts_stay_below_sixty_kilobytes(place: cast.Cast, ola: Client) -> None:
    fill(place, 60)
    html = ola.get(reverse("inbox:queue")).content
    assert html.count(b'<li class="sd-item"') == 50
    assert html.count(b"sd-tag--suggest") >= 16
    rows = b"".join(re.findall(rb'<li class="sd-item".*?</li>', html, re.DOTALL))
    assert weight_of(html) <= 60_000, (weight_of(html), weight_of(rows), html.count(b"sd-tag--suggest"))


def test_news_of_fifty_rows_cost_no_more_questions_than_news_of_one(place: cast.Cast, ola: Client) -> None:
    fill(place, 50)
    drawn = timezone.now().isoformat()
    every = list(Comment.objects.order_by("pk"))
    shown = ",".join(str(one.pk) for one in every)
    address = reverse("inbox:news", args=["nye"])
    ola.get(address, {"siden": drawn, "rader": shown})
    with CaptureQueriesContext(connection) as quiet:
        response = ola.get(address, {"siden": drawn, "rader": shown})
    assert response.status_code == 204
    assert len(quiet) <= 5
    costs = []
    for some in (every[:1], every[1:]):
        for one in some:
            comments.sort(one, sortings=["praise"], by=place.mari)
        with CaptureQueriesContext(connection) as told:
            html = ola.get(address, {"siden": drawn, "rader": shown}).content.decode()
        assert f'data-told="{some[-1].pk}" data-gone>Sortert av Mari Teveldal<' in html
        costs.append(len(told))
    assert costs[0] == costs[1] <= 6


def test_style_and_script_of_the_first_visit_stay_below_a_hundred_kilobytes_compressed(ola: Client) -> None:
    html = ola.get(reverse("inbox:queue")).content.decode()
    files = set(re.findall(r'(?:src|href)="/static/([^"#]+\.(?:css|js))"', html))
    assert len(files) > 12
    weights = {one: len(brotli.compress(Path(str(finders.find(one))).read_bytes())) for one in files}
    assert sum(weights.values()) <= 100_000, weights
