"""What leaves: the watched folder, the redacted copy, the lists; and the look at what was handed over."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse
from lxml import etree

from archive import delivery, documents, papers, redaction, tasks, verifying
from archive.access import settings_for
from archive.documents import font_paths_in
from archive.errors import ArchiveRefusedError
from archive.listing import COLUMNS, harmless
from archive.models import CaseRecord, SentMessage
from archive.package_check import verify
from archive.redaction import BLACK, without
from archive.redaction_actions import redact
from files.models import StoredFile
from files.store import open_stored
from tests import cast
from tests.archive.desk import archivist, confirm, confirmed, edited, opened, packed
from tests.archive.pdf_text import text_in
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def by_folder(place: cast.Cast) -> None:
    settings = settings_for(place.municipality.pk)
    settings.delivery = "folder"
    settings.save()


# -- the watched folder


def test_a_package_appears_in_the_watched_folder_whole_and_with_its_checksum(
    place: cast.Cast, settings: LazySettings, tmp_path: Path
) -> None:
    settings.ARCHIVE_FOLDER = str(tmp_path)
    by_folder(place)
    batch = packed(place, confirmed(place))
    tasks.deliver_batch(batch.pk)
    batch.refresh_from_db()
    assert batch.delivered_at
    assert batch.package
    names = sorted(path.name for path in (tmp_path / "meraker").iterdir())
    assert names == [f"socialdesk-meraker-{batch.pk}.zip", f"socialdesk-meraker-{batch.pk}.zip.sha256"]
    assert verify(tmp_path / "meraker" / names[0], batch.package.sha256) == []


def test_a_folder_that_is_away_is_said_and_tried_again(
    place: cast.Cast, settings: LazySettings, tmp_path: Path
) -> None:
    blocked = tmp_path / "fil"
    blocked.write_text("ikke en mappe")
    settings.ARCHIVE_FOLDER = str(blocked)
    by_folder(place)
    batch = packed(place, confirmed(place))
    tasks.deliver_batch(batch.pk)
    page = archivist(place).get(reverse("archive:batch", args=[batch.pk])).content.decode()
    assert "Pakken har ikke nådd mappen" in page
    assert str(blocked) not in page
    assert delivery.undelivered() == [batch.pk]
    settings.ARCHIVE_FOLDER = str(tmp_path / "igjen")
    tasks.deliver_batch(batch.pk)
    assert delivery.undelivered() == []


def test_a_package_is_only_downloaded_where_nothing_else_is_chosen(place: cast.Cast, settings: LazySettings) -> None:
    settings.ARCHIVE_FOLDER = "/finnes/ikke"
    batch = packed(place, confirmed(place))
    tasks.deliver_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.delivered_at, batch.delivery_problem) == (None, "")


# -- the redacted copy


@pytest.mark.parametrize(
    ("text", "passages", "left"),
    [
        ("Olga Moen er syk", ["Olga Moen"], f"{BLACK} er syk"),
        ("olga\n moen", ["Olga Moen"], BLACK),
        ("Moen og Olga Moen", ["Moen", "Olga Moen"], f"{BLACK} og {BLACK}"),
        ("Olga Nord Moen", ["Olga Nord", "Nord Moen"], BLACK),
        ("sladden", ["sladd", "add"], f"{BLACK}en"),
        ("a.*b", [".*"], f"a{BLACK}b"),
        ("", ["x"], ""),
    ],
)
def test_marked_words_are_taken_out_wherever_they_stand(text: str, passages: list[str], left: str) -> None:
    assert without(text, passages) == left


def shown_in_the_copy(record: CaseRecord, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything that is handed to the typesetting of the redacted copy."""
    given: list[documents.IncomingComment] = []
    real = documents.incoming_comment_pdf

    def spy(comment: documents.IncomingComment, **how: Any) -> documents.Rendered:
        given.append(comment)
        return real(comment, **how)

    monkeypatch.setattr(redaction.documents, "incoming_comment_pdf", spy)
    redaction.redacted_paper(record, font_paths=font_paths_in(Path(django_settings.NODE_MODULES)))
    return repr(given[0])


