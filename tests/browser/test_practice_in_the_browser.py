"""A new member's first two minutes: five invented comments on the real pages, with JavaScript and without."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox.models import Comment
from inbox.workflow import CommentStatus
from tests import cast
from tests.browser.conftest import keep_picture, sign_in
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    return {**browser_context_args, "java_script_enabled": request.param}


def open_task(page: Page, title: str, sorting: str) -> None:
    page.locator("#ovelse").get_by_role("link", name=title).click()
    page.get_by_label(re.compile(f"^{sorting}")).check()
    page.get_by_role("button", name="Sorter", exact=True).click()


def answer(page: Page, words: str) -> None:
    page.get_by_role("textbox", name=re.compile("^Svar til")).fill(words)
    page.get_by_role("button", name=re.compile("Send til godkjenning")).click()
    expect(page.get_by_text("Svaret er sendt til godkjenning")).to_be_visible()


def test_a_new_member_finishes_five_comments_and_is_on(page: Page, live_server: LiveServer) -> None:
    place = cast.meraker()
    real = make_comment(place.post)
    sign_in(page, live_server.url, place.ola.user.email)
    page.get_by_role("link", name="Se øvingen").click()
    page.get_by_role("button", name="Start øvingen").click()
    expect(page.locator("#ovelse")).to_contain_text("0 av 5 ferdig")
    page.get_by_role("link", name="Til øvingskøen").click()
    expect(page.locator("#rader")).to_contain_text("Gudrun Fiktiv")
    expect(page.locator("#rader")).not_to_contain_text(real.author_name)

    page.locator("#rute").get_by_label(re.compile("^Ros")).check()
    page.locator("#rute").get_by_role("button", name="Sorter", exact=True).click()
    page.get_by_role("button", name=re.compile("Publiser takk")).click()
    expect(page.locator("#ovelse")).to_contain_text("1 av 5 ferdig")
    open_task(page, "Svar på et spørsmål", "Nøytral")
    answer(page, "Hei, Trond. Svømmehallen åpner kl. 10.")
    expect(page.locator("#ovelse")).to_contain_text("2 av 5 ferdig")
    keep_picture(page, "practice-half-way")
    open_task(page, "Rett en feil", "Faktafeil")
    page.get_by_role("button", name=re.compile("^Sett inn:")).first.click()
    page.get_by_role("button", name=re.compile("Send til godkjenning")).click()
    expect(page.locator("#ovelse")).to_contain_text("3 av 5 ferdig")
    page.locator("#ovelse").get_by_role("link", name="Avslutt uten svar").click()
    page.locator("summary").filter(has_text="Ferdig uten svar").locator("visible=true").first.click()
    page.get_by_role("button", name=re.compile("Søppel eller svindel")).locator("visible=true").first.click()
    expect(page.locator("#ovelse")).to_contain_text("4 av 5 ferdig")
    open_task(page, "Send en sak videre", "Saksbehandling")
    for left in (2, 1):
        missing = page.locator("#pliktpanel").get_by_role("button", name=re.compile("Sett inn"))
        expect(missing).to_have_count(left)
        missing.first.click()
    page.get_by_label("Videresend til").select_option(label="Kommunalteknikk")
    page.get_by_role("button", name="Velg", exact=True).click()
    expect(page.get_by_text("Ingenting mangler")).to_be_visible()
    page.get_by_role("button", name=re.compile("Send til godkjenning")).click()
    expect(page.locator("#ovelse")).to_contain_text("Alle fem er ferdige. Du er i gang.")
    keep_picture(page, "practice-finished")
    page.locator("#ovelse").get_by_role("button", name="Til den ekte køen").click()
    expect(page.get_by_text("Du er i gang.")).to_be_visible()
    expect(page.locator("#rader")).to_contain_text(real.author_name)
    real.refresh_from_db()
    assert real.status == CommentStatus.NEW
    assert Comment.objects.filter(municipality=place.municipality).count() == 1
