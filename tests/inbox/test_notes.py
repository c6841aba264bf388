"""Internal notes: kept in every version, colleagues named in them are told, and nothing of it leaves by itself."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive import actions as archive_actions
from archive import exporting
from archive import intake as archive_intake
from archive.access import settings_for
from archive.models import CaseRecord
from audit import log
from inbox import queries
from inbox.actions import comments, notes
from inbox.actions.errors import ChangedMeanwhileError, NotAllowedError, RefusedError
from inbox.models import Comment, Mention, Note
from notices.models import Notice
from team.models import Membership
from tests import cast
from tests.cast import Cast
from tests.factories import make_comment, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


@pytest.fixture
def comment(place: Cast) -> Comment:
    return make_comment(place.post, text="Hemmelig fra avsenderen")


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_a_note_names_a_colleague_who_is_told_without_the_words(place: Cast, comment: Comment) -> None:
    notes.write(comment, text="@Kari Holten, kan vi love dette?", by=place.ola)
    mention = Mention.objects.get()
    assert mention.member == place.kari
    mail = Notice.objects.get(kind="note.mention")
    assert mail.to == place.kari.user.email
    assert reverse("inbox:comment", args=[comment.pk]) in mail.body
    assert "love dette" not in mail.body + mail.subject
    assert "Hemmelig" not in mail.body + mail.subject


def test_a_first_name_is_enough_when_only_one_has_it(place: Cast) -> None:
    people = notes.colleagues_of(place.ola)
    assert notes.named_in("Hva sier @mari? Og @kari holten?", people) == [place.kari, place.mari]
    make_member(place.municipality, "Mari Lien")
    people = notes.colleagues_of(place.ola)
    assert notes.named_in("Hva sier @mari?", people) == []
    assert notes.named_in("post@mari.no og @Marius", people) == []


def test_nobody_outside_the_team_is_named(place: Cast, comment: Comment) -> None:
    notes.write(comment, text="@Arne Arkivdal @Tone Stugudal @Ola Svendsen", by=place.ola)
    assert not Mention.objects.exists()
    with pytest.raises(RefusedError, match="svarer for kommunen"):
        notes.write(comment, text="Hei", mention=[cast.tydal().kari], by=place.ola)


def test_the_named_sees_it_in_menu_and_queue_until_they_say_so(place: Cast, comment: Comment) -> None:
    notes.write(comment, text="Se på denne, @Kari", by=place.ola)
    kari = signed_in(place.kari)
    queue = kari.get(reverse("inbox:queue")).content.decode()
    assert "Du er nevnt i 1 notat" in queue
    assert reverse("inbox:mentions") in queue
    assert "Du er nevnt" not in signed_in(place.mari).get(reverse("inbox:queue")).content.decode()
    assert "Se på denne" in kari.get(reverse("inbox:mentions")).content.decode()
    page = kari.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "Du er nevnt" in page
    assert queries.unseen_mentions(place.kari) == 1, "to open a page changes nothing"
    kari.post(reverse("inbox:see_mentions", args=[comment.pk]))
    assert queries.unseen_mentions(place.kari) == 0


def test_to_answer_with_a_note_counts_as_seen(place: Cast, comment: Comment) -> None:
    notes.write(comment, text="Se på denne, @Kari", by=place.ola)
    notes.write(comment, text="Ja, det kan vi.", by=place.kari)
    assert queries.unseen_mentions(place.kari) == 0


def test_an_edited_note_keeps_what_it_said_and_tells_only_the_newly_named(place: Cast, comment: Comment) -> None:
    note = notes.write(comment, text="Spør @Kari", by=place.ola)
    notes.edit(note, text="Spør @Kari og @Mari", number=1, by=place.ola)
    note.refresh_from_db()
    assert [version.text for version in note.versions.all()] == ["Spør @Kari", "Spør @Kari og @Mari"]
    assert Notice.objects.filter(kind="note.mention").count() == 2
    (event,) = log.history(note).filter(action="note.edit")
    assert "Mari" not in str(event.data)
    with pytest.raises(ChangedMeanwhileError):
        notes.edit(note, text="Noe annet", number=1, by=place.ola)
    with pytest.raises(NotAllowedError):
        notes.edit(note, text="Noe annet", by=place.mari)
    page = signed_in(place.mari).get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "1 tidligere versjon er lagret" in page
    assert "Endre notatet" not in page


def test_the_form_works_without_javascript_and_a_refused_note_stays_in_it(place: Cast, comment: Comment) -> None:
    ola = signed_in(place.ola)
    url = reverse("inbox:write_note", args=[comment.pk])
    assert ola.post(url, {"text": "   "}).status_code == 422
    long = "Ord " * 3000
    refused = ola.post(url, {"text": long})
    assert "for langt" in refused.content.decode()
    assert refused.context["note_text"] == long
    ola.post(url, {"text": "Ring dem.", "nevn": [str(place.mari.pk), "vås"]})
    assert Note.objects.get().text == "Ring dem."
    assert Mention.objects.get().member == place.mari


def test_the_composer_has_both_modes_and_each_button_names_its_own(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["negative"], by=place.ola)
    page = signed_in(place.ola).get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert page.count('name="modus"') == 2
    assert "Lagre internt notat" in page
    assert "Send til godkjenning" in page


def test_nothing_of_a_note_is_in_the_record(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    notes.write(comment, text="Han er naboen min", by=place.ola)
    log.link_now()
    archive_intake.follow(place.municipality.pk)
    record = CaseRecord.objects.get()
    assert not record.events.filter(action__startswith="note.").exists()
    assert not record.notes.exists()


def test_the_archivist_picks_which_notes_go_along(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    wanted = notes.write(comment, text="Avklart med Kommunalteknikk på telefon", by=place.ola)
    notes.write(comment, text="Han er naboen min", by=place.mari)
    record = CaseRecord.objects.get()
    url = reverse("archive:complete", args=[record.pk])
    sent = {
        "title": "Spørsmål",
        "public_title": "Spørsmål",
        "class_code": "N00",
        "picked_notes": [f"note:{wanted.pk}", "note:999999"],
    }
    assert signed_in(place.ola).post(url, sent).status_code == 403
    arne = signed_in(place.arne)
    form = arne.get(reverse("archive:edit", args=[record.pk])).content.decode()
    assert "Han er naboen min" in form
    assert "checked" not in form[form.index("Interne notater og merknader") :].partition("</fieldset>")[0]
    arne.post(url, sent)
    assert [one.text for one in record.notes.all()] == ["Avklart med Kommunalteknikk på telefon"]
    assert "naboen" not in arne.get(reverse("archive:record", args=[record.pk])).content.decode()
    arne.post(reverse("archive:unconfirm", args=[record.pk]))
    arne.post(url, {**sent, "picked_notes": []})
    assert not record.notes.exists()


def test_a_picked_note_is_an_entry_of_its_own_beside_the_comment(place: Cast, comment: Comment) -> None:
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    wanted = notes.write(comment, text="Avklart med Kommunalteknikk på telefon", by=place.ola)
    notes.write(comment, text="Han er naboen min", by=place.mari)
    log.link_now()
    archive_intake.follow(place.municipality.pk)
    record = CaseRecord.objects.get()
    decision = archive_actions.Decision(title="Spørsmål", public_title="Spørsmål", picked_notes=[f"note:{wanted.pk}"])
    archive_actions.complete(record, decision, by=place.arne)
    made = exporting.packaged(record, settings_for(place.municipality.pk), first=1)
    entry = made[-1]
    assert "Interne merknader" in entry.xml.decode()
    assert [file.title for file in entry.files] == ["Interne merknader.pdf"]
    assert not any("naboen" in message.xml.decode() for message in made)


def test_many_notes_cost_no_more_queries_than_one(place: Cast, comment: Comment) -> None:
    kari = signed_in(place.kari)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            kari.get(reverse("inbox:mentions"))
        return len(seen)

    notes.write(comment, text="@Kari", by=place.ola)
    kari.get(reverse("inbox:mentions"))
    one = cost()
    for number in range(9):
        notes.write(make_comment(place.post), text=f"@Kari {number}", by=place.ola)
    assert cost() <= one
