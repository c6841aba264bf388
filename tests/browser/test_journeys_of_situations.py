"""The everyday situations of a municipality's social media, one journey each (product.md section 2)."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox import intake
from inbox.actions import comments, facts, replies, templates
from inbox.models import Comment, Forwarding, JointPick, Reply
from inbox.workflow import CommentStatus, ForwardingStatus, ReplyStatus
from tests import cast
from tests.browser.journeys import Journey
from tests.browser.scene import receipt_token
from tests.factories import make_comment, make_item, make_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> cast.Cast:
    place = cast.meraker()
    templates.load_defaults(place.municipality)
    return place


@pytest.fixture
def walk(page: Page, live_server: LiveServer, place: cast.Cast) -> Journey:
    walk = Journey(page, live_server)
    walk.be(place.ola)
    return walk


def status_of(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


def test_praise_is_two_keys(place: cast.Cast, walk: Journey) -> None:
    praise = make_comment(place.post, "Så bra brøytet!")
    walk.page.goto(f"{walk.base}/ko/")
    walk.page.keyboard.press("1")
    expect(walk.page.locator(f"#k{praise.pk} .sd-strip:focus")).to_have_count(1)
    walk.page.keyboard.press("Control+Enter")
    walk.reads("Svaret til Randi Moen er på vei ut.")
    assert Reply.objects.get().approved_by == place.ola


def test_a_neutral_question_gets_a_template(place: cast.Cast, walk: Journey) -> None:
    walk.open(make_comment(place.post, "Når svarer dere?"))
    walk.sort("Nøytral")
    walk.unfold("Maler")
    walk.press("Vi svarer i morgen")
    expect(walk.page.get_by_role("textbox", name=re.compile("^Svar til"))).to_have_value(re.compile("i morgen"))
    walk.press("^Publiser")
    walk.reads("Svaret er godkjent")
    assert Reply.objects.get().status == ReplyStatus.APPROVED


def test_a_negative_comment_is_answered_and_read_by_a_second_person(place: cast.Cast, walk: Journey) -> None:
    angry = make_comment(place.post, "Dette er for dårlig!")
    walk.open(angry)
    walk.sort("Negativ")
    walk.write("Vi forstår at du er oppgitt. Vi brøyter før kl. 06.")
    walk.hand_in()
    walk.approve(angry, place.kari)
    assert status_of(angry) == CommentStatus.GOING_OUT


def test_a_wrong_fact_is_corrected_with_its_source(place: cast.Cast, walk: Journey) -> None:
    until = timezone.localdate() + timedelta(days=30)
    facts.keep(
        claim="stengt hele vinteren",
        correction="Svømmehallen er åpen.",
        source="https://meraker.example/apningstider",
        valid_until=until,
        by=place.ola,
    )
    wrong = make_comment(place.post, "Svømmehallen er stengt hele vinteren")
    walk.open(wrong)
    walk.sort("Faktafeil")
    walk.press("^Sett inn:")
    walk.reads("Ingenting mangler")
    walk.hand_in()
    reply = Reply.objects.get()
    assert reply.source == "https://meraker.example/apningstider"
    assert Comment.objects.get(pk=wrong.pk).claim == "stengt hele vinteren"


def test_case_handling_is_told_to_send_a_formal_enquiry(place: cast.Cast, walk: Journey) -> None:
    walk.open(make_comment(place.post, "Kan jeg få bygge garasje på tomta?"))
    walk.sort("Saksbehandling")
    for left in (2, 1):
        missing = walk.page.locator("#pliktpanel").get_by_role("button", name=re.compile("Sett inn"))
        expect(missing).to_have_count(left)
        missing.first.click()
    walk.page.get_by_label("Videresend til").select_option(label="Kommunalteknikk")
    walk.press("^Velg$")
    walk.reads("Ingenting mangler")
    walk.hand_in()
    assert place.municipality.enquiry_url in Reply.objects.get().text


def test_a_complaint_is_forwarded_at_once_and_the_unit_confirms(place: cast.Cast, walk: Journey) -> None:
    complaint = make_comment(place.post, "Jeg klager på vedtaket")
    comments.sort(complaint, sortings=["case_handling"], by=place.ola)
    comments.flag(complaint, flags=["complaint"], by=place.ola)
    walk.open(complaint)
    form = walk.page.locator("form:has(#enhet-law-complaint-forward)")
    form.get_by_role("combobox").select_option(label="Kommunalteknikk")
    form.get_by_role("button").first.click()
    walk.reads("Kommunalteknikk")
    assert Forwarding.objects.get().status == ForwardingStatus.SENT
    walk.page.goto(f"{walk.base}/kvittering/{receipt_token()}/")
    walk.page.locator("input[name=name]").fill("Turid Teknikk")
    walk.press("Bekreft mottaket")
    walk.reads("Mottaket er bekreftet")
    assert Forwarding.objects.get().received_by == "Turid Teknikk"


def test_an_emergency_gets_its_fixed_answer_before_anything_else(place: cast.Cast, walk: Journey) -> None:
    fire = make_comment(place.post, "Det brenner i barnehagen!")
    walk.page.goto(f"{walk.base}/ko/")
    expect(walk.page.locator("#rader h2").first).to_contain_text("Akutt?")
    walk.open(fire)
    walk.page.locator("#fast form").first.get_by_role("button").click()
    walk.reads("på vei ut")
    assert "110" in Reply.objects.get().text
    assert status_of(fire) == CommentStatus.NEW


def test_spam_is_one_key_and_can_be_taken_back(place: cast.Cast, walk: Journey) -> None:
    spam = make_comment(place.post, "VINN EN BIL, klikk her")
    walk.page.goto(f"{walk.base}/ko/")
    walk.page.keyboard.press("s")
    expect(walk.page.locator(f"#k{spam.pk}")).to_have_count(0)
    expect(walk.page.locator("#faner [aria-current]")).to_contain_text("0")
    assert Comment.objects.get(pk=spam.pk).ending == "spam"
    walk.page.keyboard.press("z")
    walk.reads("Angret:")
    assert status_of(spam) == CommentStatus.NEW


def test_a_comment_with_personal_data_asks_its_sender_to_take_it_away(place: cast.Cast, walk: Journey) -> None:
    walk.open(make_comment(place.post, "Når brøytes det? Ring meg på 918 27 364"))
    walk.reads("Kan være personopplysninger.")
    walk.sort("Nøytral")
    walk.press("Be avsenderen fjerne opplysningene")
    box = walk.page.get_by_role("textbox", name=re.compile("^Svar til"))
    expect(box).to_have_value(re.compile("fjerne dem"))
    assert "918" not in box.input_value()


def test_a_journalist_on_a_political_matter_is_marked(place: cast.Cast, walk: Journey) -> None:
    asked = make_comment(place.post, "Hva mener ordføreren om saken? Hilsen Lokalavisa")
    walk.open(asked)
    walk.sort("Nøytral")
    walk.unfold("Sortering")
    for flag in ("press", "political"):
        walk.page.locator(f"input[name=flags][value={flag}]").check()
    walk.press("Lagre merkingen")
    walk.reads("Merkingen er lagret")
    expect(walk.page.locator("input[name=flags][value=press]")).to_be_checked()
    expect(walk.page.locator("#pliktpanel")).to_contain_text("kommunedirektørens innstilling")
    assert set(Comment.objects.get(pk=asked.pk).flags) == {"press", "political"}


def test_a_crowd_is_answered_together(place: cast.Cast, walk: Journey) -> None:
    crowd = [make_comment(place.post, f"Hvorfor er det ikke brøytet? {number}") for number in range(3)]
    for one in crowd:
        comments.sort(one, sortings=["negative"], by=place.ola)
    walk.page.goto(f"{walk.base}/ko/skal-besvares/")
    for one in crowd:
        walk.page.locator(f"#k{one.pk} input[name=valgte]").check()
    walk.press("Svar samlet")
    walk.press(r"Svar samlet \(3\)")
    walk.page.wait_for_url("**/kommentar/**")
    walk.write("Vi har sett kommentarene. Alle veger er brøytet før kl. 10.")
    walk.hand_in()
    assert JointPick.objects.count() == 2
    walk.approve(Reply.objects.get().comment, place.kari)
    assert {status_of(one) for one in crowd} == {CommentStatus.GOING_OUT}


def test_a_comment_edited_after_the_draft_says_so(place: cast.Cast, walk: Journey) -> None:
    comment = make_comment(place.post, "Når åpner hallen?", external_id="endret")
    comments.sort(comment, sortings=["neutral"], by=place.ola)
    replies.draft(comment, text="Klokka ti.", by=place.ola)
    with transaction.atomic():
        item = make_item(place.post, "Når stenger hallen?", external_id="endret", edited_at=timezone.now())
        intake.receive(place.channel, make_page(item), raw_page=None)
    walk.open(comment)
    walk.reads("Avsenderen har endret kommentaren etter at utkastet ble lagret.")
    expect(walk.page.get_by_role("textbox", name=re.compile("^Svar til"))).to_have_value("Klokka ti.")


def test_a_comment_deleted_by_its_sender_keeps_its_words_and_can_be_ended(place: cast.Cast, walk: Journey) -> None:
    gone = make_comment(place.post, "Når åpner hallen?")
    comments.sort(gone, sortings=["neutral"], by=place.ola)
    with transaction.atomic():
        intake.mark_deleted([Comment.objects.get(pk=gone.pk)])
    walk.open(gone)
    walk.reads("Slettet på plattformen")
    walk.reads("Når åpner hallen?")
    walk.unfold("Ferdig uten svar")
    walk.press("Slettet av avsenderen")
    walk.page.wait_for_load_state()
    assert Comment.objects.get(pk=gone.pk).ending == "deleted_by_sender"
