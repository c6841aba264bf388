"""A usual question by keyboard alone: 2, m and two letters, and the template stands in the answer."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox.actions import templates
from tests import cast
from tests.browser.conftest import sign_in
from tests.factories import make_comment


@pytest.mark.django_db(transaction=True)
def test_a_template_is_picked_from_the_strip_by_its_two_letters(page: Page, live_server: LiveServer) -> None:
    place = cast.meraker()
    templates.load_defaults(place.municipality)
    make_comment(place.post, "Når åpner svømmehallen?")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    page.get_by_role("link", name="Randi Moen").focus()
    page.keyboard.press("2")
    menu = page.locator(".sd-strip details[data-codes]")
    expect(menu).to_be_visible()
    page.keyboard.press("m")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("z")  # the first letter of a code that nobody has; it undoes nothing here
    page.keyboard.press("q")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("i")
    page.keyboard.press("m")  # not needed, and harmless: the menu it stands for otherwise stays shut
    expect(page.locator(".sd-strip__text")).to_contain_text("i morgen")
    expect(menu).not_to_have_attribute("open", "")
    page.keyboard.press("r")
    reply = page.get_by_role("textbox", name=re.compile("^Svar til Randi Moen"))
    expect(reply).to_have_value(re.compile("i morgen"))
    page.locator("h1").focus()
    page.keyboard.press("m")
    page.keyboard.press("i")
    page.keyboard.press("m")
    expect(reply).to_have_value(re.compile("i morgen.*i morgen", re.DOTALL))


@pytest.mark.django_db(transaction=True)
def test_what_has_no_room_in_the_phone_s_bar_is_under_mer(page: Page, live_server: LiveServer) -> None:
    place = cast.meraker()
    sign_in(page, live_server.url, place.ola.user.email)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/ko/")
    bar = page.get_by_role("navigation", name="Hovedmeny nederst")
    bar.get_by_text("Mer", exact=True).click()
    page.keyboard.press("Escape")
    expect(bar.get_by_role("link", name="Maler og fakta")).to_be_hidden()
    bar.get_by_text("Mer", exact=True).click()
    bar.get_by_role("link", name="Maler og fakta").click()
    expect(page.get_by_role("heading", name="Maler og fakta")).to_be_visible()
