"""Single keys in queue and conversation: the sheet, the choices, many at once, and the switch that turns them off."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from inbox.models import Comment
from inbox.workflow import CommentStatus
from tests import cast
from tests.browser.conftest import sign_in
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> cast.Cast:
    place = cast.meraker()
    for number in range(4):
        make_comment(place.post, f"Når åpner svømmehallen, spør nummer {number}?")
    return place


def active(page: Page) -> str:
    return str(
        page.evaluate("document.activeElement.closest('[data-pk]')?.dataset.pk ?? document.activeElement.tagName")
    )


def test_the_keys_of_the_queue(page: Page, live_server: LiveServer, place: cast.Cast) -> None:
    first, second, third, fourth = Comment.objects.order_by("posted_at", "pk")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    page.keyboard.press("j")
    assert active(page) == str(second.pk)
    page.keyboard.press("ArrowUp")
    assert active(page) == str(first.pk)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Hurtigtaster")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Hurtigtaster")).to_be_hidden()
    assert active(page) != "BODY"
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("e")
    expect(page.get_by_text("Du har tatt kommentaren.")).to_be_visible()
    assert active(page) == str(first.pk)
    page.keyboard.press("f")  # how it ends: a list, with the row picked
    expect(page.locator("#flere").get_by_role("button", name="Ikke til oss")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#rader input:checked")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+j")
    page.keyboard.press("a")
    page.locator("#flere").get_by_role("button", name="Mari Teveldal").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("2")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Tildel Mari Teveldal: 2 kommentarer"))).to_be_visible()
    assert set(Comment.objects.filter(assignee=place.mari)) == {second, third}
    page.keyboard.press("z")
    expect(page.get_by_text(re.compile("^Angret:"))).to_be_visible()
    assert not Comment.objects.filter(assignee=place.mari).exists()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert fourth.status == CommentStatus.NEW


def test_picked_rows_are_never_missed_by_a_quick_key(page: Page, live_server: LiveServer, place: cast.Cast) -> None:
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    held: list[Route] = []
    page.route("**/flere/?fane=*", lambda route: held.append(route))
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+j")
    page.keyboard.press("1")  # the acts are still on their way: it does nothing, to one row least of all
    page.wait_for_timeout(300)
    assert "/flere/" not in page.url
    assert not Comment.objects.exclude(sortings=[]).exists()
    held[0].continue_()
    expect(page.locator("#flere [data-pick-key='1']")).to_have_count(1)
    page.keyboard.press("1")
    page.wait_for_url("**/flere/")
    expect(page.get_by_role("button", name=re.compile("2"))).to_be_visible()
    assert not Comment.objects.exclude(sortings=[]).exists()


def test_the_keys_of_a_conversation(page: Page, live_server: LiveServer, place: cast.Cast) -> None:
    _first, second, third, _fourth = Comment.objects.order_by("posted_at", "pk")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/kommentar/{second.pk}/?i=nye&merke=")
    page.keyboard.press("j")
    page.wait_for_url(f"**/kommentar/{third.pk}/**")
    page.keyboard.press("k")
    page.wait_for_url(f"**/kommentar/{second.pk}/**")
    page.keyboard.press("a")
    expect(page.get_by_label("Tildel", exact=True)).to_be_focused()
    page.locator("h1").focus()
    page.keyboard.press("2")
    expect(page.get_by_text("Kommentaren er sortert.")).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_role("textbox", name=re.compile("^Svar til"))).to_be_focused()
    page.keyboard.press("1")  # a letter in the text, no sorting
    expect(page.get_by_role("textbox", name=re.compile("^Svar til"))).to_have_value("1")
    page.locator("h1").focus()
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="Felles kø")).to_be_visible()


def test_switched_off_no_single_key_does_anything_but_chords_still_do(
    page: Page, live_server: LiveServer, place: cast.Cast
) -> None:
    place.ola.user.single_keys = False
    place.ola.user.save()
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    for key in ("1", "e", "j", "?", "f"):
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog", name="Hurtigtaster")).to_have_count(0)
    assert not Comment.objects.exclude(status=CommentStatus.NEW, assignee=None).exists()
