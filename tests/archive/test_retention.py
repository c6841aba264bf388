"""Nothing is erased before the archive has receipted it or an archivist decided so, nor while a legal hold stands."""

import pytest
from django.test import Client
from django.urls import reverse

from archive import actions, receipt_actions
from archive.errors import ArchiveRefusedError
from archive.models import CaseRecord, SentMessage
from archive.retention import held_back
from archive.workflow import RecordStatus
from audit import log
from inbox import erasing
from inbox.actions import comments
from inbox.actions import erasing as inbox_erasing
from inbox.actions.errors import RefusedError
from inbox.models import Comment
from tests import cast
from tests.archive.desk import archivist, confirm, edited, follow, opened, packed
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


def why(place: cast.Cast, record: CaseRecord) -> str:
    record.refresh_from_db()
    return held_back(place.municipality.pk, [record.comment_id]).get(record.comment_id, "")


def test_a_comment_stays_until_its_receipt_and_again_when_something_new_has_happened() -> None:
    place = cast.meraker()
    record = opened(place)
    assert "ikke overlevert" in why(place, record)
    packed(place, confirm(record, place))
    assert "ikke kvittert" in why(place, record)
    receipt_actions.type_in(SentMessage.objects.get(), case=(2026, 1187), journal=None, by=place.arne)
    assert why(place, record) == ""
    edited(record, place, "Jeg trekker klagen")
    assert "noe nytt" in why(place, record)


def test_a_legal_hold_keeps_it_after_the_receipt() -> None:
    place = cast.meraker()
    record = opened(place)
    packed(place, confirm(record, place))
    receipt_actions.type_in(SentMessage.objects.get(), case=(2026, 1187), journal=None, by=place.arne)
    actions.hold(CaseRecord.objects.get(), reason="Klage til Statsforvalteren", by=place.arne)
    assert "Klage til Statsforvalteren" in why(place, record)


def test_a_comment_without_a_record_and_one_of_a_neighbour_are_not_ours_to_keep() -> None:
    place, neighbour = cast.meraker(), cast.tydal()
    free, theirs = make_comment(place.post), opened(neighbour)
    assert held_back(place.municipality.pk, [free.pk, theirs.comment_id]) == {}


def ended(record: CaseRecord, place: cast.Cast) -> Comment:
    """The record's comment, finished, with the archive at the end of the log."""
    Comment.objects.filter(pk=record.comment_id).update(status="DONE")
    follow(place)
    return Comment.objects.get(pk=record.comment_id)


def test_the_leads_page_says_why_a_record_is_held_back_and_the_archivists_reason_lets_it_go() -> None:
    place = cast.meraker()
    record = opened(place, "Jeg klager på Gunnhild Ås", author_name="Peder Ås")
    comment = ended(record, place)
    kari = Client()
    kari.force_login(place.kari.user)
    asked = {"valgte": [str(comment.pk)], "grunn": "request"}
    page = kari.post(reverse("inbox:erasing"), asked)
    assert "Be arkivaren eksportere det, eller begrunne sletting." in page.content.decode()
    arne = archivist(place)
    arne.post(reverse("archive:allow_erasing", args=[record.pk]), {"reason": "Feil"})
    assert "ikke overlevert" in why(place, record)
    arne.post(reverse("archive:allow_erasing", args=[record.pk]), {"reason": "Sendt oss ved en feil, gjelder ikke oss"})
    shown = arne.get(reverse("archive:record", args=[record.pk])).content.decode()
    assert "Tillatt av Arne Arkivdal" in shown
    kari.post(reverse("inbox:erasing"), {**asked, "bekreft": "ja"})
    record.refresh_from_db()
    assert record.status == RecordStatus.ERASED
    assert record.author == "Ukjent avsender"
    assert [one.text for one in record.versions.all()] == [""]
    follow(place)
    record.refresh_from_db()
    assert record.author_name == ""
    assert record.events.filter(action="comment.erase").exists()
    event = log.history(record).get(action="record.allow_erasing")
    assert event.data["reason"] == "Sendt oss ved en feil, gjelder ikke oss"
    done = log.history(record).get(action="record.erase")
    assert done.actor_id == place.kari.user_id, "the lead erased; the archivist only allowed it"
    assert done.data["allowed_by"] == place.arne.pk
    shown = arne.get(reverse("archive:record", args=[record.pk])).content.decode()
    assert "Gunnhild" not in shown
    assert "Peder" not in shown
    assert "Slettet" in shown
    log.link_now()
    assert log.verify(place.municipality.pk).ok


