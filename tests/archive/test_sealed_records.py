"""The sealed part of a record: on no page and in no list, opened by an archivist, in the package under a shield."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from archive import actions, receipt_actions, verifying
from archive.arkivmelding import validate_official
from archive.documents import font_paths_in
from archive.errors import ArchiveRefusedError
from archive.models import BatchRecord, CaseRecord, ExportBatch, RecordSeal, SentMessage
from archive.redaction import BLACK, redacted_paper
from archive.redaction_actions import redact
from archive.sealing import opened as with_words
from archive.workflow import RecordStatus
from audit import log
from files.store import open_stored
from inbox.actions import comments, erasing, sealing
from inbox.models import Comment
from tests import cast
from tests.archive.desk import OFFICIAL, archivist, confirm, edited, follow, opened, packed, replied
from tests.archive.pdf_text import text_in
from tests.factories import make_comment
from tests.inbox.test_erasing import client_of, everything_kept
from tests.pictures import attached

pytestmark = pytest.mark.django_db
WORDS = "Nabojenta Gunnvor har blåmerker og gråter hver natt"
SHIELD = {"shield": True, "shield_basis": "Offl. § 13, jf. bvl. § 13-1"}


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def none_of_it_in(text: str) -> bool:
    return not any(secret in text.lower() for secret in ("gunnvor", "blåmerke", "torbjørg", "torbjorg"))


def arrived(place: cast.Cast) -> CaseRecord:
    """A record of a comment with a picture, not sealed yet."""
    told = {"author_name": "Torbjørg Aune", "author_handle": "torbjorg@snabelen.example"}
    record = opened(place, WORDS, permalink="https://snabelen.example/@torbjorg/1", **told)
    attached(comment_of(record), alt="Gunnvor ved skolen")
    log_something(record, place)
    return record


def log_something(record: CaseRecord, place: cast.Cast) -> None:
    comments.claim(comment_of(record), by=place.mari)
    follow(place)
    record.refresh_from_db()


def comment_of(record: CaseRecord) -> Comment:
    return Comment.objects.get(pk=record.comment_id)


def sealed(place: cast.Cast) -> CaseRecord:
    record = arrived(place)
    sealing.seal(comment_of(record), why="child", by=place.ola)
    follow(place)
    record.refresh_from_db()
    return record


def everything_of(record: CaseRecord) -> dict[str, Any]:
    """What the record keeps of the comment, column by column."""
    names = ("author_id", "author_name", "author_handle", "permalink", "redactions", "settled_questions", "sealed_at")
    record.refresh_from_db()
    return {
        "record": {name: getattr(record, name) for name in names},
        "versions": list(record.versions.values()),
        "attachments": list(record.attachments.values()),
    }


def zipped(batch: ExportBatch) -> dict[str, bytes]:
    assert batch.package
    with open_stored(batch.package) as stored, zipfile.ZipFile(stored) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_copy_is_sealed_in_the_same_transaction_and_comes_back_as_it_was(place: cast.Cast) -> None:
    record = arrived(place)
    redact(record, ["Gunnvor"], by=place.arne)
    before = everything_of(record)
    sealing.seal(comment_of(record), why="child", by=place.ola)
    assert none_of_it_in(everything_kept()), "before the archive has followed anything"
    follow(place)
    assert none_of_it_in(everything_kept()), "and after it has"
    record.refresh_from_db()
    assert record.author == "Forseglet avsender"
    sealing.unseal(comment_of(record), reason="Avklart med barnevernet", by=place.kari)
    assert everything_of(record) == before
    follow(place)
    assert everything_of(record) == before
    assert not RecordSeal.objects.exists()


def test_a_record_opened_after_the_sealing_has_its_words_in_the_seal_alone(place: cast.Cast) -> None:
    comment = make_comment(place.post, WORDS, author_name="Torbjørg Aune", author_handle="torbjorg@snabelen.example")
    sealing.seal(comment, why="child", by=place.ola)
    comments.sort(Comment.objects.get(), sortings=["case_handling"], by=place.ola)
    follow(place)
    assert none_of_it_in(everything_kept())
    record = CaseRecord.objects.get()
    assert record.sealed_at
    known = with_words(record)
    assert [one.text for one in known.versions.all()] == [WORDS]
    assert json.loads(bytes(known.versions.all()[0].raw))["content"] == WORDS
    assert known.author_name == "Torbjørg Aune"
    edited(record, place, "Gunnvor er trygg")
    assert none_of_it_in(everything_kept())
    assert [one.text for one in with_words(record).versions.all()] == [WORDS, "Gunnvor er trygg"]


def test_the_page_says_who_sealed_it_and_an_archivists_look_is_logged(place: cast.Cast) -> None:
    record = sealed(place)
    address = reverse("archive:record", args=[record.pk])
    for member in (place.arne, place.mari, place.kari):
        page = client_of(member).get(address).content.decode()
        assert "Forseglet av Ola Svendsen" in page
        assert "Bekymring for et barn" in page
        assert none_of_it_in(page)
        assert ("Les det forseglede" in page) == (member == place.arne)
    look = reverse("archive:read_sealed", args=[record.pk])
    assert client_of(place.mari).post(look).status_code == 403
    assert not log.history(record).filter(action="record.view_sealed").exists()
    shown = archivist(place).post(look)
    for words in (WORDS, "Torbjørg Aune", "Gunnvor ved skolen"):
        assert words in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert log.history(record).get(action="record.view_sealed").actor_id == place.arne.user_id
    assert none_of_it_in(everything_kept())


def test_no_list_search_or_redacted_copy_has_it(place: cast.Cast) -> None:
    record = arrived(place)
    redact(record, ["hver natt"], by=place.arne)
    sealing.seal(comment_of(record), why="child", by=place.ola)
    follow(place)
    record.refresh_from_db()
    arne = archivist(place)
    for address in (
        reverse("archive:list"),
        reverse("archive:list") + "?q=Torbj%C3%B8rg",
        reverse("archive:list") + "?q=bl%C3%A5merker",
        reverse("archive:edit", args=[record.pk]),
        reverse("archive:redaction", args=[record.pk]),
    ):
        page = arne.get(address)
        assert page.status_code == 200
        assert none_of_it_in(page.content.decode().replace("?q=", "").replace('value="Torbjørg"', "").replace(
            'value="blåmerker"', "")), address  # fmt: skip
    for kind in ("csv", "json"):
        out = arne.get(reverse("archive:list_out", args=["alle", kind]))
        assert none_of_it_in(b"".join(out.streaming_content).decode())  # type: ignore[attr-defined]
    fonts = font_paths_in(Path(django_settings.NODE_MODULES))
    copy = text_in(redacted_paper(with_words(record), font_paths=fonts).data)
    assert none_of_it_in(copy)
    assert BLACK in copy


def test_it_is_confirmed_under_a_shield_alone_and_its_titles_name_nobody(place: cast.Cast) -> None:
    record = sealed(place)
    with pytest.raises(ArchiveRefusedError, match="Skjerm saken"):
        confirm(record, place)
    with pytest.raises(ArchiveRefusedError, match="Torbjørg Aune"):
        confirm(record, place, title="Torbjørg Aune er bekymret", **SHIELD)
    form = archivist(place).get(reverse("archive:edit", args=[record.pk]))
    assert form.context["form"]["shield"].value()
    confirm(record, place, **SHIELD)
    assert record.status == RecordStatus.CONFIRMED
    assert none_of_it_in(everything_kept())


def test_the_package_has_the_words_and_stays_what_it_was(place: cast.Cast) -> None:
    record = sealed(place)
    replied(record, place, "Takk for at du sier fra.")
    batch = packed(place, confirm(record, place, **SHIELD))
    assert batch.status == "READY", list(BatchRecord.objects.values_list("problem", flat=True))
    files = zipped(batch)
    paper = next(data for name, data in files.items() if name.endswith("kommentar-v1.pdf"))
    assert WORDS in " ".join(text_in(paper).split())
    raw = next(data for name, data in files.items() if name.endswith("kommentar-v1.json"))
    assert json.loads(raw)["content"] == WORDS
    messages = [data for name, data in files.items() if name.endswith(".xml")]
    assert any("Torbjørg Aune".encode() in one for one in messages)
    assert all(b"skjermingshjemmel" in one for one in messages if b"<m:mappe" in one or b"Saksmappe" in one)
    if OFFICIAL.is_dir():
        for one in messages:
            assert validate_official(one, OFFICIAL) == []
    assert list(verifying.problems_of(place.municipality)) == []
    stored = everything_of(record)
    assert none_of_it_in(str(stored)), "packing leaves nothing behind"


def test_one_that_was_confirmed_before_the_sealing_must_be_shielded_first(place: cast.Cast) -> None:
    record = confirm(arrived(place), place)
    sealing.seal(comment_of(record), why="child", by=place.ola)
    follow(place)
    batch = packed(place, record)
    assert batch.status == "FAILED"
    assert "bekreft på nytt med skjerming" in BatchRecord.objects.get().problem
    page = archivist(place).get(reverse("archive:record", args=[record.pk])).content.decode()
    assert "Saken ble bekreftet uten skjerming" in page
    record.refresh_from_db()
    actions.unconfirm(record, by=place.arne)
    assert packed(place, confirm(record, place, **SHIELD)).status == "READY"


def test_the_context_of_another_record_says_that_it_is_sealed(place: cast.Cast) -> None:
    above = make_comment(place.post, WORDS, author_name="Torbjørg Aune", external_id="over")
    below = opened(place, "Jeg klager på det samme", parent_id="over", author_name="Per Moen")
    assert WORDS in str(below.context)
    sealing.seal(above, why="child", by=place.ola)
    below.refresh_from_db()
    assert none_of_it_in(str(below.context))
    assert "[forseglet]" in str(below.context)
    log_something(below, place)
    assert none_of_it_in(str(below.context))
    sealing.unseal(Comment.objects.get(pk=above.pk), reason="Gjelder ikke et barn", by=place.kari)
    below.refresh_from_db()
    assert WORDS in str(below.context)


def test_a_receipted_copy_stays_sealed_when_the_inbox_erases(place: cast.Cast) -> None:
    record = sealed(place)
    packed(place, confirm(record, place, **SHIELD))
    receipt_actions.type_in(SentMessage.objects.get(), case=(2026, 1187), journal=None, by=place.arne)
    Comment.objects.filter(pk=record.comment_id).update(status="DONE")
    follow(place)
    erasing.erase(comment_of(record), ground="request", by=place.kari)
    follow(place)
    record.refresh_from_db()
    assert record.sealed_at
    assert none_of_it_in(str(everything_of(record)))
    assert [one.text for one in with_words(record).versions.all()] == [WORDS]


def test_a_record_that_was_let_go_is_erased_with_its_sealed_part(place: cast.Cast) -> None:
    record = sealed(place)
    actions.allow_erasing(record, reason="Sendt oss ved en feil", by=place.arne)
    Comment.objects.filter(pk=record.comment_id).update(status="DONE")
    follow(place)
    erasing.erase(comment_of(record), ground="request", by=place.kari)
    record.refresh_from_db()
    assert record.status == RecordStatus.ERASED
    assert not RecordSeal.objects.exists()
    assert none_of_it_in(everything_kept())
