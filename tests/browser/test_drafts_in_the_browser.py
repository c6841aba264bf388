"""A text somebody writes is not lost: not by the network, an ended sign-in, a closed tab or a second one."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from inbox.actions import comments
from inbox.models import Comment, Reply
from tests import cast
from tests.browser.conftest import Errors, sign_in
from tests.factories import PASSWORD, make_comment

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 15_000


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def comment(place: cast.Cast) -> Comment:
    comment = make_comment(place.post, "Når åpner svømmehallen?")
    comments.sort(comment, sortings=["neutral"], by=place.ola)
    return comment


def reply_in(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^Svar til"))


def open_it(page: Page, live_server: LiveServer, place: cast.Cast, comment: Comment) -> Locator:
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/kommentar/{comment.pk}/")
    return reply_in(page)


def saved(page: Page) -> Locator:
    return page.locator("#svar-lagret")


def test_without_a_network_the_text_is_kept_here_and_sent_when_it_is_back(
    page: Page, live_server: LiveServer, place: cast.Cast, comment: Comment, errors: Errors
) -> None:
    errors.expect("net::ERR_INTERNET_DISCONNECTED")
    text = open_it(page, live_server, place, comment)
    page.context.set_offline(True)
    text.press_sequentially("Klokka ti på lørdag.")
    expect(saved(page)).to_contain_text("Lagret lokalt", timeout=SOON)
    expect(page.get_by_text("Du er frakoblet.")).to_be_visible()
    page.context.set_offline(False)
    expect(saved(page)).to_contain_text("Utkast lagret", timeout=SOON)
    expect(page.get_by_text("Du er frakoblet.")).to_have_count(0)
    assert Reply.objects.get().text == "Klokka ti på lørdag."


def test_a_tab_that_was_closed_without_a_network_gives_the_text_back(
    page: Page, live_server: LiveServer, place: cast.Cast, comment: Comment, errors: Errors
) -> None:
    errors.expect("net::ERR_INTERNET_DISCONNECTED")
    text = open_it(page, live_server, place, comment)
    page.context.set_offline(True)
    text.press_sequentially("Klokka ti.")
    expect(saved(page)).to_contain_text("Lagret lokalt", timeout=SOON)
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{live_server.url}/kommentar/{comment.pk}/")
    expect(reply_in(again)).to_have_value("Klokka ti.")
    expect(saved(again)).to_contain_text("Utkast lagret", timeout=SOON)
    assert Reply.objects.get().text == "Klokka ti."


def test_when_the_sign_in_ends_while_writing_the_text_is_back_after_signing_in(
    page: Page, live_server: LiveServer, place: cast.Cast, comment: Comment
) -> None:
    text = open_it(page, live_server, place, comment)
    page.context.clear_cookies(name="socialdesk")
    text.press_sequentially("Klokka ti på lørdag.")
    expect(page.get_by_text("Du er logget ut.")).to_be_visible(timeout=SOON)
    assert not Reply.objects.exists()
    page.get_by_role("link", name="Logg inn igjen").click()
    page.get_by_label("E-post").fill(place.ola.user.email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    expect(reply_in(page)).to_have_value("Klokka ti på lørdag.")
    expect(saved(page)).to_contain_text("Utkast lagret", timeout=SOON)
    assert Reply.objects.get().text == "Klokka ti på lørdag."


def test_handing_in_after_the_sign_in_has_ended_loses_nothing(
    page: Page, live_server: LiveServer, place: cast.Cast, comment: Comment
) -> None:
    text = open_it(page, live_server, place, comment)
    text.press_sequentially("Klokka ti.")
    page.context.clear_cookies(name="socialdesk")
    page.keyboard.press("Control+Enter")
    page.get_by_label("E-post").fill(place.ola.user.email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    expect(reply_in(page)).to_have_value("Klokka ti.")


def test_the_second_tab_is_told_and_never_overwrites(
    page: Page, live_server: LiveServer, place: cast.Cast, comment: Comment, errors: Errors
) -> None:
    errors.expect("409")
    text = open_it(page, live_server, place, comment)
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.get_by_text("Utkastet er åpent i en annen fane også.")).to_be_visible()
    text.fill("Fra den første.")
    expect(saved(page)).to_contain_text("Utkast lagret", timeout=SOON)
    expect(reply_in(second)).to_have_value("Fra den første.")  # it was untouched, so it follows
    second.evaluate("document.querySelector('[name=version]').value = 0")  # as if it had not heard of it
    reply_in(second).fill("Fra den andre.")
    expect(saved(second)).to_contain_text("annen fane", timeout=SOON)
    assert Reply.objects.get().text == "Fra den første."
    second.get_by_role("button", name="Lagre utkast").click()
    expect(second.get_by_text("Fra den andre.").first).to_be_visible()
    assert Reply.objects.get().text == "Fra den første."


def hand_in(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Send til godkjenning"))


def test_handing_in_goes_on_when_the_saving_never_answers(
    page: Page, live_server: LiveServer, place: cast.Cast, comment: Comment, errors: Errors
) -> None:
    errors.expect("net::ERR_")
    page.clock.install()
    text = open_it(page, live_server, place, comment)
    page.route("**/svar/lagre/", lambda _route: None)  # neither answered nor refused
    text.fill("Svømmehallen åpner klokka ti.")
    page.clock.run_for(2_000)
    expect(saved(page)).to_have_text("Lagrer …")
    hand_in(page).click()
    page.clock.run_for(12_000)
    expect(page.get_by_text("Svaret er sendt til godkjenning.")).to_be_visible(timeout=SOON)
    assert Reply.objects.get().text == "Svømmehallen åpner klokka ti."


def test_a_press_is_not_lost_when_the_button_is_drawn_anew_meanwhile(
    page: Page, live_server: LiveServer, place: cast.Cast, comment: Comment
) -> None:
    text = open_it(page, live_server, place, comment)
    held: list[Route] = []
    page.route("**/svar/lagre/", lambda route: held.append(route))
    text.fill("Svømmehallen åpner klokka ti.")
    expect(saved(page)).to_have_text("Lagrer …", timeout=SOON)
    hand_in(page).click()
    hand_in(page).evaluate("button => button.replaceWith(button.cloneNode(true))")
    held[0].continue_()
    expect(page.get_by_text("Svaret er sendt til godkjenning.")).to_be_visible(timeout=SOON)