def test_a_receipted_copy_stays_when_the_inbox_erases_and_is_not_emptied_by_what_follows() -> None:
    place = cast.meraker()
    record = opened(place, "Jeg vil klage")
    packed(place, confirm(record, place))
    receipt_actions.type_in(SentMessage.objects.get(), case=(2026, 1187), journal=None, by=place.arne)
    comment = ended(record, place)
    inbox_erasing.erase(comment, ground="request", by=place.kari)
    follow(place)
    record.refresh_from_db()
    assert record.status == RecordStatus.RECEIPTED
    assert not record.has_news
    assert record.author_name == "Randi Moen"
    assert [one.text for one in record.versions.all()] == ["Jeg vil klage"]
    assert Comment.objects.get(pk=comment.pk).text == ""


def test_what_the_archive_has_not_copied_yet_is_held_back() -> None:
    place = cast.meraker()
    record = opened(place)
    packed(place, confirm(record, place))
    receipt_actions.type_in(SentMessage.objects.get(), case=(2026, 1187), journal=None, by=place.arne)
    comment = ended(record, place)
    comments.flag(comment, flags=["political"], by=place.ola)
    log.link_now()
    Comment.objects.filter(pk=comment.pk).update(status="DONE")
    assert "siste hendelsene" in erasing.why_not([Comment.objects.get(pk=comment.pk)])[comment.pk]


def test_the_words_above_a_comment_stay_in_its_record_when_the_one_above_is_erased() -> None:
    place = cast.meraker()
    above = opened(place, "Hva koster det?")
    record = opened(place, "Jeg vil klage", parent_id=Comment.objects.get(pk=above.comment_id).external_id)
    assert [one["text"] for one in record.context] == ["Hva koster det?"]
    actions.allow_erasing(above, reason="Gjelder ikke kommunen", by=place.arne)
    inbox_erasing.erase(ended(above, place), ground="request", by=place.kari)
    edited(record, place, "Jeg vil klage, sa jeg")
    assert [one["text"] for one in record.context] == ["Hva koster det?"]


def test_a_hold_stands_over_the_archivists_decision_and_a_decision_can_be_taken_back() -> None:
    place = cast.meraker()
    record = opened(place)
    actions.allow_erasing(record, reason="Gjelder ikke kommunen", by=place.arne)
    assert why(place, record) == ""
    actions.hold(record, reason="Innsynskrav", by=place.arne)
    assert "Innsynskrav" in why(place, record)
    with pytest.raises(ArchiveRefusedError, match="stanset"):
        actions.allow_erasing(record, reason="Gjelder ikke kommunen", by=place.arne)
    with pytest.raises(RefusedError, match="Innsynskrav"):
        inbox_erasing.erase(ended(record, place), ground="request", by=place.kari)
    actions.hold(record, reason="", by=place.arne)
    archivist(place).post(reverse("archive:keep_after_all", args=[record.pk]))
    assert "ikke overlevert" in why(place, record)


def test_only_an_archivist_of_the_municipality_lets_a_record_go() -> None:
    place, neighbour = cast.meraker(), cast.tydal()
    record = opened(place)
    with pytest.raises(ArchiveRefusedError):
        actions.allow_erasing(record, reason="Gjelder ikke kommunen", by=place.kari)
    answer = archivist(neighbour).post(
        reverse("archive:allow_erasing", args=[record.pk]), {"reason": "Nabo vil slette"}
    )
    assert answer.status_code == 404
    assert "ikke overlevert" in why(place, record)
