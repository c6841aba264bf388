"""What colleagues do shows within ten seconds, and nothing moves under the eyes of who looks.

The ten seconds pass by the browser's own clock, which the test sets forward: nobody waits for them.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from inbox.actions import comments, replies
from inbox.models import Comment
from tests import cast
from tests.browser.conftest import Errors, sign_in
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)
TEN_SECONDS = 10_000
PLACES = "[...document.querySelectorAll('#rader [data-pk]')].map(r => [r.id, r.getBoundingClientRect().top])"


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def rows(place: cast.Cast) -> list[Comment]:
    return [make_comment(place.post, f"Når åpner svømmehallen, spør nummer {number}?") for number in range(5)]


def places_of(page: Page) -> Any:
    return page.evaluate(PLACES)


def test_what_a_colleague_did_shows_in_the_row_and_no_row_moves(
    page: Page, live_server: LiveServer, place: cast.Cast, rows: list[Comment]
) -> None:
    page.clock.install()
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.closest('[data-pk]').dataset.pk")
    before = places_of(page)
    comments.sort(rows[0], sortings=["praise"], by=place.mari)
    comments.claim(rows[2], by=place.mari)
    comments.sort(rows[3], sortings=["praise"], by=place.mari)
    replies.approve(replies.draft(rows[3], text="Takk skal du ha.", by=place.mari), by=place.mari)
    make_comment(place.post, "En som kom imens")
    page.clock.run_for(TEN_SECONDS)
    expect(page.locator(f"#k{rows[0].pk}")).to_contain_text("Sortert av Mari Teveldal")
    expect(page.locator(f"#k{rows[2].pk}")).to_contain_text("Tatt av Mari Teveldal")
    expect(page.locator(f"#k{rows[3].pk}")).to_contain_text("Besvart av Mari Teveldal")
    expect(page.get_by_role("link", name="1 ny – vis")).to_be_visible()
    assert places_of(page) == before
    assert page.evaluate("document.activeElement.closest('[data-pk]').dataset.pk") == focused
    page.get_by_role("link", name="1 ny – vis").click()
    expect(page.locator("#rader")).to_contain_text("En som kom imens")


def test_sorting_what_a_colleague_has_sorted_is_taken_back_with_focus_and_reason(
    page: Page, live_server: LiveServer, place: cast.Cast, rows: list[Comment]
) -> None:
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    page.keyboard.press("j")
    row = page.locator("#rader [aria-current='true']")
    one = Comment.objects.get(pk=row.get_attribute("data-pk"))
    comments.sort(one, sortings=["negative"], by=place.mari)
    page.keyboard.press("1")
    expect(page.get_by_text("Mari Teveldal har allerede sortert kommentaren.")).to_be_visible()
    expect(row.locator("a:focus")).to_have_count(1)
    expect(row.get_by_text("Ros", exact=True)).to_have_count(0)
    expect(row).to_contain_text("Sortert av Mari Teveldal")
    one.refresh_from_db()
    assert one.sortings == ["negative"]


def test_sorting_without_a_network_is_taken_back_with_focus_and_reason(
    page: Page, live_server: LiveServer, place: cast.Cast, rows: list[Comment], errors: Errors
) -> None:
    errors.expect("net::ERR_FAILED")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    page.keyboard.press("j")
    row = page.locator("#rader [aria-current='true']")
    held: list[Route] = []
    page.route("**/sorter/", lambda route: held.append(route))
    page.keyboard.press("1")
    expect(row.get_by_text("Ros", exact=True)).to_be_visible()  # before the server has said anything
    held[0].abort()
    expect(page.get_by_text("Det gikk ikke. Sjekk nettet, og prøv igjen.")).to_be_visible()
    expect(row.get_by_text("Ros", exact=True)).to_have_count(0)
    expect(row.locator("a:focus")).to_have_count(1)


def test_two_in_one_conversation_see_each_other_and_who_takes_it(
    page: Page,
    new_context: Callable[..., BrowserContext],
    live_server: LiveServer,
    place: cast.Cast,
    rows: list[Comment],
) -> None:
    comments.sort(rows[0], sortings=["praise"], by=place.kari)
    address = f"{live_server.url}/kommentar/{rows[0].pk}/"
    hers = new_context().new_page()
    for one in (page, hers):
        one.clock.install()
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(address)
    sign_in(hers, live_server.url, place.mari.user.email)
    hers.goto(address)
    expect(hers.locator("#na")).to_contain_text("Ola Svendsen ser også på denne")
    page.clock.run_for(TEN_SECONDS)
    expect(page.locator("#na")).to_contain_text("Mari Teveldal ser også på denne")
    hers.keyboard.press("e")
    expect(hers.get_by_text("Du har tatt kommentaren")).to_be_visible()
    page.clock.run_for(TEN_SECONDS)
    expect(page.locator("#na")).to_contain_text("Mari Teveldal har tatt kommentaren")
    hers.get_by_role("textbox", name="Svar til").fill("Takk fra Mari.")
    hers.clock.run_for(TEN_SECONDS)
    expect(hers.locator("#svar-lagret")).to_contain_text("Utkast lagret")
    page.clock.run_for(TEN_SECONDS)
    expect(page.locator("#na")).to_contain_text("Mari Teveldal har endret utkastet")
