"""A row of the queue is one line of columns at a desk, and gives its words the width of a phone."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox.actions import notes
from tests import cast
from tests.browser.conftest import sign_in
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)
PAST_THEIR_BOX = """[...document.querySelectorAll('.sd-item__wait')]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"""


@pytest.mark.parametrize(("width", "height", "tallest", "narrowest"), [(1440, 900, 80, 300), (390, 844, 140, 200)])
def test_a_row_keeps_its_columns(
    page: Page, live_server: LiveServer, width: int, height: int, tallest: int, narrowest: int
) -> None:
    place = cast.meraker()
    make_comment(place.post, "Når brøytes Stasjonsvegen? Bilen kom ikke i går heller, og det snør fortsatt.")
    page.set_viewport_size({"width": width, "height": height})
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    row = page.locator(".sd-item").first.bounding_box()
    words = page.locator(".sd-item__text").first.bounding_box()
    assert row is not None
    assert words is not None
    assert row["height"] <= tallest
    assert words["width"] >= narrowest


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_time_in_long_words_stays_inside_its_row(page: Page, live_server: LiveServer, language: str) -> None:
    place = cast.meraker()
    type(place.kari.user).objects.filter(pk=place.kari.user_id).update(language=language)
    comment = make_comment(place.post, "Når brøytes Stasjonsvegen?")
    notes.write(comment, text="Se på denne, @Kari Holten", by=place.ola, mention=[place.kari])
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, live_server.url, place.kari.user.email)
    for address in ("/ko/", "/nevnt/"):
        page.goto(live_server.url + address)
        expect(page.locator(".sd-item__wait").first).to_be_visible()
        assert page.evaluate(PAST_THEIR_BOX) == []
