"""What stops an export before anything leaves the house. Each refusal starts from a message that is accepted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from archive.arkivmelding import (
    Arkivmelding,
    Dokumentobjekt,
    FileFacts,
    Journalpost,
    Kode,
    Kryssreferanse,
    ReferanseTilMappe,
    check,
    codes,
)
from archive.arkivmelding.masking import masked
from archive.national_id import holds_national_id
from archive.problems import Problem
from tests.archive.fjellvik import case_file, files_of, first_message, incoming_entry, reply_message

SYNTHETIC_ID = "01819000049"  # month 81: a made-up person, as the tax authority's own test people


def entry(**changes: Any) -> Arkivmelding:
    return replace(first_message(), registrering=replace(incoming_entry(), **changes))


def answer(**changes: Any) -> Arkivmelding:
    message = reply_message()
    assert message.registrering
    return replace(message, registrering=replace(message.registrering, **changes))


def case(**changes: Any) -> Arkivmelding:
    return replace(first_message(), mappe=replace(case_file(), **changes))


def main_file(**changes: Any) -> Arkivmelding:
    documents = list(incoming_entry().dokumentbeskrivelse)
    first, *others = documents[0].dokumentobjekt
    changed: tuple[Dokumentobjekt, ...] = (replace(first, **changes), *others)
    return entry(dokumentbeskrivelse=(replace(documents[0], dokumentobjekt=changed), *documents[1:]))


def documents(change: Callable[[Journalpost], tuple[Any, ...]]) -> Arkivmelding:
    return entry(dokumentbeskrivelse=change(incoming_entry()))


def party(number: int, **changes: Any) -> Arkivmelding:
    parties = list(incoming_entry().korrespondansepart)
    parties[number] = replace(parties[number], **changes)
    return entry(korrespondansepart=tuple(parties))


def problems_of(message: Arkivmelding) -> list[Problem]:
    return check(message, files_of(message))


@pytest.mark.parametrize("message", [first_message(), reply_message()])
def test_the_messages_of_fjellvik_are_accepted(message: Arkivmelding) -> None:
    assert problems_of(message) == []


NAIVE = datetime(2026, 5, 4, 9, 0)  # noqa: DTZ001 - the refused kind
ODD_FORMAT = Kode(kode="fmt/567", beskrivelse="WebP")
REFUSED: dict[str, tuple[Arkivmelding, str, str]] = {
    "an empty message": (Arkivmelding(), "arkivmelding", "Meldingen er tom"),
    "no title": (entry(tittel="  "), "registrering/tittel", "tittel mangler"),
    "no public title": (case(offentlig_tittel="\x00"), "mappe/offentligTittel", "mangler"),
    "no documents": (entry(dokumentbeskrivelse=(), antall_vedlegg=0), "registrering/dokumentbeskrivelse", "mangler"),
    "no place": (entry(referanse_forelder_mappe=None), "registrering/referanseForelderMappe", "ikke til noen mappe"),
    "two places": (entry(arkivdel=Kode(kode="SAK")), "registrering", "både mappe og arkivdel"),
    "another case than the one sent along": (
        entry(referanse_forelder_mappe=ReferanseTilMappe(system_id="b6f0d2a0-0000-4000-8000-000000000000")),
        "registrering/referanseForelderMappe",
        "en annen mappe",
    ),
    "a reference to nothing": (answer(kryssreferanse=(Kryssreferanse(),)), "registrering", "nøyaktig én ting"),
    "a time without a zone": (entry(opprettet_dato=NAIVE), "registrering/opprettetDato", "mangler tidssone"),
    "a checksum in capitals": (main_file(sjekksum="AB" * 32), "kommentar-v1.pdf", "små heksadesimale"),
    "another checksum algorithm": (main_file(sjekksum_algoritme="MD5"), "kommentar-v1.pdf", "ikke SHA256"),
    "a file over 2 GB": (main_file(filstoerrelse=2**31), "kommentar-v1.pdf", "2 GB"),
    "a file name with a comma": (main_file(referanse_dokumentfil="a,b.pdf"), "a,b.pdf", "ugyldig"),
    "a file name that climbs": (main_file(referanse_dokumentfil="../a.pdf"), "../a.pdf", "ugyldig"),
    "the same file twice": (main_file(referanse_dokumentfil="kommentar-v2.pdf"), "kommentar-v2.pdf", "2 ganger"),
    "the main document last": (
        documents(lambda one: one.dokumentbeskrivelse[::-1]),
        "registrering/dokumentbeskrivelse",
        "ett hoveddokument",
    ),
    "a hole in the numbers": (
        documents(lambda one: (*one.dokumentbeskrivelse[:2], replace(one.dokumentbeskrivelse[2], dokumentnummer=4))),
        "registrering/dokumentbeskrivelse",
        "ikke nummerert",
    ),
    "a wrong number of attachments": (entry(antall_vedlegg=3), "registrering/antallVedlegg", "stemmer ikke"),
    "a key used twice": (
        documents(
            lambda one: (
                *one.dokumentbeskrivelse[:2],
                replace(
                    one.dokumentbeskrivelse[2],
                    referanse_ekstern_noekkel=one.dokumentbeskrivelse[0].referanse_ekstern_noekkel,
                ),
            )
        ),
        "registrering/dokumentbeskrivelse",
        "brukt på flere",
    ),
    "no archive variant in an accepted format": (
        documents(
            lambda one: (
                one.dokumentbeskrivelse[0],
                replace(
                    one.dokumentbeskrivelse[1],
                    dokumentobjekt=(replace(one.dokumentbeskrivelse[1].dokumentobjekt[0], format=ODD_FORMAT),),
                ),
                one.dokumentbeskrivelse[2],
            )
        ),
        "registrering/dokumentbeskrivelse[2]",
        "ingen arkivvariant",
    ),
    "incoming without a sender": (
        party(0, korrespondanseparttype=codes.MOTTAKER),
        "registrering/korrespondansepart",
        "mangler avsender",
    ),
    "incoming without a time": (entry(mottatt_dato=None), "registrering/mottattDato", "mangler mottattDato"),
    "outgoing without a recipient": (
        answer(korrespondansepart=incoming_entry().korrespondansepart),
        "registrering/korrespondansepart",
        "mangler mottaker",
    ),
    "outgoing without a time": (answer(sendt_dato=None), "registrering/sendtDato", "mangler sendtDato"),
    "nobody in the municipality": (
        entry(korrespondansepart=incoming_entry().korrespondansepart[:1]),
        "registrering/korrespondansepart",
        "Ingen enhet",
    ),
    "not said whether it is a person": (
        party(0, er_personnavn=None),
        "registrering/korrespondansepart[1]/erPersonnavn",
        "personnavn",
    ),
    "the wrong day": (entry(dokumentets_dato=date(2026, 5, 3)), "registrering/dokumentetsDato", "norsk tid"),
    "a shielded person in the public title": (
        case(offentlig_tittel="Brøyting - Kari Eksempel"),
        "mappe/offentligTittel",
        "røper Kari Eksempel",
    ),
    "a shielded handle in the public title": (
        entry(offentlig_tittel="Kommentar fra @KARI.eksempel"),
        "registrering/offentligTittel",
        "røper kari.eksempel",
    ),
    "an identity number in a title": (case(tittel=f"Sak {SYNTHETIC_ID}"), "mappe/tittel", "fødselsnummer"),
    "an identity number in a file name": (
        main_file(filnavn="018190 00049.pdf"),
        "registrering/dokumentbeskrivelse[1]/dokumentobjekt[1]/filnavn",
        "fødselsnummer",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_message_is_stopped_for(name: str) -> None:
    message, where, why = REFUSED[name]
    found = problems_of(message)
    assert [one for one in found if one.where.startswith(where) and why in one.what], [str(one) for one in found]
    assert all(one.remedy.endswith(".") for one in found)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda files: files.pop("bilde-1.png"), "nevner en fil som ikke finnes"),
        (lambda files: files.update({"ekstra.pdf": FileFacts(1, "0" * 64)}), "ikke nevnt i meldingen"),
        (lambda files: files.update({"bilde-1.png": FileFacts(34, files["bilde-1.png"].sha256)}), "er 34 byte"),
        (lambda files: files.update({"bilde-1.png": FileFacts(33, "0" * 64)}), "stemmer ikke med sjekksummen"),
    ],
    ids=["missing", "extra", "longer", "changed"],
)
def test_the_files_must_be_those_of_the_message(change: Callable[[dict[str, FileFacts]], object], why: str) -> None:
    files = files_of(first_message())
    change(files)
    found = check(first_message(), files)
    assert len(found) == 1
    assert why in found[0].what


def test_an_archive_may_have_its_own_list_of_formats() -> None:
    found = check(reply_message(), files_of(reply_message()), accepted={"PDF"})
    assert ["ingen arkivvariant" in one.what for one in found] == [True]


def test_part_of_a_name_in_a_public_title_may_be_confirmed() -> None:
    (found,) = problems_of(case(offentlig_tittel="Brøyting ved Eksempel skole"))
    assert found.may_confirm
    assert "«Eksempel»" in found.what


def test_names_may_stand_in_the_public_title_when_nothing_is_shielded() -> None:
    open_reply = answer(offentlig_tittel="Svar til Kari Eksempel")
    assert problems_of(open_reply) == []


def test_a_comment_before_midnight_utc_belongs_to_the_next_norwegian_day() -> None:
    late = datetime.fromisoformat("2026-05-04T22:30:00+00:00")
    assert problems_of(entry(mottatt_dato=late, dokumentets_dato=date(2026, 5, 5))) == []


@pytest.mark.parametrize(
    ("title", "public"),
    [
        ("Brøyting - Kari Eksempel", "Brøyting - *****"),
        ("Kari spør om snø", "***** spør om snø"),
        ("EKSEMPEL, KARI (@kari.eksempel)", "***** (@*****)"),
        ("Karidalen og Eksempelveien", "Karidalen og Eksempelveien"),
    ],
)
def test_a_public_title_is_proposed_with_the_name_masked(title: str, public: str) -> None:
    assert masked(title, ["Kari Eksempel (@kari.eksempel, Facebook)"]) == public


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"nr {SYNTHETIC_ID}.", True),
        ("018190 00049", True),
        ("01819000040", False),
        ("tlf 12345678901", False),
        (f"1{SYNTHETIC_ID}", False),
    ],
)
def test_only_numbers_with_both_check_digits_right_are_identity_numbers(text: str, expected: bool) -> None:
    assert holds_national_id(text) is expected
