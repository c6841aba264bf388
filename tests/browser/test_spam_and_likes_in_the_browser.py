"""`s`, `l` and «Skjul …» by keyboard: the row goes at once, comes back when it was refused, and can be undone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from inbox import carrying_out
from inbox.actions import house_rules
from inbox.models import Channel, Comment, Intervention
from inbox.workflow import CommentStatus, InterventionStatus
from tests import cast
from tests.browser.conftest import keep_picture, sign_in
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 20_000  # milliseconds for what the server is asked


@pytest.fixture
def place() -> cast.Cast:
    """A Facebook page (where hiding and liking are possible), with the rule against spam."""
    place = cast.meraker()
    Channel.objects.filter(pk=place.channel.pk).update(platform="facebook")
    place.channel.refresh_from_db()
    place.post.refresh_from_db()
    for code in ("spam", "hets"):
        house_rules.keep(code=code, title=code.capitalize(), text="Vi skjuler det.", allows=["hide"], by=place.kari)
    return place


def row_of(page: Page, comment: Comment) -> str:
    return f"#k{comment.pk}"


def make_current(page: Page, comment: Comment) -> None:
    """Go to the row with the keyboard; a click on the row that is current already would open it."""
    row = page.locator(row_of(page, comment))
    for _ in range(5):
        if row.get_attribute("aria-current") == "true":
            break
        page.keyboard.press("j")
    expect(row).to_have_attribute("aria-current", "true")


def test_s_ends_and_hides_at_once_and_the_next_row_is_current(
    page: Page, live_server: LiveServer, place: cast.Cast
) -> None:
    spam = make_comment(place.post, "Tjen penger fort", author_name="Lottovinner")
    other = make_comment(place.post, "Når åpner svømmehallen?")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    make_current(page, spam)
    page.keyboard.press("s")
    expect(page.locator(row_of(page, spam))).to_have_count(0, timeout=SOON)
    expect(page.locator(row_of(page, other))).to_have_attribute("aria-current", "true")
    act = Intervention.objects.get(comment=spam)
    assert act.rule is not None
    assert (act.kind, act.rule.code, act.planned_by) == ("hide", "spam", place.ola)
    assert act.evidence is not None


def test_a_row_that_could_not_be_ended_comes_back_and_says_so(
    page: Page, live_server: LiveServer, place: cast.Cast
) -> None:
    spam = make_comment(place.post, "Tjen penger fort", author_name="Lottovinner")
    make_comment(place.post, "Når åpner svømmehallen?")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    held: list[Route] = []
    page.route("**/avslutt/", lambda route: held.append(route))
    make_current(page, spam)
    page.keyboard.press("s")
    expect(page.locator(row_of(page, spam))).to_be_hidden()  # before the server has said anything
    refused = page.request.get(f"{live_server.url}/ko/?valgt={spam.pk}").text()  # the queue, where it still stands
    held[0].fulfill(status=200, content_type="text/html", body=refused)
    expect(page.locator(row_of(page, spam))).to_be_visible()
    expect(page.locator(row_of(page, spam))).to_have_attribute("aria-current", "true")
    spam.refresh_from_db()
    assert spam.status == CommentStatus.NEW


def test_l_likes_and_the_row_stays_with_its_thanks(page: Page, live_server: LiveServer, place: cast.Cast) -> None:
    praise = make_comment(place.post, "Så flott brøytet", author_name="Ingrid Dahl")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    make_current(page, praise)
    page.keyboard.press("l")
    expect(page.get_by_text("Kommentaren likes nå.")).to_be_visible(timeout=SOON)
    expect(page.locator(row_of(page, praise))).to_be_visible()
    assert Intervention.objects.get().kind == "like"


def test_hiding_by_the_form_and_the_lead_who_shows_it_again(
    page: Page, live_server: LiveServer, place: cast.Cast
) -> None:
    rude = make_comment(place.post, "Du er en idiot", author_name="Sint Mann")
    sign_in(page, live_server.url, place.kari.user.email)
    page.goto(f"{live_server.url}/kommentar/{rude.pk}/")
    page.get_by_role("link", name="Skjul …").click()
    page.get_by_label("Etter hvilken regel").select_option(label="Hets")
    page.get_by_label("Hvorfor regelen gjelder her").fill("Personangrep")
    keep_picture(page, "hide-form")
    page.get_by_role("button", name="Lagre beviset og skjul").click()
    expect(page.get_by_text("Beviset er lagret. Kommentaren skjules nå.")).to_be_visible()
    act = Intervention.objects.get(kind="hide")
    assert act.look_again_on == timezone.localdate() + timedelta(days=14)
    claim = carrying_out._claim(act.pk)
    assert claim is not None
    carrying_out.settle_done(claim, carrying_out.DONE)
    page.reload()
    expect(page.get_by_role("link", name="Vis kommentaren igjen").first).to_be_visible()
    keep_picture(page, "hidden")
    act.refresh_from_db()
    assert act.status == InterventionStatus.CARRIED_OUT
