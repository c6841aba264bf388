"""What happens after a record went out: messages that point, and never a second one of the same key."""

import zipfile
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from lxml import etree

from archive import actions
from archive.access import settings_for
from archive.arkivmelding import validate_official
from archive.errors import ArchiveRefusedError
from archive.models import CaseRecord, CollectingCase, ExportBatch, SentMessage
from archive.package_check import verify
from archive.workflow import BatchStatus
from files.store import open_stored
from inbox import intake as inbox_intake
from inbox.actions import comments, forwardings
from inbox.models import Comment
from tests import cast
from tests.archive.desk import EFORMIDLING, OFFICIAL, confirm, confirmed, edited, follow, opened, packed, replied
from tests.factories import make_comment
from tests.pictures import attached, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def messages_in(batch: ExportBatch, tmp_path: Path) -> dict[str, bytes]:
    """The messages of a package by folder; the whole package is checked, and each message against KS' schemas."""
    assert batch.package is not None, [row.problem for row in batch.records.all()]
    path = tmp_path / f"{batch.pk}.zip"
    with open_stored(batch.package) as stored:
        path.write_bytes(stored.read())
    assert verify(path, batch.package.sha256) == []
    with zipfile.ZipFile(path) as archive:
        found = {name.split("/")[0]: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
    if OFFICIAL.is_dir() and batch.target == "fiks-arkiv-v1":
        for folder, xml in found.items():
            assert validate_official(xml, OFFICIAL) == [], folder
    return found


def test_a_record_that_is_out_and_told_all_is_not_sent_again(place: cast.Cast) -> None:
    record = confirmed(place)
    packed(place, record)
    record.refresh_from_db()
    assert not record.has_news
    with pytest.raises(ArchiveRefusedError, match="ikke noe nytt"):
        actions.export([record], by=place.arne)


def test_a_later_edit_becomes_a_new_file_of_the_document_and_a_remark(place: cast.Cast, tmp_path: Path) -> None:
    record = confirmed(place)
    first = packed(place, record)
    record.refresh_from_db()
    edited(record, place, "Jeg trekker klagen")
    assert record.has_news
    later = messages_in(packed(place, record), tmp_path)
    assert list(later) == ["01-dokumentobjekt", "02-dokumentobjekt", "03-oppdater"]
    assert f"dok:{record.key}:kommentar".encode() in later["01-dokumentobjekt"]
    assert b"<a:versjonsnummer>2" in later["01-dokumentobjekt"]
    assert b"Avsenderen endret kommentaren" in later["03-oppdater"]
    record.refresh_from_db()
    assert not record.has_news
    assert first.messages.get().key == f"jp:{record.key}:1"


def test_a_deletion_and_the_handling_after_the_export_become_remarks(place: cast.Cast, tmp_path: Path) -> None:
    record = confirmed(place)
    packed(place, record)
    comment = Comment.objects.get(pk=record.comment_id)
    forwarding = forwardings.plan(comment, to=place.unit, by=place.ola)
    assert forwarding
    forwardings.send(forwarding, by=place.ola)
    type(forwarding).objects.filter(pk=forwarding.pk).update(sent_at="2026-11-20T10:00:00Z")
    comments.flag(comment, flags=["press"], by=place.mari)
    inbox_intake.mark_deleted([comment])
    follow(place)
    record.refresh_from_db()
    update = messages_in(packed(place, record), tmp_path)["01-oppdater"].decode()
    assert "Kommentaren ble funnet slettet" in update
    assert "Videresendt til Kommunalteknikk" in update
    assert "Merket kommentaren: merket: presse." in update
    assert f"jp:{record.key}:1" in update


def test_a_later_reply_is_an_entry_of_its_own_in_the_same_case(place: cast.Cast, tmp_path: Path) -> None:
    record = confirmed(place)
    packed(place, record)
    reply = replied(record, place)
    later = messages_in(packed(place, record), tmp_path)
    assert list(later) == ["01-svar"]
    assert f"jp:{record.key}:svar:{reply.key}".encode() in later["01-svar"]
    assert b"<mappe" not in later["01-svar"]
    keys = list(SentMessage.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == 2


def test_claiming_and_drafting_are_not_worth_a_message(place: cast.Cast) -> None:
    record = confirmed(place)
    packed(place, record)
    comments.claim(Comment.objects.get(pk=record.comment_id), by=place.ola)
    follow(place)
    record.refresh_from_db()
    assert not record.has_news


def test_the_database_itself_refuses_a_second_message_of_the_same_key(place: cast.Cast) -> None:
    packed(place, confirmed(place))
    again = SentMessage.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_our_reply_writes_the_entry_off_where_the_municipality_has_chosen_how(place: cast.Cast, tmp_path: Path) -> None:
    settings = settings_for(place.municipality.pk)
    settings.write_off = "TE"
    settings.save()
    answered, forwarded = opened(place), opened(place)
    forwardings.plan(Comment.objects.get(pk=forwarded.comment_id), to=place.unit, by=place.ola)
    replied(answered, place)
    found = messages_in(packed(place, confirm(answered, place)), tmp_path)
    assert list(found) == ["01-opprett", "02-svar", "03-avskrivning"]
    off = etree.fromstring(found["03-avskrivning"])
    assert off.findtext(".//{*}avskrivningsmaate/{*}kode") == "TE"
    party = off.findtext("{*}korrespondansepartID")
    assert party is not None
    assert party.encode() in found["01-opprett"]


def test_a_collecting_case_is_created_once_by_the_first_and_pointed_at_by_the_rest(
    place: cast.Cast, tmp_path: Path
) -> None:
    records = [confirm(opened(place), place, case_choice="collecting", unit_code="TEK") for _ in range(3)]
    first = b"".join(messages_in(packed(place, *records[:2]), tmp_path).values())
    second = b"".join(messages_in(packed(place, records[2]), tmp_path).values())
    case = CollectingCase.objects.get()
    assert (first.count(b"<mappe"), second.count(b"<mappe")) == (1, 0)
    assert first.count(f"samlesak:{case.key}".encode()) == 3
    assert second.count(f"samlesak:{case.key}".encode()) == 1


def test_a_record_waits_for_the_one_that_creates_its_case(place: cast.Cast, tmp_path: Path) -> None:
    other, main = opened(place), opened(place)
    confirm(main, place)
    confirm(other, place, case_choice="together", together_with=main)
    alone = packed(place, other)
    assert alone.status == BatchStatus.FAILED
    assert f"saken opprettes av {main}" in alone.records.get().problem
    both = messages_in(packed(place, other, main), tmp_path)
    assert b"<mappe" in both["01-opprett"], "the one that creates the case goes first, whatever its number"
    assert b"<mappe" not in both["02-opprett"]


def test_a_record_that_fails_lets_another_create_the_collecting_case(place: cast.Cast, tmp_path: Path) -> None:
    bad, good = (confirm(opened(place), place, case_choice="collecting", unit_code="TEK") for _ in range(2))
    CaseRecord.objects.filter(pk=bad.pk).update(shield=True, shield_basis="x", public_title="Om Randi Moen")
    packed(place, bad)
    assert b"<mappe" in messages_in(packed(place, good), tmp_path)["01-opprett"]


def test_the_second_target_writes_the_same_record_for_eformidling(place: cast.Cast, tmp_path: Path) -> None:
    settings = settings_for(place.municipality.pk)
    settings.target = "eformidling"
    settings.save()
    record = opened(place)
    replied(record, place)
    batch = packed(place, confirm(record, place, shield=True, shield_basis="Offl. § 13"))
    found = messages_in(batch, tmp_path)
    assert batch.target == "eformidling"
    assert list(found) == ["01-opprett", "02-svar"]
    roots = [etree.fromstring(xml) for xml in found.values()]
    case = roots[0].findtext("{*}mappe/{*}systemID")
    assert roots[1].findtext("{*}basisregistrering/{*}referanseForelderMappe") == case
    if EFORMIDLING.is_dir():
        schema = etree.XMLSchema(etree.parse(str(EFORMIDLING / "arkivmelding.xsd")))
        for root in roots:
            schema.assertValid(root)
    record.refresh_from_db()
    edited(record, place, "Jeg trekker klagen")
    refused = packed(place, record)
    assert "eFormidling har ingen melding" in refused.records.get().problem


def test_a_picture_that_came_with_an_edit_follows_as_an_entry_of_its_own_once(place: cast.Cast, tmp_path: Path) -> None:
    comment = make_comment(place.post, text="Se på hullet")
    attached(comment, picture("PNG", size=(20, 20)))
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    follow(place)
    record = confirm(CaseRecord.objects.get(comment_id=comment.pk), place)
    packed(place, record)
    edited(record, place, "Se på dette hullet i stedet")
    attached(comment, picture("PNG", size=(20, 20)), version=2)
    attached(comment, picture("WEBP", size=(30, 30)), version=2, position=1, alt="Et større hull")
    comments.flag(comment, flags=["press"], by=place.mari)
    follow(place)
    record.refresh_from_db()
    later = messages_in(packed(place, record), tmp_path)
    assert [folder[3:] for folder in later] == ["dokumentobjekt", "dokumentobjekt", "bilde", "oppdater"]
    entry = later["03-bilde"].decode()
    assert f"jp:{record.key}:bilder:v2" in entry
    assert f"jp:{record.key}:1</" in entry
    assert "Et større hull" in entry
    assert entry.count("<dokumentbeskrivelse>") == 1
    assert "<antallFiler>2<" in entry
    assert "1 nye vedlegg" in later["04-oppdater"].decode()
    record.refresh_from_db()
    assert not record.has_news
    with pytest.raises(ArchiveRefusedError, match="ikke noe nytt"):
        actions.export([record], by=place.arne)


def test_a_picture_that_was_there_at_the_export_is_not_sent_again(place: cast.Cast) -> None:
    record = opened(place)
    comment = Comment.objects.get(pk=record.comment_id)
    edited(record, place, "Med bilde")
    attached(comment, picture("PNG"), version=2)
    comments.flag(comment, flags=["press"], by=place.mari)
    follow(place)
    record.refresh_from_db()
    packed(place, confirm(record, place))
    record.refresh_from_db()
    assert "bilder:v2" in SentMessage.objects.get().covers
    assert not record.has_news
