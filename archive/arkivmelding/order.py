"""Element order, cardinalities and namespaces of Fiks Arkiv V1, as data.

Source: ks-no/fiks-arkiv-specification, Schema/V1, `no.ks.fiks.arkiv.v1.arkivering.arkivmelding.opprett.xsd` and
`metadatakatalog.xsd` (version 1.0.10). Elements SocialDesk never sends (systemID, gradering, part ...) are not
listed, so the tables are subsequences of the schema's own.

A row is element, the schema's cardinality, and our own promise: "always" or "known" (when we know it).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from archive.arkivmelding import fields as parts
from archive.arkivmelding.xml_text import xml_safe

BASE: Final = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv"
MELDING: Final = f"{BASE}/arkivmelding/opprett/v1"
KATALOG: Final = f"{BASE}/metadatakatalog/v1"
SOCIALDESK: Final = "urn:socialdesk:virksomhetsspesifikk:1"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, slots=True)
class Element:
    """One row: the element's name, how few and how many the schema allows (None = any number), our promise."""

    name: str
    attribute: str
    least: int
    most: int | None
    always: bool


ROWS: Final[dict[type, str]] = {
    parts.Arkivmelding: """
        system 1 always
        regel 0..1 known
        antallFiler 1 always
        mappe 0..1 known
        registrering 0..1 known""",
    parts.Saksmappe: """
        tittel 1 always
        offentligTittel 0..1 always
        beskrivelse 0..1 known
        noekkelord 0..n known
        dokumentmedium 0..1 always
        opprettetDato 0..1 always
        opprettetAv 0..1 always
        arkivdel 0..1 known
        kryssreferanse 0..n known
        merknad 0..n known
        skjerming 0..1 known
        klassifikasjon 0..n known
        referanseEksternNoekkel 0..1 always
        mappetype 0..1 known
        saksdato 0..1 always
        administrativEnhet 0..1 always
        saksansvarlig 0..1 known
        journalenhet 0..1 known
        saksstatus 0..1 always""",
    parts.Journalpost: """
        opprettetDato 0..1 always
        opprettetAv 0..1 always
        arkivertDato 0..1 known
        arkivertAv 0..1 known
        referanseForelderMappe 0..1 known
        arkivdel 0..1 known
        skjerming 0..1 known
        dokumentbeskrivelse 0..n always
        tittel 1 always
        offentligTittel 0..1 always
        beskrivelse 0..1 known
        noekkelord 0..n known
        forfatter 0..n always
        dokumentmedium 0..1 always
        virksomhetsspesifikkeMetadata 0..1 always
        merknad 0..n known
        kryssreferanse 0..n known
        korrespondansepart 0..n always
        referanseEksternNoekkel 0..1 always
        journalposttype 1 always
        journalstatus 0..1 always
        dokumentetsDato 0..1 always
        mottattDato 0..1 known
        sendtDato 0..1 known
        forfallsdato 0..1 known
        offentlighetsvurdertDato 0..1 known
        antallVedlegg 0..1 always
        journalenhet 0..1 known
        dokumentflyt 0..n known""",
    parts.Arkivnotat: """
        opprettetDato 0..1 always
        opprettetAv 0..1 always
        arkivertDato 0..1 known
        arkivertAv 0..1 known
        referanseForelderMappe 0..1 known
        arkivdel 0..1 known
        skjerming 0..1 known
        dokumentbeskrivelse 0..n always
        tittel 1 always
        offentligTittel 0..1 always
        beskrivelse 0..1 known
        noekkelord 0..n known
        forfatter 0..n always
        dokumentmedium 0..1 always
        virksomhetsspesifikkeMetadata 0..1 always
        merknad 0..n known
        kryssreferanse 0..n known
        korrespondansepart 0..n always
        referanseEksternNoekkel 0..1 always
        dokumentetsDato 0..1 always
        mottattDato 0..1 known
        sendtDato 0..1 known
        forfallsdato 0..1 known
        offentlighetsvurdertDato 0..1 known
        antallVedlegg 0..1 always
        dokumentflyt 0..n known""",
    parts.Dokumentbeskrivelse: """
        dokumenttype 0..1 always
        dokumentstatus 0..1 always
        tittel 1 always
        beskrivelse 0..1 known
        forfatter 0..n known
        opprettetDato 0..1 always
        opprettetAv 0..1 always
        dokumentmedium 0..1 always
        tilknyttetRegistreringSom 1 always
        dokumentnummer 0..1 always
        tilknyttetDato 0..1 always
        tilknyttetAv 0..1 always
        merknad 0..n known
        skjerming 0..1 known
        dokumentobjekt 0..n always
        referanseEksternNoekkel 0..1 always""",
    parts.Dokumentobjekt: """
        versjonsnummer 0..1 always
        variantformat 0..1 always
        format 0..1 always
        formatDetaljer 0..1 known
        mimeType 0..1 always
        opprettetDato 0..1 always
        opprettetAv 0..1 always
        filnavn 1 always
        referanseDokumentfil 1 always
        sjekksum 0..1 always
        sjekksumAlgoritme 0..1 always
        filstoerrelse 0..1 always""",
    parts.Korrespondansepart: """
        korrespondansepartID 0..1 known
        korrespondanseparttype 1 always
        erBehandlingsansvarlig 0..1 always
        korrespondansepartNavn 1 always
        organisasjonid 0..1 known
        administrativEnhet 0..1 known
        saksbehandler 0..1 known
        erSkjermet 0..1 known
        erPersonnavn 0..1 known
        forsendelsesmaate 0..1 known
        deresReferanse 0..1 known""",
    parts.Merknad: """
        merknadstekst 1 always
        merknadstype 0..1 always
        merknadsdato 0..1 always
        merknadRegistrertAv 0..1 always
        erSkjermet 0..1 always""",
    parts.Skjerming: """
        tilgangsrestriksjon 1 always
        skjermingshjemmel 1 always
        skjermingOpphoererDato 0..1 known
        skjermingOpphoererAksjon 0..1 known""",
    parts.Klassifikasjon: """
        klassifikasjonssystemID 0..1 known
        klasseID 1 always
        tittel 0..1 known
        erSkjermet 0..1 known""",
    parts.Kryssreferanse: """
        referanseTilMappe 0..1 known
        referanseTilRegistrering 0..1 known
        referanseTilDokumentbeskrivelse 0..1 known""",
    parts.Dokumentflyt: """
        flytTil 1 always
        flytFra 1 always
        flytMottattDato 1 always
        flytSendtDato 1 always
        flytStatus 1 always
        flytMerknad 0..1 known""",
    parts.ReferanseTilMappe: """
        systemID 0..1 known
        saksnummer 0..1 known
        referanseEksternNoekkel 0..1 known""",
    parts.ReferanseTilRegistrering: """
        systemID 0..1 known
        referanseEksternNoekkel 0..1 known""",
    parts.ReferanseTilDokumentbeskrivelse: """
        systemID 0..1 known
        referanseEksternNoekkel 0..1 known""",
    parts.Saksnummer: """
        saksaar 1 always
        sakssekvensnummer 1 always""",
    parts.EksternNoekkel: """
        fagsystem 1 always
        noekkel 1 always""",
    parts.Kode: """
        kode 1 always
        beskrivelse 0..1 known""",
    **dict.fromkeys(
        (parts.AdministrativEnhet, parts.Saksbehandler, parts.Saksansvarlig),
        """
        navn 0..1 known
        identifikator 0..1 known
        initialer 0..1 known
        epostadresse 0..1 known""",
    ),
    parts.VirksomhetsspesifikkeMetadata: """
        kilde 1 always
        hendelser 0..n known""",
    parts.Kilde: """
        plattform 1 always
        konto 0..1 known
        innleggId 0..1 known
        kommentarId 0..1 known
        permalenke 0..1 known
        publisertTid 0..1 known
        fangetTid 0..1 known
        slettetVedKilde 0..1 known""",
    parts.Hendelse: """
        type 1 always
        tid 1 always
        av 1 always
        verdi 0..1 known""",
}

