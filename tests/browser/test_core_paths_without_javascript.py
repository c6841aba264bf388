"""Every core path by links and forms alone: sort, answer, review, publish, forward, many, search, wait, undo, note."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox import publishing
from inbox.actions import comments, templates
from inbox.models import Comment, Forwarding, JointPick, Mention, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.browser.conftest import sign_in
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "java_script_enabled": False}


@pytest.fixture
def place() -> cast.Cast:
    place = cast.meraker()
    templates.load_defaults(place.municipality)
    return place


def test_praise_is_sorted_thanked_and_published_from_the_queue(
    page: Page, live_server: LiveServer, place: cast.Cast
) -> None:
    praise = make_comment(place.post, "Så bra brøytet!")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    page.locator("#rute").get_by_label(re.compile("^Ros")).check()
    page.locator("#rute").get_by_role("button", name="Sorter", exact=True).click()
    page.get_by_role("button", name=re.compile("Publiser takk")).click()
    expect(page.get_by_text("Svaret til Randi Moen er på vei ut.")).to_be_visible()
    assert Reply.objects.get().status == ReplyStatus.APPROVED
    assert publishing.due_replies() == [Reply.objects.get().pk]
    praise.refresh_from_db()
    assert praise.status == CommentStatus.GOING_OUT


def test_a_question_is_answered_with_a_template_from_the_strip(
    page: Page, live_server: LiveServer, place: cast.Cast
) -> None:
    make_comment(place.post, "Når åpner svømmehallen?")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    page.locator("#rute").get_by_label(re.compile("^Nøytral")).check()
    page.locator("#rute").get_by_role("button", name="Sorter", exact=True).click()
    page.locator(".sd-strip summary").click()
    page.locator(".sd-strip [data-code=im]").click()
    expect(page.locator(".sd-strip__text")).to_contain_text("i morgen")
    page.locator(".sd-strip").get_by_role("button", name=re.compile("^Publiser")).click()
    expect(page.get_by_text("Svaret til Randi Moen er på vei ut.")).to_be_visible()


def test_an_answer_is_handed_in_reviewed_forwarded_and_approved(
    page: Page, live_server: LiveServer, place: cast.Cast
) -> None:
    comment = make_comment(place.post, "Jeg vil klage på brøytingen.")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/kommentar/{comment.pk}/")
    page.get_by_role("button", name=re.compile("Ta kommentaren")).click()
    page.get_by_label(re.compile("Saksbehandling")).check()
    page.get_by_role("button", name="Sorter", exact=True).click()
    page.get_by_role("textbox", name=re.compile("^Svar til")).fill("Vi ser på det.")
    page.get_by_role("button", name="Lagre utkast").click()
    for _ in range(2):
        page.locator("#pliktpanel").get_by_role("button", name=re.compile("Sett inn")).first.click()
    page.get_by_label("Videresend til").select_option(label="Kommunalteknikk")
    page.get_by_role("button", name="Velg", exact=True).click()
    page.get_by_role("button", name=re.compile("Send til godkjenning")).click()
    expect(page.get_by_text("Svaret er sendt til godkjenning")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, live_server.url, place.kari.user.email)
    page.goto(f"{live_server.url}/godkjenning/")
    page.get_by_role("link", name="Randi Moen").click()
    page.get_by_role("button", name=re.compile("Godkjenn og publiser")).click()
    expect(page.get_by_text("Svaret er godkjent")).to_be_visible()
    assert Forwarding.objects.get(comment=comment).unit == place.unit


def test_many_are_picked_seen_through_sorted_and_undone(page: Page, live_server: LiveServer, place: cast.Cast) -> None:
    for number in range(3):
        make_comment(place.post, f"Så bra jobba {number}!")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    for box in page.get_by_role("checkbox", name=re.compile("^Velg Randi")).all()[:2]:
        box.check()
    page.get_by_role("button", name="Velg hva du vil gjøre …").click()
    expect(page.get_by_role("heading", name="2 kommentarer valgt")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Ros")).click()
    page.get_by_role("button", name=re.compile("2")).click()
    assert Comment.objects.filter(sortings=["praise"]).count() == 2
    page.locator("#meldinger").get_by_role("button", name=re.compile("^Angre")).click()
    expect(page.get_by_text(re.compile("^Angret:"))).to_be_visible()
    assert not Comment.objects.filter(sortings=["praise"]).exists()


def test_one_searches_lets_a_comment_wait_and_reads_the_sheet_of_keys(
    page: Page, live_server: LiveServer, place: cast.Cast
) -> None:
    comment = make_comment(place.post, "Når åpner svømmehallen?")
    make_comment(place.post, "Noe helt annet")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    search = page.get_by_role("searchbox", name="Søk i kommentarer og svar")
    search.fill("svømmehall")
    search.press("Enter")
    page.get_by_role("link", name="Randi Moen").click()
    page.get_by_label(re.compile("^Nøytral")).check()
    page.get_by_role("button", name="Sorter", exact=True).click()
    page.get_by_text("Vent til …").click()
    page.locator("form[action$='/vent/'] button[name=until]").first.click()
    comment.refresh_from_db()
    assert comment.status == CommentStatus.WAITING
    page.get_by_role("button", name="Ta fram igjen").click()
    comment.refresh_from_db()
    assert comment.status == CommentStatus.TO_ANSWER
    page.get_by_role("link", name="Hurtigtaster").click()
    expect(page.get_by_role("heading", name="Sortere")).to_be_visible()


def test_a_colleague_is_named_in_a_note(page: Page, live_server: LiveServer, place: cast.Cast) -> None:
    comment = make_comment(place.post, "Når åpner svømmehallen?")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/kommentar/{comment.pk}/")
    page.locator("summary").filter(has_text="Skriv internt notat").click()
    page.get_by_label("Internt notat").fill("Vet du dette, @Mari Teveldal?")
    page.get_by_role("button", name=re.compile("Lagre internt notat")).click()
    expect(page.get_by_text("Vet du dette,").first).to_be_visible()
    assert Mention.objects.get().member == place.mari
    page.context.clear_cookies()
    sign_in(page, live_server.url, place.mari.user.email)
    page.get_by_role("link", name="Les", exact=True).click()
    expect(page.get_by_text("Vet du dette,").first).to_be_visible()


def test_many_are_answered_together_and_one_is_taken_out(page: Page, live_server: LiveServer, place: cast.Cast) -> None:
    for number in range(3):
        comments.sort(make_comment(place.post, f"Ikke brøytet {number}"), sortings=["negative"], by=place.ola)
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/skal-besvares/")
    for box in page.get_by_role("checkbox", name=re.compile("^Velg Randi")).all():
        box.check()
    page.get_by_role("button", name="Velg hva du vil gjøre …").click()
    page.get_by_role("button", name=re.compile("^Svar samlet")).click()
    page.get_by_role("button", name=re.compile(r"Svar samlet \(3\)")).click()
    page.get_by_role("textbox", name=re.compile("^Svar til")).fill("Alt er brøytet før kl. 10.")
    page.get_by_role("button", name="Lagre utkast").click()
    before = JointPick.objects.count()
    page.get_by_role("button", name=re.compile("^Ta ut")).first.click()
    page.get_by_role("button", name=re.compile("Send til godkjenning")).click()
    expect(page.get_by_text("Svaret er sendt til godkjenning")).to_be_visible()
    assert JointPick.objects.count() == before - 1


def test_an_interim_answer_is_promised_and_made_final_again(
    page: Page, live_server: LiveServer, place: cast.Cast
) -> None:
    comment = make_comment(place.post, "Når kommer rapporten?")
    comments.sort(comment, sortings=["negative"], by=place.ola)
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/kommentar/{comment.pk}/")
    page.get_by_role("textbox", name=re.compile("^Svar til")).fill("Vi undersøker, og svarer snart.")
    page.locator("summary").filter(has_text="Foreløpig svar").click()
    page.locator("button[name=final_by]").first.click()
    expect(page.get_by_text("Foreløpig svar.").first).to_be_visible()
    assert Reply.objects.get().is_interim
    assert Reply.objects.get().text == "Vi undersøker, og svarer snart."
    page.locator("summary").filter(has_text="Endre dagen").click()
    page.get_by_role("button", name="Gjør svaret endelig").click()
    expect(page.get_by_text("Svaret er endelig igjen.")).to_be_visible()
    assert not Reply.objects.get().is_interim
