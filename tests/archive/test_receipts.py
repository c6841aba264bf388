"""What the archive answers: matched by our key, kept, and refused when it is not ours."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import etree

from archive import receipt_actions
from archive.errors import ArchiveRefusedError
from archive.models import CaseRecord, SentMessage
from archive.receipts import NotAReceiptError, read_receipt
from archive.workflow import RecordStatus
from tests import cast
from tests.archive.desk import OFFICIAL, archivist, confirm, confirmed, opened, packed, replied

pytestmark = pytest.mark.django_db
BASE = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv"
GUID = "43fbe161-7aac-4c9f-a888-d8167aab4144"


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def key_xml(key: str, system: str = "SocialDesk") -> str:
    ours = f"<m:fagsystem>{system}</m:fagsystem><m:noekkel>{key}</m:noekkel>"
    return f"<referanseEksternNoekkel>{ours}</referanseEksternNoekkel>"


def receipt_xml(
    message: SentMessage, *, number: int = 4711, case: int = 1187, system: str = "SocialDesk", was_there: bool = False
) -> bytes:
    """The receipt of an entry in a case, as the archive would write it; checked against KS' schema."""
    state = "Eksisterende" if was_there else "Opprettet"
    spaces = f'xmlns="{BASE}/arkivmelding/opprett/kvittering/v1" xmlns:m="{BASE}/metadatakatalog/v1"'
    xml = f"""<arkivmeldingKvittering {spaces} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <mappeKvittering xsi:type="saksmappeKvittering"><systemID label="x">{GUID}</systemID>
  {key_xml(f"sak:{message.record.key}", system)}<opprettetEllerEksisterende>{state}</opprettetEllerEksisterende>
  <saksaar>2026</saksaar><sakssekvensnummer>{case}</sakssekvensnummer>
 </mappeKvittering>
 <registreringKvittering xsi:type="journalpostKvittering"><systemID label="x">{GUID}</systemID>
  {key_xml(message.key, system)}<opprettetEllerEksisterende>{state}</opprettetEllerEksisterende>
  <journalaar>2026</journalaar><journalsekvensnummer>{number}</journalsekvensnummer>
  <journalpostnummer>1</journalpostnummer>
 </registreringKvittering></arkivmeldingKvittering>"""
    if OFFICIAL.is_dir():
        schema = etree.parse(str(OFFICIAL / "no.ks.fiks.arkiv.v1.arkivering.arkivmelding.opprett.kvittering.xsd"))
        etree.XMLSchema(schema).assertValid(etree.fromstring(xml))
    return xml.encode()


def refusal_xml(kind: str = "ugyldigforespoersel") -> bytes:
    return (
        f'<f:{kind} xmlns:f="{BASE}/feil/{kind}/v1" xmlns="{BASE}/feil/feilmelding/v1">'
        f"<feilId>{GUID}</feilId><feilmelding>Klassen N00 finnes ikke</feilmelding></f:{kind}>"
    ).encode()


def sent(place: cast.Cast) -> SentMessage:
    packed(place, confirmed(place))
    return SentMessage.objects.latest("pk")


def test_a_receipt_gives_the_record_its_numbers_and_puts_it_in_the_archive(place: cast.Cast) -> None:
    message = sent(place)
    receipt_actions.bring_in(read_receipt(receipt_xml(message)), by=place.arne)
    message.refresh_from_db()
    record = CaseRecord.objects.get()
    assert (message.answer, message.journal_number, message.system_id) == ("receipted", "2026/4711", GUID)
    assert (record.status, record.case_number) == (RecordStatus.RECEIPTED, "26/1187")


def test_a_record_is_in_the_archive_when_all_its_messages_are(place: cast.Cast) -> None:
    record = opened(place)
    replied(record, place)
    packed(place, confirm(record, place))
    first, second = SentMessage.objects.order_by("pk")
    receipt_actions.bring_in(read_receipt(receipt_xml(first)), by=place.arne)
    record.refresh_from_db()
    assert record.status == RecordStatus.EXPORTED
    receipt_actions.bring_in(read_receipt(receipt_xml(second, number=4712)), by=place.arne)
    record.refresh_from_db()
    assert record.status == RecordStatus.RECEIPTED


def test_the_same_receipt_twice_changes_nothing(place: cast.Cast) -> None:
    message = sent(place)
    for _ in range(2):
        receipt_actions.bring_in(read_receipt(receipt_xml(message, was_there=True)), by=place.arne)
    message.refresh_from_db()
    assert message.was_there


def test_a_refusal_says_what_to_do_and_the_record_can_be_mended_and_sent_with_the_same_key(place: cast.Cast) -> None:
    message = sent(place)
    with pytest.raises(ArchiveRefusedError, match="Velg meldingen"):
        receipt_actions.bring_in(read_receipt(refusal_xml()), by=place.arne)
    receipt_actions.bring_in(read_receipt(refusal_xml()), by=place.arne, message=message)
    message.refresh_from_db()
    assert "Klassen N00 finnes ikke" in message.problem
    assert "Ikke send den uendret" in message.problem
    record = CaseRecord.objects.get()
    assert record.status == RecordStatus.FAILED
    packed(place, confirm(record, place))
    again = SentMessage.objects.latest("pk")
    assert again.pk != message.pk
    assert again.key == message.key
    receipt_actions.bring_in(read_receipt(receipt_xml(again)), by=place.arne)
    record.refresh_from_db()
    assert record.status == RecordStatus.RECEIPTED


