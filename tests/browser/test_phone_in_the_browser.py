"""A phone held in one hand: triage, answer and approve, with targets a thumb can hit."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox.actions import comments, replies, templates
from inbox.models import Reply
from inbox.workflow import ReplyStatus
from tests import cast
from tests.browser.conftest import keep_picture, sign_in
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)
THUMB = 44
# What a person presses on the way; each must be big enough where it is seen at all.
PRIMARY = (
    ".sd-bottom a, .sd-bottom summary, .sd-tabs a, .sd-item__who a, .sd-strip .ds-button, .sd-compose__foot .ds-button,"
    " .sd-sort--set label, .sd-sorting > button, .sd-pill[data-on], .sd-toasts button"
)
TOO_SMALL = f"""() => [...document.querySelectorAll({PRIMARY!r})].filter((one) => one.checkVisibility()).map((one) => {{
  const box = (one.matches('.sd-item__who a') ? one.closest('.sd-item') : one).getBoundingClientRect();
  return [one.className || one.tagName, one.textContent.trim().slice(0, 30), box.width, box.height];
}}).filter(([, , width, height]) => width && (width < {THUMB} || height < {THUMB}))"""
OVERLAPS = """() => [...document.querySelectorAll('.sd-tabs a, .sd-bottom a')].filter((one, place, every) => {
  const next = every[place + 1];
  return next && next.parentElement === one.parentElement && next.offsetLeft < one.offsetLeft + one.scrollWidth - 1;
}).map((one) => one.textContent)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "has_touch": True}


def fits_a_thumb(page: Page, name: str) -> None:
    keep_picture(page, f"phone-{name}")
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(SIDEWAYS) == 0


def test_triage_answer_and_approve_with_one_thumb(page: Page, live_server: LiveServer) -> None:
    place = cast.meraker()
    templates.load_defaults(place.municipality)
    make_comment(place.post, "Så bra brøytet i dag, tusen takk!")
    asked = make_comment(place.post, "Jeg vil klage på brøytingen.")
    comments.sort(asked, sortings=["negative"], by=place.ola)
    reply = replies.draft(asked, text="Det var ikke bra. Vi tar det videre.", by=place.ola)
    replies.submit(reply, by=place.ola)
    sign_in(page, live_server.url, place.kari.user.email)
    page.goto(f"{live_server.url}/ko/")
    fits_a_thumb(page, "queue")
    page.get_by_role("link", name="Randi Moen").tap()
    fits_a_thumb(page, "unsorted")
    page.get_by_label(re.compile("^Ros")).check()
    page.get_by_role("button", name="Sorter", exact=True).tap()
    expect(page.get_by_text("Kommentaren er sortert.")).to_be_visible()
    fits_a_thumb(page, "sorted")
    page.get_by_role("textbox", name=re.compile("^Svar til")).fill("Takk skal du ha, det varmer.")
    expect(page.locator("#svar-lagret")).to_contain_text("Utkast lagret", timeout=15_000)
    page.locator("#svarskjema .sd-compose__foot [data-primary]").tap()
    expect(page.get_by_text(re.compile("Svaret er"))).to_be_visible()
    page.goto(f"{live_server.url}/godkjenning/")
    fits_a_thumb(page, "review-list")
    page.get_by_role("link", name="Randi Moen").tap()
    fits_a_thumb(page, "review")
    page.get_by_role("button", name=re.compile("Godkjenn og publiser")).tap()
    expect(page.get_by_text("Svaret er godkjent")).to_be_visible()
    assert set(Reply.objects.values_list("status", flat=True)) == {ReplyStatus.APPROVED}
    page.get_by_role("navigation", name="Hovedmeny nederst").get_by_role("link", name="Kø").tap()
    expect(page.get_by_role("heading", name="Felles kø")).to_be_visible()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_what_can_be_done_to_picked_rows_stays_on_the_page(page: Page, live_server: LiveServer, language: str) -> None:
    place = cast.meraker()
    type(place.ola.user).objects.filter(pk=place.ola.user_id).update(language=language)
    for words in ("Så bra brøytet", "Når åpner bassenget?"):
        make_comment(place.post, words)
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    for box in page.locator("input[name=valgte]").all():
        box.evaluate("box => box.click()")
    menus = page.locator(".sd-picked details")
    expect(menus).to_have_count(3)
    for place_of in range(3):
        menus.nth(place_of).locator("summary").tap()
        expect(menus.nth(place_of).locator("button").first).to_be_visible()
        assert page.evaluate(SIDEWAYS) == 0
