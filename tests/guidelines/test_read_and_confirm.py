"""Read and confirm: off by default, a personal link and one button, names for the lead but never of elected members."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from audit.models import AuditEvent
from guidelines import invitations, texts
from guidelines.actions import put_in_force
from guidelines.models import Acknowledgement, Reader
from guidelines.people import PeopleListError, Person, from_csv, from_lines
from notices.models import Notice
from tests import cast

pytestmark = pytest.mark.django_db
TEXT = "Kommunens kontoer\n\n1. Svar alltid.\n2. Hold formen.\n"
EVA, ODD = Person("Eva Ek", "eva@meraker.example", "employees"), Person("Odd Ås", "odd@meraker.example", "elected")


@pytest.fixture
def outbox(monkeypatch):
    """What was handed to the outbox; the outbox itself has tests of its own."""
    mails = []
    monkeypatch.setattr(invitations, "put_in_outbox", lambda _municipality, **mail: mails.append(mail))
    return mails


@pytest.fixture
def place():
    place = cast.meraker()
    put_in_force(texts.start_version(texts.Adoption("Regler"), texts.pasted(TEXT), by=place.kari), by=place.kari)
    return place


def turn_on(place, audiences=("employees", "elected")):
    invitations.change_asking(
        place.municipality.guideline, asks=True, remind_after_days=14, audiences=list(audiences), by=place.kari
    )


def link_of(email):
    return reverse("guidelines:confirm", args=[Acknowledgement.objects.get(reader__email=email).token])


def test_nobody_is_asked_until_the_municipality_wants_it(place, outbox):
    assert invitations.invite([EVA], by=place.kari) == 0
    assert outbox == []
    turn_on(place)
    assert [mail["to"] for mail in outbox] == [EVA.email]


def test_the_invitations_wait_in_the_real_outbox(place):
    turn_on(place)
    invitations.invite([EVA, ODD], by=place.kari)
    assert set(Notice.objects.values_list("to", flat=True)) == {EVA.email, ODD.email}
    assert all(link_of(notice.to) in notice.body for notice in Notice.objects.all())


def test_each_person_gets_a_long_link_of_their_own_once(place, outbox):
    turn_on(place)
    invitations.invite([EVA, ODD], by=place.kari)
    invitations.invite([EVA, ODD], by=place.kari)
    links = [re.search(r"http\S+", mail["body"]).group() for mail in outbox]
    assert len(links) == len(set(links)) == 2
    assert all(len(link.rstrip("/").rsplit("/", 1)[1]) == 43 for link in links), "256 bits"
    assert len({mail["key"] for mail in outbox}) == 2


def test_the_person_reads_and_confirms_without_an_account_and_sees_nothing_else(place, outbox):
    turn_on(place)
    invitations.invite([EVA], by=place.kari)
    client = Client()
    page = client.get(link_of(EVA.email)).content.decode()
    assert "Svar alltid." in page
    assert "Jeg har lest retningslinjene" in page
    assert "sd-nav" not in page
    assert Acknowledgement.objects.get().confirmed_at is None, "looking confirms nothing: mail filters look too"
    for _time in range(2):
        client.post(link_of(EVA.email))
    assert AuditEvent.objects.filter(action="guideline.confirm").count() == 1
    assert "Takk." in client.get(link_of(EVA.email)).content.decode()
    assert client.get(reverse("guidelines:reader")).status_code == 302
    assert client.get(reverse("guidelines:confirm", args=["x" * 43])).status_code == 404


def test_the_lead_sees_names_of_employees_and_only_counts_of_elected(place, outbox, client):
    turn_on(place)
    invitations.invite([EVA, ODD], by=place.kari)
    Client().post(link_of(ODD.email))
    client.force_login(place.kari.user)
    page = client.get(reverse("guidelines:readers")).content.decode()
    assert "Eva Ek" in page
    assert "Odd Ås" not in page
    assert ODD.email not in page
    assert "1 av 2" in page
    event = AuditEvent.objects.get(action="guideline.confirm")
    assert event.subject_type == "guidelines.guidelineversion", "the log does not say who either"


def test_a_new_version_asks_again_and_shows_what_changed(place, outbox):
    turn_on(place)
    invitations.invite([EVA], by=place.kari)
    Client().post(link_of(EVA.email))
    old = link_of(EVA.email)
    new = texts.start_version(texts.Adoption("Regler"), texts.pasted(TEXT.replace("formen", "tonen")), by=place.kari)
    put_in_force(new, by=place.kari)
    assert invitations.ask_again(new, by=place.kari) == 1
    page = Client().get(reverse("guidelines:confirm", args=[new.acknowledgements.get().token])).content.decode()
    assert "endret siden du leste sist" in page
    assert "<ins>tonen.</ins>" in page
    assert Client().get(old).status_code == 404, "the old link is done with"


def test_the_reminder_goes_once_after_the_days_and_only_to_those_who_wait(place, outbox):
    turn_on(place)
    invitations.invite([EVA, ODD], by=place.kari)
    Client().post(link_of(ODD.email))
    now = timezone.now()
    assert invitations.remind_due(now + timedelta(days=13)) == 0
    assert invitations.remind_due(now + timedelta(days=15)) == 1
    assert invitations.remind_due(now + timedelta(days=16)) == 0
    assert [mail["to"] for mail in outbox if mail["kind"] == "guideline.remind"] == [EVA.email]


def test_the_lead_reminds_at_most_once_a_day(place, outbox, client):
    turn_on(place)
    invitations.invite([EVA], by=place.kari)
    client.force_login(place.kari.user)
    for _time in range(2):
        client.post(reverse("guidelines:remind"))
    assert len(outbox) == 2


def test_a_csv_list_is_read_with_comma_or_semicolon_and_a_heading():
    text = "Navn;E-post;Gruppe\nEva Ek;EVA@meraker.example;Ansatt\nOdd Ås;odd@meraker.example;folkevalgt\n"
    assert from_csv(("\ufeff" + text).encode(), "group") == [EVA, ODD]
    assert from_csv(text.replace(";", ",").encode(), "group") == [EVA, ODD]
    assert from_csv(b"Eva Ek,eva@meraker.example", "employees") == [EVA]


def test_bad_lines_are_named_by_number():
    text = (
        "Eva,eva@x.example,ansatt\n=cmd(),b@x.example,ansatt\nOdd,odd,ansatt\nLiv,liv@x.example,konge\n@a@x.example,x\n"
    )
    with pytest.raises(PeopleListError) as refused:
        from_csv(text.encode(), "employees")
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["Linje 2", "Linje 3", "Linje 4", "Linje 5"]
    with pytest.raises(PeopleListError, match="Linje 2"):
        from_lines("eva@x.example\nikke en adresse\n", "employees")


def test_a_bad_list_asks_nobody_and_the_page_says_which_line(place, outbox, client):
    turn_on(place)
    client.force_login(place.kari.user)
    file = SimpleUploadedFile("folk.csv", b"Eva,eva@x.example\nOdd,odd\n")
    answer = client.post(reverse("guidelines:invite"), {"audience": "employees", "file": file})
    assert answer.status_code == 422
    assert "Linje 2" in answer.content.decode()
    assert outbox == []
    assert not Reader.objects.exists()


def test_without_a_text_there_is_nothing_to_ask_about(outbox, client):
    place = cast.meraker()
    client.force_login(place.kari.user)
    data = {"asks_confirmation": "on", "audiences": "employees", "remind_after_days": "7"}
    answer = client.post(reverse("guidelines:readers"), data, follow=True)
    assert "Legg inn den vedtatte teksten først" in answer.content.decode()
    place.municipality.guideline.refresh_from_db()
    assert not place.municipality.guideline.asks_confirmation


def test_the_log_holds_no_name_or_address(place, outbox):
    turn_on(place)
    invitations.invite([EVA], by=place.kari)
    Client().post(link_of(EVA.email))
    assert "eva" not in str(list(AuditEvent.objects.values_list("data", flat=True))).casefold()
    assert [event.action for event in log.history(Acknowledgement.objects.get())] == ["guideline.confirm"]