# The children of these live in another namespace than the message's own.
CHILD_NAMESPACE: Final[dict[type, str]] = {
    parts.Kode: KATALOG,
    parts.EksternNoekkel: KATALOG,
    parts.AdministrativEnhet: KATALOG,
    parts.Saksbehandler: KATALOG,
    parts.Saksansvarlig: KATALOG,
    parts.Saksnummer: KATALOG,
    parts.ReferanseTilMappe: KATALOG,
    parts.ReferanseTilRegistrering: KATALOG,
    parts.ReferanseTilDokumentbeskrivelse: KATALOG,
    parts.VirksomhetsspesifikkeMetadata: SOCIALDESK,
    parts.Kilde: SOCIALDESK,
    parts.Hendelse: SOCIALDESK,
}

XSI_TYPE: Final[dict[type, str]] = {
    parts.Saksmappe: "saksmappe",
    parts.Journalpost: "journalpost",
    parts.Arkivnotat: "arkivnotat",
}


class OrderError(Exception):
    """The tables above and the dataclasses disagree; found when the module is imported."""


def attribute_of(element: str) -> str:
    """«offentligTittel» -> «offentlig_tittel», «systemID» -> «system_id»."""
    return re.sub(r"(?<=[a-z])([A-Z]+)", r"_\1", element).lower()


def _element(row: str) -> Element:
    name, cardinality, promise = row.split()
    least, _, most = cardinality.partition("..")
    return Element(
        name=name,
        attribute=attribute_of(name),
        least=int(least),
        most=None if most == "n" else int(most or least),
        always=promise == "always",
    )


def _elements(kind: type, rows: str) -> tuple[Element, ...]:
    elements = tuple(_element(row) for row in rows.strip().splitlines())
    listed = {element.attribute for element in elements} - {"antall_filer"}
    declared = {field.name for field in fields(kind)}
    if listed != declared:
        raise OrderError(f"{kind.__name__}: tabell og dataklasse er uenige om {sorted(listed ^ declared)}")
    return elements


ORDER: Final[dict[type, tuple[Element, ...]]] = {kind: _elements(kind, rows) for kind, rows in ROWS.items()}


def is_part(value: object) -> bool:
    """Whether a value is one of the dataclasses with children of its own."""
    return type(value) in ORDER


def values_of(part: object) -> Iterator[tuple[Element, tuple[object, ...]]]:
    """Every row of a part's table with the values the part has for it, in schema order; empty values are left out."""
    for element in ORDER[type(part)]:
        yield element, tuple(value for value in _held(part, element) if not is_empty(value))


def is_empty(value: object) -> bool:
    """None, blank text, and a part with nothing in it: the schema refuses empty elements, so they are omitted."""
    if value is None:
        return True
    if isinstance(value, str):
        return not xml_safe(value).strip()
    return is_part(value) and all(
        is_empty(held) for element in ORDER[type(value)] for held in _held(value, element)
    )  # ends at the first that says something: each part is asked on each level above it


def _held(part: object, element: Element) -> tuple[object, ...]:
    held = getattr(part, element.attribute)
    return held if isinstance(held, tuple) else (held,)
