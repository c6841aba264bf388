"""What the archive reads: the message itself, byte for byte."""

import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archive.arkivmelding import (
    AdministrativEnhet,
    Arkivmelding,
    FiksArkivV1,
    SchemaMissingError,
    Serializer,
    serialize,
    validate_official,
)
from archive.arkivmelding.order import KATALOG, MELDING, ORDER, SOCIALDESK
from archive.arkivmelding.xml_text import xml_safe
from archive.oslo import NaiveTimeError
from tests.archive.fjellvik import EXAMPLE, ROOT, SCHEMAS, case_file, first_message, reply_message
from tests.archive.papers import hostile_texts

NS = {"a": MELDING, "m": KATALOG, "sd": SOCIALDESK}
needs_schemas = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="../shared/noark/fiks-arkiv-v1 finnes ikke her")
needs_example = pytest.mark.skipif(
    not EXAMPLE.is_file(), reason="../shared/noark/example-socialdesk.xml finnes ikke her"
)


def with_text_everywhere(text: str) -> Arkivmelding:
    """The first message with `text` in every field that people or platforms fill in."""
    entry = first_message().registrering
    assert entry is not None
    metadata = entry.virksomhetsspesifikke_metadata
    said = f"Kommentar {text}"
    return replace(
        first_message(),
        regel=text,
        mappe=replace(case_file(), tittel=said, beskrivelse=text, noekkelord=(text, text)),
        registrering=replace(
            entry,
            tittel=said,
            beskrivelse=text,
            forfatter=(text,),
            virksomhetsspesifikke_metadata=replace(
                metadata,
                kilde=replace(metadata.kilde, konto=text),
                hendelser=tuple(replace(event, verdi=text) for event in metadata.hendelser),
            ),
            merknad=tuple(replace(remark, merknadstekst=said) for remark in entry.merknad),
        ),
    )


@needs_example
def test_the_message_equals_the_reference_example() -> None:
    expected = etree.canonicalize(xml_data=EXAMPLE.read_text(encoding="utf-8"), with_comments=False)
    assert etree.canonicalize(xml_data=serialize(first_message()).decode(), with_comments=False) == expected


@needs_schemas
@pytest.mark.parametrize("message", [first_message(), reply_message()], ids=["sak og inngående", "bare utgående"])
def test_a_message_follows_the_official_schema(message: Arkivmelding) -> None:
    assert validate_official(serialize(message), SCHEMAS) == []


@needs_schemas
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"sjekksum>", b"sjekksumen>"),
        (b"<erPersonnavn>true<", b"<erPersonnavn>ja<"),
        (b"<m:kode>H</m:kode>", b""),
        (b"<system>SocialDesk</system>", b""),
        (b"<filstoerrelse>38<", b"<filstoerrelse>stor<"),
    ],
    ids=["renamed element", "yes for true", "missing mandatory code", "missing mandatory system", "text for a number"],
)
def test_the_official_schema_refuses_a_broken_message_and_says_where(right: bytes, wrong: bytes) -> None:
    xml = serialize(first_message())
    assert right in xml
    problems = validate_official(xml.replace(right, wrong), SCHEMAS)
    assert problems
    assert all(problem.line and problem.what and problem.remedy for problem in problems)


@needs_schemas
def test_text_that_is_not_xml_is_a_problem_and_not_a_crash() -> None:
    assert validate_official(b"<arkivmelding", SCHEMAS)[0].what.startswith("Meldingen følger ikke skjemaet")


def test_a_folder_without_the_official_schemas_says_what_to_do(tmp_path: object) -> None:
    with pytest.raises(SchemaMissingError, match="SOCIALDESK_ARKIVMELDING_XSD"):
        validate_official(b"<x/>", str(tmp_path))


