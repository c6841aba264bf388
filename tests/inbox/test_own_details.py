"""The lead says which numbers and bodies are the municipality's own: its numbers stop no draft, its bodies are seen."""

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from inbox.actions import comments, replies
from inbox.draft_checks import checks_of
from inbox.models import Comment
from team.actions import change_municipality
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

MOBILE, ACCOUNT = "918 27 364", "4202.19.30053"
NATIONAL_ID = "01010750160"


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def kari(place: cast.Cast, client: Client) -> Client:
    client.force_login(place.kari.user)
    return client


def send(client: Client, **changes: str) -> tuple[int, str]:
    empty = {"website": "", "organisation_number": "", "own_phones": "", "own_accounts": "", "political_bodies": ""}
    response = client.post(reverse("inbox:own_details"), {**empty, **changes}, follow=True)
    return response.status_code, response.content.decode()


def stopped_by(place: cast.Cast, text: str) -> list[str]:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["neutral"], by=place.ola)
    reply = replies.draft(Comment.objects.get(pk=comment.pk), text=text, by=place.ola)
    return [line.words for line in checks_of(reply).stopping]


@pytest.mark.parametrize("written", [MOBILE, "91827364", "+47 918 27 364", "0047 91827364"])
def test_the_municipality_s_own_mobile_stops_no_draft_however_it_is_written(
    place: cast.Cast, kari: Client, written: str
) -> None:
    assert stopped_by(place, f"Ring vakttelefonen på {written}."), "nobody has said that it is ours"
    send(kari, own_phones=MOBILE)
    place.municipality.refresh_from_db()
    assert stopped_by(place, f"Ring oss på {written}.") == []
    assert stopped_by(place, "Ring Per på 902 11 223."), "others' numbers still stop it"


def test_the_municipality_s_own_account_stops_no_draft(place: cast.Cast, kari: Client) -> None:
    words = f"Betal til konto {ACCOUNT}."
    assert stopped_by(place, words)
    assert send(kari, own_accounts=ACCOUNT)[0] == 200
    place.municipality.refresh_from_db()
    assert stopped_by(place, words) == []
    assert stopped_by(place, "Betal til kontonummer 42021930053 i dag.") == []


def test_a_body_of_the_municipality_s_own_makes_a_comment_look_political(place: cast.Cast, kari: Client) -> None:
    words = "Hva sier Driftsrådets leder til dette?"
    assert "political" not in make_comment(place.post, words).hints
    send(kari, political_bodies="Driftsrådet\nHovedutvalg for oppvekst (HO)")
    place.channel.refresh_from_db()
    assert "political" in make_comment(place.post, words).hints
    assert "political" in make_comment(place.post, "Send det til hovedutvalg for oppvekst ho i dag").hints
    assert "political" not in make_comment(place.post, "Hvem drifter skolen?").hints


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("own_phones", "911", "er ikke et telefonnummer"),
        ("own_phones", "ring oss", "er ikke et telefonnummer"),
        ("own_accounts", "1234 56 78901", "er ikke et kontonummer"),
        ("own_accounts", NATIONAL_ID, "kan være et fødselsnummer"),
        ("political_bodies", "x", "er ikke et navn på et utvalg"),
        ("organisation_number", "12345", "ni sifre"),
        ("website", "ikke en adresse", "nettadresse"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_was_typed_kept(
    place: cast.Cast, kari: Client, field: str, typed: str, words: str
) -> None:
    status, page = send(kari, **{field: typed})
    assert status == 422
    assert words in page
    assert typed in page
    assert not AuditEvent.objects.filter(action="municipality.change").exists()


def test_each_change_is_logged_old_and_new_and_shown_again(place: cast.Cast, kari: Client) -> None:
    send(kari, own_phones=f"{MOBILE}\n{MOBILE}\n\n02440")
    event = AuditEvent.objects.get(action="municipality.change")
    assert event.data == {"field": "own_phones", "old": [], "new": [MOBILE, "02440"]}
    assert event.actor_id == place.kari.user_id
    page = kari.get(reverse("inbox:own_details")).content.decode()
    assert f"{MOBILE}\n02440" in page
    assert "Ingenting er endret" in send(kari, own_phones=f"{MOBILE}\n02440")[1]


def test_a_neighbour_s_numbers_are_not_ours(place: cast.Cast) -> None:
    other = cast.tydal()
    change_municipality(other.municipality, {"own_phones": [MOBILE]}, by=other.kari)
    assert stopped_by(place, f"Ring {MOBILE}.")
