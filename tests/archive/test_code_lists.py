"""The code lists of a municipality's archive: seeded, edited, read from KS' files, and used."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from archive import code_actions
from archive.access import settings_for
from archive.code_lists import Codes, Lists, NotACodeListError, import_list
from archive.errors import ArchiveRefusedError
from archive.models import CodeValue
from tests import cast

pytestmark = pytest.mark.django_db
OFFICIAL = Path(__file__).parents[3] / "shared/noark/fiks-arkiv-v1/kodelister"


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def arne(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.arne.user)
    return client


def listed(name: str, *values: tuple[str, str]) -> bytes:
    rows = [{"kodeverdi": code, "kodebeskrivelse": words} for code, words in values]
    return json.dumps({"protokollnavn": "no.ks.fiks.arkiv", "navn": name, "kodeliste": rows}).encode()


def test_the_lists_are_there_from_the_start_with_the_municipalitys_own_units(place: cast.Cast) -> None:
    codes = Codes(place.municipality.pk)
    assert all(codes.choices(name) for name in Lists)
    assert ("TEK", "TEK Kommunalteknikk") in codes.choices(Lists.UNIT)
    assert codes.kode(Lists.JOURNAL_STATUS, "M").beskrivelse.startswith("Midlertidig")


def test_each_municipality_has_its_own_lists(place: cast.Cast) -> None:
    neighbour = cast.tydal()
    import_list(place.municipality, "klasse", listed("klasse", ("Q12", "Brøyting")))
    assert not Codes(neighbour.municipality.pk).has(Lists.CLASS, "Q12")


def test_an_import_adds_and_renames_and_leaves_what_the_file_lacks(place: cast.Cast) -> None:
    first = import_list(place.municipality, "klasse", listed("klasse", ("Q12", "Brøyting"), ("L42", "Byggesak")))
    assert (first.new, first.not_in_file) == (2, 1)
    second = import_list(
        place.municipality, "klasse", listed("klasse", ("Q12", "Vintervedlikehold"), ("L42", "Byggesak"))
    )
    assert (second.new, second.changed, second.same, second.not_in_file) == (0, 1, 1, 1)
    assert Codes(place.municipality.pk).kode(Lists.CLASS, "Q12").beskrivelse == "Vintervedlikehold"
    assert Codes(place.municipality.pk).has(Lists.CLASS, "N00")


def test_ks_own_example_lists_are_taken_as_they_are(place: cast.Cast) -> None:
    if not OFFICIAL.is_dir():
        pytest.skip("KS' code lists are not on this machine")
    for name in ("journalstatus", "saksstatus", "dokumenttype", "avskrivningsmaate"):
        data = (OFFICIAL / f"no.ks.fiks.arkiv.v1.kodelister.{name}.json").read_bytes()
        came = import_list(place.municipality, name, data)
        assert came.new + came.changed + came.same == len(json.loads(data.decode("utf-8-sig"))["kodeliste"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_is_read_in_each_encoding_ks_uses(place: cast.Cast, encoding: str) -> None:
    text = listed("klasse", ("Æ1", "Å")).decode()
    assert import_list(place.municipality, "klasse", text.encode(encoding)).new == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<xml/>", "ikke JSON"),
        (b"[]", "ingen «kodeliste»"),
        (b'{"kodeliste": []}', "tom eller for lang"),
        (listed("saksstatus", ("R", "")), "ikke «klasse»"),
        (listed("klasse", ("", "tom")), "tom, for lang"),
        (listed("klasse", ("A\nB", "to linjer")), "ulovlige tegn"),
        (listed("klasse", ("A", "1"), ("A", "2")), "flere ganger"),
        (b"[" * 20000, "ikke JSON"),
        (b'{"kodeliste": [1]}', "ikke er en kode"),
    ],
)
def test_a_file_that_is_no_such_list_changes_nothing(place: cast.Cast, data: bytes, words: str) -> None:
    before = len(Codes(place.municipality.pk).values)
    with pytest.raises(NotACodeListError, match=words):
        import_list(place.municipality, "klasse", data)
    assert len(Codes(place.municipality.pk).values) == before


def test_the_archivist_adds_imports_and_retires_codes_on_the_page(place: cast.Cast, arne: Client) -> None:
    address = reverse("archive:codes", args=["klasse"])
    assert "Henvendelser i sosiale medier" in arne.get(address).content.decode()
    arne.post(reverse("archive:code_new", args=["klasse"]), {"code": "Q12", "description": "Brøyting"})
    again = arne.post(reverse("archive:code_new", args=["klasse"]), {"code": "Q12", "description": "Igjen"})
    assert again.status_code == 422
    assert "står allerede i listen" in again.content.decode()
    file = SimpleUploadedFile("l.json", listed("klasse", ("L42", "Byggesak")), "application/json")
    arne.post(reverse("archive:code_import", args=["klasse"]), {"file": file})
    assert CodeValue.objects.filter(list="klasse", is_active=True).count() == 3
    one = CodeValue.objects.get(code="Q12")
    changed = arne.post(reverse("archive:code", args=[one.pk]), {"code": "Q99", "description": "x", "is_active": "on"})
    assert "Legg inn en ny" in changed.content.decode()
    arne.post(reverse("archive:code", args=[one.pk]), {"code": "Q12", "description": "Brøyting"})
    assert not Codes(place.municipality.pk).has(Lists.CLASS, "Q12")


def test_a_code_the_settings_name_stays_in_use(place: cast.Cast) -> None:
    settings_for(place.municipality.pk)
    Codes(place.municipality.pk)
    one = CodeValue.objects.get(list="klasse", code="N00")
    with pytest.raises(ArchiveRefusedError, match="Velg en annen der først"):
        code_actions.keep_code("klasse", code="N00", description="", ours="", is_active=False, by=place.arne, value=one)


def test_the_settings_are_chosen_from_the_lists(place: cast.Cast, arne: Client) -> None:
    import_list(place.municipality, "klasse", listed("klasse", ("Q12", "Brøyting")))
    page = arne.get(reverse("archive:settings")).content.decode()
    assert "Q12 Brøyting" in page
    now = settings_for(place.municipality.pk)
    names = ("class_system", "series", "journal_unit", "access_code", "shield_basis", "log_basis", "incoming_status")
    names += ("outgoing_status", "case_status", "write_off", "target", "delivery", "default_case")
    sent = {name: getattr(now, name) for name in names}
    bad = arne.post(reverse("archive:settings"), {**sent, "class_code": "FINNES-IKKE", "alarm_days": 2})
    assert bad.status_code == 422
    arne.post(reverse("archive:settings"), {**sent, "class_code": "Q12", "alarm_days": 5})
    now = settings_for(place.municipality.pk)
    assert (now.class_code, now.alarm_days) == ("Q12", 5)


def test_a_member_of_the_team_changes_no_code(place: cast.Cast) -> None:
    with pytest.raises(ArchiveRefusedError, match="arkivar"):
        code_actions.import_codes("klasse", listed("klasse", ("A", "")), by=place.kari)