@pytest.mark.parametrize(("kind", "words"), [("serverfeil", "Vent litt"), ("ikkefunnet", "foran den først")])
def test_each_kind_of_refusal_has_its_own_remedy(kind: str, words: str) -> None:
    assert words in str(read_receipt(refusal_xml(kind)).refusal)


def test_a_case_that_was_taken_and_an_entry_that_was_not_are_told_apart(place: cast.Cast) -> None:
    message = sent(place)
    whole = receipt_xml(message).decode()
    start, end = whole.index("<registreringKvittering"), whole.index("</arkivmeldingKvittering>")
    error = f'<registreringFeilet><e:feilId xmlns:e="{BASE}/feil/feilmelding/v1">1</e:feilId></registreringFeilet>'
    receipt_actions.bring_in(read_receipt((whole[:start] + error + whole[end:]).encode()), by=place.arne)
    message.refresh_from_db()
    record = CaseRecord.objects.get()
    assert (message.answer, record.status, record.case_number) == ("failed", RecordStatus.FAILED, "26/1187")


# -- what is refused


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ikke XML"),
        (b"hei", "ikke XML"),
        (b"<a/>", "ikke en kvittering"),
        (b"\xff\xfe\x00", "ikke XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DTD"),
        (f'<arkivmeldingKvittering xmlns="{BASE}/arkivmelding/opprett/kvittering/v1"/>'.encode(), "tom"),
        (b"<a>" + b"x" * 2_000_001, "for stor"),
    ],
)
def test_what_is_no_receipt_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(NotAReceiptError, match=words):
        read_receipt(data)


def test_a_file_of_the_machine_cannot_be_read_through_a_receipt(tmp_path: Path) -> None:
    secret = tmp_path / "hemmelig.txt"
    secret.write_text("hemmelig")
    with pytest.raises(NotAReceiptError) as refused:
        read_receipt(f'<!DOCTYPE a [<!ENTITY b SYSTEM "{secret}">]><a>&b;</a>'.encode())
    assert "hemmelig" not in str(refused.value).replace("hemmelig.txt", "")


def test_a_receipt_of_another_system_another_key_or_another_municipality_is_refused(place: cast.Cast) -> None:
    message = sent(place)
    neighbour = cast.tydal()
    with pytest.raises(NotAReceiptError, match="et annet fagsystem"):
        read_receipt(receipt_xml(message, system="Vigilo"))
    good = receipt_xml(message)
    for by, data in ((neighbour.arne, good), (place.arne, good.replace(message.key.encode(), b"jp:ukjent:1"))):
        with pytest.raises(ArchiveRefusedError, match="ikke noe vi har sendt"):
            receipt_actions.bring_in(read_receipt(data), by=by)
    message.refresh_from_db()
    assert message.answer == ""


def test_a_receipt_for_another_message_than_the_chosen_one_is_refused(place: cast.Cast) -> None:
    first, second = sent(place), sent(place)
    with pytest.raises(ArchiveRefusedError, match="en annen melding"):
        receipt_actions.bring_in(read_receipt(receipt_xml(first)), by=place.arne, message=second)


# -- on the pages


def test_the_archivist_uploads_many_receipts_and_is_told_of_the_one_that_is_wrong(place: cast.Cast) -> None:
    batch = packed(place, confirmed(place), confirmed(place))
    first, second = SentMessage.objects.order_by("pk")
    files = [
        SimpleUploadedFile("en.xml", receipt_xml(first), "text/xml"),
        SimpleUploadedFile("feil.xml", b"<a/>", "text/xml"),
        SimpleUploadedFile("to.xml", receipt_xml(second, number=2), "text/xml"),
    ]
    client = archivist(place)
    answer = client.post(reverse("archive:bring_in", args=[batch.pk]), {"files": files})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2 kvitteringer er ført inn" in page
    assert "feil.xml" in page
    assert CaseRecord.objects.filter(status=RecordStatus.RECEIPTED).count() == 2
    assert "2 av 2" in client.get(reverse("archive:exports")).content.decode()


def test_the_archivist_types_the_numbers_where_there_is_no_xml(place: cast.Cast) -> None:
    message = sent(place)
    client = archivist(place)
    address = reverse("archive:type_in", args=[message.pk])
    for wrong in ({"case": "", "journal": ""}, {"case": "hei", "journal": ""}):
        assert client.post(address, wrong).status_code == 422
    client.post(address, {"case": "26/1187", "journal": "2026/4711"})
    page = client.get(reverse("archive:message", args=[message.pk])).content.decode()
    assert "26/1187" in page
    assert "2026/4711" in page
    assert CaseRecord.objects.get().status == RecordStatus.RECEIPTED


def test_the_page_of_an_export_costs_the_same_for_many_records(
    place: cast.Cast, django_assert_max_num_queries: object
) -> None:
    batch = packed(place, *[confirmed(place) for _ in range(4)])
    client = archivist(place)
    client.get(reverse("archive:batch", args=[batch.pk]))
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        client.get(reverse("archive:batch", args=[batch.pk]))
