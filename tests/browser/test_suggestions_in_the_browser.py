"""What is offered while somebody writes: templates after «::», colleagues after «@». By keyboard, by pointer."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox.actions import comments, templates
from inbox.models import Mention, Note
from tests import cast
from tests.browser.journeys import Journey
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def walk(page: Page, live_server: LiveServer) -> Journey:
    place = cast.meraker()
    templates.load_defaults(place.municipality)
    comment = make_comment(place.post, "Når svarer dere?")
    comments.sort(comment, sortings=["neutral"], by=place.ola)
    walk = Journey(page, live_server)
    walk.be(place.ola)
    walk.open(comment)
    return walk


def test_two_colons_offer_templates_and_enter_puts_one_in(walk: Journey) -> None:
    page = walk.page
    box = page.get_by_role("textbox", name=re.compile("^Svar til"))
    box.focus()
    page.keyboard.type("Hei. ::mor")
    offered = page.locator(".sd-suggests [role=option]")
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text("Vi svarer i morgen (im)")
    assert box.get_attribute("aria-activedescendant") == offered.get_attribute("id")
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    page.keyboard.press("Backspace")
    expect(offered).to_have_count(1)
    page.keyboard.press("Enter")
    expect(box).to_have_value(re.compile(r"^Hei\.\s+Vi har sett kommentarene", re.DOTALL))


def test_what_no_template_has_offers_nothing_and_stays(walk: Journey) -> None:
    box = walk.page.get_by_role("textbox", name=re.compile("^Svar til"))
    box.focus()
    with walk.page.expect_response("**/svar/lagre/"):  # the draft saves itself: the test ends after that, not in it
        walk.page.keyboard.type("Se ::qqq")
    expect(walk.page.locator(".sd-suggests [role=option]")).to_have_count(0)
    expect(box).to_have_value("Se ::qqq")


def test_an_at_offers_colleagues_and_who_is_taken_is_told(walk: Journey) -> None:
    page = walk.page
    page.keyboard.press("n")
    note = page.get_by_role("textbox", name="Internt notat")
    expect(note).to_be_focused()
    page.keyboard.type("Kan @")
    offered = page.locator(".sd-suggests [role=option]")
    expect(offered.first).to_be_visible()
    page.keyboard.type("m")
    expect(offered).to_have_text(["Mari Teveldal"])
    page.keyboard.press("Tab")
    expect(note).to_have_value("Kan @Mari Teveldal ")
    page.keyboard.type("se på denne?")
    page.keyboard.press("Control+Enter")
    walk.reads("se på denne?")
    assert Mention.objects.get().member.name == "Mari Teveldal"
    assert Note.objects.count() == 1


def test_an_offer_is_taken_by_the_pointer_too(walk: Journey) -> None:
    box = walk.page.get_by_role("textbox", name=re.compile("^Svar til"))
    box.focus()
    walk.page.keyboard.type("::im")
    walk.page.locator(".sd-suggests [role=option]").click()
    expect(box).to_have_value(re.compile("^Vi har sett kommentarene"))
