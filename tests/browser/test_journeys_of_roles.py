"""One journey for each role of product.md section 1; the member's whole day is test_alone_on_duty_in_the_browser."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from archive.models import CaseRecord
from archive.tasks import follow_log
from inbox.actions import comments, replies
from inbox.models import Comment, Reply
from inbox.workflow import ReplyStatus
from team.models import Role
from tests import cast
from tests.browser.conftest import Errors
from tests.browser.journeys import Journey
from tests.factories import make_comment, make_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def walk(page: Page, live_server: LiveServer) -> Journey:
    return Journey(page, live_server)


def test_a_member_takes_sorts_answers_and_hands_in(place: cast.Cast, walk: Journey) -> None:
    comment = make_comment(place.post, "Det er for dårlig brøytet")
    walk.be(place.ola)
    walk.page.get_by_role("link", name="Randi Moen").click()
    walk.press("Ta kommentaren")
    walk.reads("Du har tatt kommentaren")
    walk.open(comment)
    walk.sort("Negativ")
    walk.write("Vi brøyter før kl. 06.")
    walk.hand_in()
    assert Comment.objects.get(pk=comment.pk).assignee == place.ola
    assert Reply.objects.get().status == ReplyStatus.IN_REVIEW


def test_a_lead_sends_back_with_a_remark_and_approves_what_comes_again(place: cast.Cast, walk: Journey) -> None:
    comment = make_comment(place.post, "Det er for dårlig brøytet")
    comments.sort(comment, sortings=["negative"], by=place.ola)
    replies.submit(replies.draft(comment, text="Vi brøyter.", by=place.ola), by=place.ola)
    walk.be(place.kari)
    walk.page.get_by_role("link", name="Til godkjenning").first.click()
    walk.page.get_by_role("link", name="Randi Moen").click()
    walk.page.locator("h1").focus()
    walk.page.keyboard.press("t")
    walk.page.locator("[name=remark]").fill("Si når.")
    walk.page.locator("form[action$='/svar/send-tilbake/'] button").click()
    walk.reads("sendt tilbake")
    walk.be(place.ola)
    walk.open(comment)
    walk.reads("Si når.")
    walk.write("Vi brøyter før kl. 06.")
    walk.hand_in()
    walk.approve(comment, place.kari)
    assert Reply.objects.get().approved_by == place.kari


def test_an_archivist_completes_what_must_be_kept(place: cast.Cast, walk: Journey) -> None:
    comments.sort(make_comment(place.post, "Jeg søker om garasje"), sortings=["case_handling"], by=place.ola)
    follow_log()
    walk.be(place.arne)
    walk.page.get_by_role("link", name=re.compile("^SD-")).click()
    walk.press("Bekreft opplysningene")
    walk.reads("Arkivgrunnlaget er bekreftet")
    assert CaseRecord.objects.get().confirmed_at


def test_a_reader_reads_the_guideline_and_nothing_else(place: cast.Cast, walk: Journey, errors: Errors) -> None:
    walk.be(make_member(place.municipality, "Rita Leser", Role.READER))
    expect(walk.page.get_by_role("heading", level=1)).to_contain_text(re.compile("etningslinjer"))
    expect(walk.page.locator(".sd-nav").get_by_role("link")).to_have_count(1)
    errors.expect("/ko/")
    walk.page.goto(f"{walk.base}/ko/")
    walk.reads("tilgang")


def test_a_system_administrator_sees_the_channels_and_no_content(
    place: cast.Cast, walk: Journey, errors: Errors
) -> None:
    comment = make_comment(place.post, "Hemmelige ord fra en innbygger")
    walk.be(make_member(place.municipality, "Sigrid System", Role.SYSADMIN))
    walk.page.goto(f"{walk.base}/kanaler/")
    walk.reads(place.channel.name)
    expect(walk.page.get_by_text("Hemmelige ord")).to_have_count(0)
    errors.expect(f"/kommentar/{comment.pk}/")
    walk.open(comment)
    walk.reads("tilgang")
    expect(walk.page.get_by_text("Hemmelige ord")).to_have_count(0)
