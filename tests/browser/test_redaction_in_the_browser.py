"""Redaction: words are marked in the text, with the mouse or the arrow keys, and hidden one by one."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from archive.models import CaseRecord
from tests import cast
from tests.archive.desk import opened
from tests.browser.conftest import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 20_000


def hidden(page: Page) -> list[str]:
    return page.locator("del.sd-hidden").all_inner_texts()


def test_words_are_hidden_by_keyboard_and_by_mouse_and_taken_back(page: Page, live_server: LiveServer) -> None:
    place = cast.meraker()
    record = opened(place, "Mora mi Olga Nordfjell er syk")
    sign_in(page, live_server.url, place.arne.user.email)
    page.goto(f"{live_server.url}/arkiv/grunnlag/{record.pk}/sladding/")
    text, button = page.locator("[data-redact]").nth(2), page.get_by_role("button", name="Skjul det som er merket")
    expect(text).to_have_text("Mora mi Olga Nordfjell er syk")
    expect(button).to_be_disabled()
    text.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(button).to_be_enabled()
    page.keyboard.press("Enter")
    expect(page.locator("del.sd-hidden")).to_have_text("Olga Nordfjell", timeout=SOON)
    name = page.locator("[data-redact]").first
    name.click(click_count=3)
    expect(button).to_be_enabled()
    button.click()
    expect(page.locator("del.sd-hidden")).to_have_count(2, timeout=SOON)
    assert CaseRecord.objects.get().redactions == ["Olga Nordfjell", "Randi Moen"]
    page.get_by_role("button", name="Angre sladdingen av «Randi Moen»").click()
    expect(page.locator("del.sd-hidden")).to_have_count(1, timeout=SOON)
    assert hidden(page) == ["Olga Nordfjell"]