def test_nothing_of_what_was_marked_reaches_the_copy(place: cast.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    above = make_comment(place.post, text="Hei Olga", author_name="Aslak Olgason")
    record = opened(place, text="Mora mi Olga Nordfjell er syk", parent_id=above.external_id)
    edited(record, place, "Mora mi, Olga  Nordfjell, er frisk")
    before = shown_in_the_copy(record, monkeypatch)
    assert "Olga" in before
    redact(record, ["Olga", "Nordfjell", "Randi Moen"], by=place.arne)
    after = shown_in_the_copy(record, monkeypatch)
    for word in ("Olga", "Nordfjell", "Randi", "randi@", "snabelen"):
        assert word not in after, word


def test_the_pdf_of_the_copy_lacks_the_text_and_the_original_has_it(place: cast.Cast) -> None:
    record = opened(place, text="Mora mi Olga Nordfjell er syk. Ring henne på Tverrvegen.")
    fonts = font_paths_in(Path(django_settings.NODE_MODULES))
    redact(record, ["Olga Nordfjell", "Tverrvegen", "Randi Moen"], by=place.arne)
    whole = text_in(next(one for one in papers.comment_papers(record, font_paths=fonts) if one.is_archive_copy).data)
    copy = text_in(redaction.redacted_paper(record, font_paths=fonts).data)
    for word in ("Olga", "Nordfjell", "Tverrvegen", "Randi", "Moen"):
        assert word in whole
        assert word not in copy
    assert "er syk" in copy
    assert copy.count(BLACK) >= 3


def test_the_redacted_copy_goes_along_as_variant_o_and_the_original_is_untouched(place: cast.Cast) -> None:
    record = opened(place, text="Mora mi Olga Nordfjell er syk")
    redact(record, ["Olga Nordfjell", "Randi Moen"], by=place.arne)
    batch = packed(place, confirm(record, place))
    assert batch.package
    with open_stored(batch.package) as stored, zipfile.ZipFile(stored) as archive:
        message = etree.fromstring(archive.read("01-opprett/arkivmelding.xml"))
        variants = [one.findtext("{*}kode") for one in message.iter("{*}variantformat")]
        copy, whole = (archive.read(f"01-opprett/{name}.pdf") for name in ("kommentar-sladdet", "kommentar-v1"))
    assert variants[:3] == ["A", "P", "O"]
    assert copy != whole
    assert record.versions.get().text == "Mora mi Olga Nordfjell er syk"


def test_a_redaction_after_the_export_is_one_more_file_of_the_document(place: cast.Cast) -> None:
    record = confirmed(place)
    packed(place, record)
    record.refresh_from_db()
    redact(record, ["brøytingen"], by=place.arne)
    assert record.has_news
    packed(place, record)
    assert SentMessage.objects.latest("pk").key.startswith(f"obj:{record.key}:o:")
    record.refresh_from_db()
    assert not record.has_news


def test_a_passage_that_stands_nowhere_is_refused_so_that_a_slip_hides_nothing(place: cast.Cast) -> None:
    record = opened(place)
    with pytest.raises(ArchiveRefusedError, match="står ikke i det"):
        redact(record, ["brøytinga"], by=place.arne)


def test_passages_are_added_and_taken_back_one_by_one_with_a_preview(place: cast.Cast) -> None:
    record = opened(place, text="Mora mi Olga er syk, og Olga bor her")
    client = archivist(place)
    address = reverse("archive:redaction", args=[record.pk])
    client.post(address, {"add": "Olga"})
    client.post(address, {"add": "er\r\n syk"})
    record.refresh_from_db()
    assert record.redactions == ["Olga", "er syk"]
    page = client.get(address).content.decode()
    assert page.count('<del class="sd-hidden">Olga</del>') == 2
    assert '<span class="sd-black">[sladdet]</span> bor her' in page
    assert client.post(address, {"add": "finnes ikke"}).status_code == 422
    client.post(address, {"remove": "Olga"})
    record.refresh_from_db()
    assert record.redactions == ["er syk"]
    assert record.versions.get().text == "Mora mi Olga er syk, og Olga bor her"


def test_the_archivist_marks_and_downloads_the_redacted_copy(place: cast.Cast) -> None:
    record = opened(place, text="Mora mi Olga er syk")
    client = archivist(place)
    address = reverse("archive:redaction", args=[record.pk])
    assert client.post(address, {"passages": "Finnes ikke"}).status_code == 422
    client.post(address, {"passages": "Olga\n\n"})
    response = client.get(reverse("archive:redacted", args=[record.pk]))
    assert response.content.startswith(b"%PDF-1.7")
    assert response.headers["Content-Disposition"].startswith("attachment")


# -- lists


@pytest.mark.parametrize("cell", ["=1+1", "+47", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_a_cell_that_would_be_calculated_is_made_harmless(cell: str) -> None:
    assert harmless(cell).startswith("'")
    assert harmless("Brøyting = viktig") == "Brøyting = viktig"


def test_the_list_says_who_handled_what_and_is_safe_in_a_spreadsheet(place: cast.Cast) -> None:
    record = opened(place, text='=HYPERLINK("https://ondt.example")', author_name='+Randi; "Moen"')
    client = archivist(place)
    response = client.get(reverse("archive:list_out", args=["alle", "csv"]))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["nummer"], rows[0]["sortert_av"]) == (str(record), "Ola Svendsen")
    assert rows[0]["tekst"].startswith("'=HYPERLINK")
    assert rows[0]["avsender"].startswith("'+Randi")
    as_json = b"".join(client.get(reverse("archive:list_out", args=["alle", "json"])).streaming_content)  # type: ignore[attr-defined]
    assert json.loads(as_json)[0]["tekst"].startswith("=HYPERLINK"), "JSON is data, not a spreadsheet"


def test_a_shielded_record_shows_nobody_in_the_list(place: cast.Cast) -> None:
    confirm(opened(place, text="hemmelig"), place, shield=True, shield_basis="Offl. § 13")
    response = archivist(place).get(reverse("archive:list_out", args=["alle", "csv"]))
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Randi Moen" not in text
    assert "hemmelig" not in text
    assert "Offl. § 13" in text


# -- the look at what was handed over


def test_everything_that_was_handed_over_is_looked_through_and_is_well(place: cast.Cast) -> None:
    packed(place, confirmed(place), confirmed(place))
    out = io.StringIO()
    call_command("verify_archive", stdout=out)
    assert "Meråker kommune: ingen feil" in out.getvalue()


@pytest.mark.parametrize("what", ["bytes", "message", "row", "head", "copy"])
def test_whatever_was_changed_after_the_handing_over_is_found(place: cast.Cast, what: str) -> None:
    batch = packed(place, confirmed(place))
    assert batch.package
    if what == "bytes":
        path = Path(default_storage.path(batch.package.name))
        path.write_bytes(path.read_bytes().replace(b"Arkivpakke", b"Arkivpaske", 1))
    elif what == "message":
        SentMessage.objects.update(sha256="0" * 64)
    elif what == "row":
        StoredFile.objects.filter(pk=batch.package.pk).update(size=batch.package.size + 1)
    elif what == "head":
        type(batch).objects.update(head_hash="00" * 32)
    else:
        CaseRecord.objects.get().events.filter(action="comment.sort").update(role="lead")
    assert list(verifying.problems_of(place.municipality))
    with pytest.raises(CommandError, match="feil i det som er overlevert"):
        call_command("verify_archive", stdout=io.StringIO(), stderr=io.StringIO())
