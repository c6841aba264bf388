"""Pictures in a record: what goes along, what is waited for, what the archivist is told."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from PIL import ExifTags, Image

from archive import attached as attached_files
from archive import exporting
from archive.access import settings_for
from archive.arkivmelding import validate_official
from archive.models import CaseRecord
from audit import moves
from files import pictures
from files.store import open_stored
from inbox import workflow as inbox_workflow
from inbox.actions import comments
from inbox.channels.base import Attachment as Told
from inbox.models import Attachment, Reply
from tests import cast
from tests.archive.desk import OFFICIAL, archivist, confirm, confirmed, follow
from tests.factories import make_comment
from tests.pictures import answered, attached, picture, with_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def test_pictures_go_along_as_documents_with_the_original_beside_a_copy_the_archive_takes(place: cast.Cast) -> None:
    comment = make_comment(place.post, text="Se på hullet")
    attached(comment, picture("PNG"), alt="Hull i vegen")
    attached(comment, picture("WEBP", lossless=True), position=1)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    follow(place)
    record = CaseRecord.objects.get(comment_id=comment.pk)
    confirm(record, place)
    opening = exporting.packaged(record, settings_for(place.municipality.pk), first=1)[0]
    names = [file.name for file in opening.files]
    assert names[-3:] == ["vedlegg-3.png", "vedlegg-4.png", "vedlegg-4-original.webp"]
    assert b"Hull i vegen" in opening.xml
    if OFFICIAL.is_dir():
        assert validate_official(opening.xml, OFFICIAL) == []


def test_the_archivist_is_told_of_a_picture_that_says_where_it_was_taken(place: cast.Cast) -> None:
    exif = Image.Exif()
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (63.0, 25.0, 1.0)}
    comment = make_comment(place.post, "Se her")
    plain = attached(comment, picture("JPEG"))
    placed = attached(comment, picture("JPEG", exif=exif), position=1)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    follow(place)
    record = CaseRecord.objects.get(comment_id=comment.pk)
    client = archivist(place)
    page = client.get(reverse("archive:record", args=[record.pk])).content.decode()
    assert page.count("Vurder å skjerme") == 1
    assert [one["tells_place"] for one in attached_files.lines_of(record)] == [False, True]
    assert plain.original
    assert placed.original
    with open_stored(placed.original) as kept:
        assert kept.read() == picture("JPEG", exif=exif), "the original is kept as it came"
    assert placed.shown
    with open_stored(placed.shown) as shown:
        assert not pictures.tells_place(shown)


def test_an_export_waits_for_a_picture_and_then_tells_of_one_that_never_came(place: cast.Cast) -> None:
    told = (Told("image", "https://files.snabelen.example/1.png", "Et hull", ""),)
    record = confirmed(place, attachments=told)
    record.refresh_from_db()
    codes = settings_for(place.municipality.pk)
    with pytest.raises(exporting.NotPackableError, match="vedlegg hentes fortsatt"):
        exporting.packaged(record, codes, first=1)
    with transaction.atomic():
        moves.advance_where(Attachment.objects.all(), inbox_workflow.MISS, reason="gone")
    follow(place)
    record.refresh_from_db()
    assert exporting.packaged(record, codes, first=1)
    client = archivist(place)
    page = client.get(reverse("archive:record", args=[record.pk])).content.decode()
    assert "Bildet er slettet hos plattformen." in page


def test_the_picture_of_a_reply_goes_along_with_its_outgoing_entry(place: cast.Cast) -> None:
    comment = make_comment(place.post, text="Hvordan ser vegen ut?")
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    reply = answered(with_picture(comment, by=place.ola), by=place.ola, recognisable="yes", consent="26/118-4")
    Reply.objects.filter(pk=reply.pk).update(status="PUBLISHED", external_id="9", published_at=timezone.now())
    follow(place)
    record = CaseRecord.objects.get(comment_id=comment.pk)
    confirm(record, place)
    outgoing = exporting.packaged(record, settings_for(place.municipality.pk), first=1)[1]
    assert [file.name for file in outgoing.files][1:] == ["bilde-2.jpg"]
    assert reply.picture is not None
    with open_stored(reply.picture) as stored:
        assert outgoing.files[1].open().read() == stored.read()
    for words in ("Bilde i svaret", "En brøytet veg", "Samtykke til bildet i svaret: 26/118-4"):
        assert words.encode() in outgoing.xml
    if OFFICIAL.is_dir():
        assert validate_official(outgoing.xml, OFFICIAL) == []
