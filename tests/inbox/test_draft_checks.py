"""What a reply must not say: the checks alone, in the actions, and on the page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from inbox.actions import comments, replies
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.actions.overrides import BlockedByCheckError
from inbox.models import Comment, Override, Reply
from inbox.reading.comment import read_comment
from inbox.reading.drafts import DraftFinding, Severity, check_draft
from inbox.reading.findings import Context
from inbox.workflow import ReplyStatus
from tests import cast
from tests.factories import make_comment

OWN = Context(own_contacts=frozenset({"postmottak@meraker.kommune.example", "41200100"}))
MOTHER = "Moren min har demens. Naboen Torgrim Eksempelstad i Bekkefaret 7B vet det."


def checked(draft: str, comment: str = MOTHER, *, political: bool = False) -> list[tuple[str, str, str]]:
    found: list[DraftFinding] = check_draft(draft, comment, read_comment(comment, OWN).items, OWN, political=political)
    return [(one.check, one.severity.value, draft[one.start : one.end]) for one in found]


@pytest.mark.parametrize(
    ("draft", "stopped"),
    [
        ("Vi fant fødselsnummeret 02813850322 ditt", "02813850322"),
        ("Vi betaler til 9999.43.91727", "9999.43.91727"),
        ("Ring henne på 412 34 567", "412 34 567"),
        ("Skriv til ola@example.org", "ola@example.org"),
        ("Vi vet at demens er vanskelig", "demens"),
        ("Demensteamet kommer", "Demensteamet"),
        ("Vi har snakket med Torgrim Eksempelstad", "Torgrim Eksempelstad"),
        ("Vi kommer til Bekkefaret 7B", "Bekkefaret 7B"),
        ("Faren din har kreft, så vi", "kreft"),
    ],
)
def test_personal_data_in_a_draft_stops_it(draft: str, stopped: str) -> None:
    assert ("personal_data", Severity.BLOCKING.value, stopped) in checked(draft)


@pytest.mark.parametrize(
    "draft",
    [
        "Hei, Randi. Send oss en skriftlig henvendelse, så ser vi på det.",
        "Skriv til postmottak@meraker.kommune.example eller ring 412 00 100.",
        "Skriv til en annen i kommunen: tek@meraker.kommune.example",
        "Hilsen Kari Holten, Meråker kommune",
        "Møtet er 08.05.2026 kl. 18. Vedtaket finnes i sak 23/7650-3.",
    ],
)
def test_a_plain_reply_is_left_alone(draft: str) -> None:
    assert checked(draft) == []


def test_a_topic_nobody_owns_may_be_answered_with_its_word() -> None:
    assert checked("Ja, kurset om demens er i mars.", "Når er det kurs for pårørende ved demens?") == []


@pytest.mark.parametrize(
    ("draft", "check"),
    [
        ("Vi mener skolen bør bli", "level"),
        ("Forslaget får flertall på torsdag", "recommendation"),
    ],
)
def test_opinions_and_forecasts_are_pointed_out_only_where_the_comment_is_political(draft: str, check: str) -> None:
    assert [(name, tone) for name, tone, _ in checked(draft, "Hva med skolen?", political=True)] == [(check, "warning")]
    assert checked(draft, "Hva med skolen?") == []


def test_when_the_meeting_is_may_always_be_said() -> None:
    assert checked("Kommunestyret møtes torsdag kl. 18.", "Når er møtet?", political=True) == []


def test_retold_stories_and_passing_on_are_pointed_out() -> None:
    assert checked("En bruker fortalte oss det samme", "Hei") == [("stories", "warning", "En bruker fortalte")]
    assert checked("Vi har sendt opplysningene dine til fylket", "Hei")[0][:2] == ("consent", "warning")


def test_a_first_name_of_somebody_else_is_a_warning() -> None:
    assert checked("Vi skal snakke med Torgrim") == [("personal_data", "warning", "Torgrim")]


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def drafted(place: cast.Cast, text: str) -> Reply:
    comment = make_comment(place.post, text=MOTHER)
    comments.sort(comment, sortings=["negative"], by=place.ola)
    return replies.draft(comment, text=text, by=place.ola)


@pytest.mark.django_db
def test_a_stopped_text_is_not_handed_in_and_the_clause_is_named(place: cast.Cast) -> None:
    with pytest.raises(BlockedByCheckError, match=r"«demens».*del B, punkt 1"):
        replies.submit(drafted(place, "Vi vet at demens er tungt."), by=place.ola)


@pytest.mark.django_db
def test_in_tydal_the_law_is_named() -> None:
    place = cast.tydal()
    with pytest.raises(BlockedByCheckError, match=r"\(lov\)"):
        replies.submit(drafted(place, "Vi vet at demens er tungt."), by=place.ola)


@pytest.mark.django_db
def test_the_lead_decides_again_when_approving(place: cast.Cast) -> None:
    reply = drafted(place, "Vi ser på det.")
    replies.submit(reply, by=place.ola)
    reply = replies.draft(reply.comment, text="Ring 412 34 567.", by=place.kari)
    with pytest.raises(BlockedByCheckError):
        replies.approve(reply, by=place.kari)


@pytest.mark.django_db
def test_a_member_asks_and_a_lead_lets_the_text_stand(place: cast.Cast) -> None:
    reply = drafted(place, "Vi vet at demens er tungt.")
    replies.ask_override(reply, reason="Hun skriver åpent om det selv", by=place.ola)
    replies.submit(reply, by=place.ola)
    with pytest.raises(BlockedByCheckError):
        replies.approve(reply, by=place.kari)
    replies.override(reply, check="personal_data", reason="Samtykke i telefon i dag", by=place.kari)
    replies.approve(reply, by=place.kari)
    assert reply.status == ReplyStatus.APPROVED
    assert Override.objects.get().asked_by == place.ola
    event = AuditEvent.objects.get(action="reply.override")
    assert event.actor_id == place.kari.user_id
    assert "Samtykke" not in str(event.data)


@pytest.mark.django_db
def test_another_text_needs_another_override(place: cast.Cast) -> None:
    reply = drafted(place, "Vi vet at demens er tungt.")
    replies.override(reply, check="personal_data", reason="Samtykke", by=place.kari)
    replies.submit(reply, by=place.ola)
    reply = replies.draft(reply.comment, text="Demens er tungt for alle.", by=place.kari)
    with pytest.raises(BlockedByCheckError):
        replies.approve(reply, by=place.kari)


@pytest.mark.django_db
def test_only_a_lead_overrides_and_only_with_a_reason_and_a_check_that_stops(place: cast.Cast) -> None:
    reply = drafted(place, "Vi vet at demens er tungt.")
    with pytest.raises(NotAllowedError):
        replies.override(reply, check="personal_data", reason="Fordi", by=place.ola)
    with pytest.raises(RefusedError, match="hvorfor"):
        replies.override(reply, check="personal_data", reason=" ", by=place.kari)
    with pytest.raises(RefusedError, match="stopper ikke"):
        replies.override(reply, check="level", reason="Fordi", by=place.kari)
    fine = replies.draft(reply.comment, text="Vi ser på det.", by=place.ola)
    with pytest.raises(RefusedError, match="Ingen kontroll"):
        replies.ask_override(fine, reason="Fordi", by=place.ola)


@pytest.mark.django_db
def test_the_sender_is_asked_in_their_own_language_and_once(place: cast.Cast) -> None:
    for language, word in (("nb", "Vi ber deg fjerne dem"), ("nn", "Vi ber deg fjerne dei"), ("en", "Please remove")):
        comment = make_comment(place.post, text=MOTHER, language=language)
        comments.sort(comment, sortings=["negative"], by=place.ola)
        replies.ask_removal(comment, by=place.ola)
        reply = replies.ask_removal(comment, by=place.ola)
        assert reply.text.count(word) == 1
        assert place.municipality.enquiry_url in reply.text


def signed_in(member: cast.Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def page_of(comment: Comment, client: Client) -> str:
    return client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()


@pytest.mark.django_db
def test_the_page_says_what_stops_the_text_and_takes_it_to_the_lead(place: cast.Cast) -> None:
    reply = drafted(place, "Vi vet at demens er tungt.")
    ola, kari = signed_in(place.ola), signed_in(place.kari)
    page = page_of(reply.comment, ola)
    assert "«demens» gjentar en helseopplysning" in page
    assert "Be leder overstyre" in page
    ola.post(
        reverse("inbox:ask_override", args=[reply.comment_id]),
        {"text": reply.text, "version": reply.version, "reason": "Hun sier det selv"},
    )
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.IN_REVIEW
    page = page_of(reply.comment, kari)
    assert "Hun sier det selv" in page
    kari.post(reverse("inbox:override", args=[reply.comment_id]), {"version": reply.version, "reason": "Samtykke gitt"})
    assert "Samtykke gitt" in page_of(reply.comment, kari)
    kari.post(reverse("inbox:approve", args=[reply.comment_id]), {"version": reply.version})
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.APPROVED


@pytest.mark.django_db
def test_fine_checks_are_green_lines(place: cast.Cast) -> None:
    reply = drafted(place, "Vi ser på det.")
    page = signed_in(place.ola).get(reverse("inbox:checks", args=[reply.comment_id])).content.decode()
    assert "Ingen fødselsnummer" in page
    assert "Overstyr" not in page


@pytest.mark.django_db
def test_what_is_missing_stands_beside_the_button_and_follows_each_save(place: cast.Cast) -> None:
    comment = make_comment(place.post, "Jeg vil klage på vedtaket")
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    reply = replies.draft(comment, text="Vi ser på det.", by=place.ola)
    ola = signed_in(place.ola)
    page = page_of(comment, ola)
    told = re.search(r'id="mangler">(Mangler: [^<]+)<', page)
    assert told
    assert page.count('id="mangler"') == 1
    part = ola.get(reverse("inbox:checks", args=[comment.pk])).content.decode()
    assert f'id="mangler" hx-swap-oob="true">{told.group(1)}<' in part
    assert '<a href="/ko/" aria-current="page"' in page
    assert reply.status == ReplyStatus.DRAFT