def test_a_reply_points_at_the_case_and_at_the_comment_by_our_own_keys() -> None:
    root = etree.fromstring(serialize(reply_message()))
    key = "m:referanseEksternNoekkel/m:noekkel"
    case = root.findtext(f"a:registrering/a:referanseForelderMappe/{key}", namespaces=NS)
    comment = root.findtext(f"a:registrering/a:kryssreferanse/a:referanseTilRegistrering/{key}", namespaces=NS)
    assert root.find("a:mappe", NS) is None
    assert case == "sak:2f6c1f0e-6a51-4d0a-9a60-0b7a4f1f7c11"
    assert comment == "jp:2f6c1f0e-6a51-4d0a-9a60-0b7a4f1f7c11:1"


def test_the_number_of_files_is_counted_and_not_typed() -> None:
    root = etree.fromstring(serialize(first_message()))
    assert root.findtext("a:antallFiler", namespaces=NS) == str(len(root.findall(".//a:dokumentobjekt", NS))) == "5"


def test_what_is_empty_is_left_out() -> None:
    message = replace(
        first_message(),
        regel=" ",
        mappe=replace(case_file(), beskrivelse="\x00", administrativ_enhet=AdministrativEnhet(), noekkelord=("",)),
    )
    root = etree.fromstring(serialize(message))
    assert [one.tag for one in root.iter() if not len(one) and not (one.text or "").strip() and not one.attrib] == []
    assert root.find("a:regel", NS) is None
    assert root.find("a:mappe/a:administrativEnhet", NS) is None


def test_times_are_written_on_the_oslo_clock_with_their_offset() -> None:
    late = datetime(2026, 12, 31, 23, 30, 15, 999, tzinfo=UTC)
    message = replace(first_message(), mappe=replace(case_file(), opprettet_dato=late))
    assert b"<opprettetDato>2027-01-01T00:30:15+01:00</opprettetDato>" in serialize(message)


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 5, 4, 9, 0)  # noqa: DTZ001 - the refused kind
    with pytest.raises(NaiveTimeError, match="mangler tidssone"):
        serialize(replace(first_message(), mappe=replace(case_file(), opprettet_dato=naive)))


def test_the_tables_and_the_dataclasses_agree() -> None:
    for kind, elements in ORDER.items():
        listed = {element.attribute for element in elements} - {"antall_filer"}
        assert listed == {field.name for field in fields(kind)}


def test_fiks_arkiv_is_one_serializer_among_possible_others() -> None:
    serializer: Serializer = FiksArkivV1()
    assert serializer.file_name == "arkivmelding.xml"
    assert serializer.serialize(reply_message()) == serialize(reply_message())


@pytest.mark.parametrize("number", range(len(hostile_texts())))
def test_no_text_breaks_the_message(number: int) -> None:
    assert_valid(hostile_texts()[number])


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_gives_valid_xml(text: str) -> None:
    assert_valid(text)


def assert_valid(text: str) -> None:
    xml = serialize(with_text_everywhere(text))
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, huge_tree=True))
    assert root.findtext("a:mappe/a:tittel", namespaces=NS) == xml_safe(f"Kommentar {text}")
    if SCHEMAS.is_dir():
        assert validate_official(xml, SCHEMAS) == []


@given(st.text(alphabet=st.characters()))
def test_cleaning_text_twice_changes_nothing(text: str) -> None:
    assert xml_safe(xml_safe(text)) == xml_safe(text)


def test_emoji_and_directions_are_kept_and_controls_are_dropped() -> None:
    assert xml_safe("a\x00\x1b😡\u202e\r\nb\ud800 e\u0301") == "a😡\u202e\nb\ufffd é"


def test_two_processes_write_the_same_bytes() -> None:
    program = (
        "import hashlib; from tests.archive.fjellvik import first_message; from archive.arkivmelding import serialize;"
        "print(hashlib.sha256(serialize(first_message())).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"TZ": zone, "LANG": language, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone, language, seed in [("UTC", "C", "1"), ("Asia/Tokyo", "nb_NO.UTF-8", "2")]
    }
    assert len(hashes) == 1
