"""The second target: the arkivmelding of eFormidling (felleslosninger/docs, `resources/arkivmelding`, Noark 3.1 words).

The same message as for Fiks Arkiv, written nested: the entry lies inside the case file. Everything has a GUID, made
from our own key, so that the same thing has the same one for ever. There is no checksum, size or format in this
schema, and no message for what comes later: see `LaterUnsupportedError`.
"""

from datetime import UTC, datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from archive.arkivmelding.fields import (
    AdministrativEnhet,
    Arkivmelding,
    Dokumentbeskrivelse,
    Entry,
    Journalpost,
    Kode,
    Saksmappe,
    Skjerming,
)
from archive.arkivmelding.later import Later
from archive.arkivmelding.order import XSI
from archive.arkivmelding.writing import as_text
from archive.oslo import oslo_date

NAMESPACE: Final = "http://www.arkivverket.no/standarder/noark5/arkivmelding"
CASE_STATES: Final = {"A": "Avsluttet", "U": "Utgår"}
ENTRY_STATES: Final = {"J": "Journalført", "F": "Ferdigstilt fra saksbehandler", "G": "Godkjent av leder",
                       "E": "Ekspedert", "A": "Arkivert", "U": "Utgår"}  # fmt: skip
KINDS: Final = {"I": "Inngående dokument", "U": "Utgående dokument", "X": "Organinternt dokument uten oppfølging"}
PARTIES: Final = {"EA": "Avsender", "EM": "Mottaker", "IA": "Intern avsender", "IM": "Intern mottaker"}
VARIANTS: Final = {"A": "Arkivformat", "P": "Produksjonsformat", "O": "Dokument hvor deler av innholdet er skjermet"}


class LaterUnsupportedError(Exception):
    """eFormidling has no message for an update of what the archive already has."""


class EFormidling:
    """eFormidling's arkivmelding."""

    name = "eformidling"
    file_name = "arkivmelding.xml"

    def serialize(self, message: Arkivmelding | Later) -> bytes:
        if not isinstance(message, Arkivmelding):
            raise LaterUnsupportedError(
                "eFormidling har ingen melding for det som kommer senere. Før det inn i arkivet for hånd."
            )
        return _tree(message)


def guid(key: str) -> str:
    """Return the GUID of one of our keys: always the same."""
    return str(uuid5(NAMESPACE_URL, f"urn:socialdesk:{key}"))


def _tree(message: Arkivmelding) -> bytes:
    spaces = {None: NAMESPACE, "xsi": XSI}
    root = etree.Element(f"{{{NAMESPACE}}}arkivmelding", nsmap=spaces)  # type: ignore[arg-type]
    entry = message.registrering
    key = entry.referanse_ekstern_noekkel.noekkel if entry else ""
    _add(root, "system", message.system)
    _add(root, "meldingId", guid(f"melding:{key}"))
    moment = entry.arkivert_dato or entry.opprettet_dato if entry else datetime(1970, 1, 1, tzinfo=UTC)
    _add(root, "tidspunkt", moment)
    _add(root, "antallFiler", message.antall_filer)
    if message.mappe:
        _case(root, message.mappe, entry)
    elif entry:
        _entry(root, entry)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _add(parent: etree._Element, name: str, value: object) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if value is not None:
        child.text = as_text(value)
    return child


def _typed(parent: etree._Element, name: str, kind: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.set(f"{{{XSI}}}type", kind)
    return child


def _case(root: etree._Element, case: Saksmappe, entry: Entry | None) -> None:
    node = _typed(root, "mappe", "saksmappe")
    _add(node, "systemID", guid(case.referanse_ekstern_noekkel.noekkel))
    _add(node, "tittel", case.tittel)
    _add(node, "offentligTittel", case.offentlig_tittel)
    if case.beskrivelse:
        _add(node, "beskrivelse", case.beskrivelse)
    _add(node, "dokumentmedium", "Elektronisk arkiv")
    _add(node, "opprettetDato", case.opprettet_dato)
    _add(node, "opprettetAv", case.opprettet_av)
    _shield(node, case.skjerming)
    for one in case.klassifikasjon:
        place = _add(node, "klassifikasjon", None)
        _add(place, "referanseKlassifikasjonssystem", one.klassifikasjonssystem_id or "-")
        _add(place, "klasseID", one.klasse_id)
        _add(place, "tittel", one.tittel or one.klasse_id)
    if entry:
        _entry(node, entry)
    _add(node, "saksdato", case.saksdato)
    _add(node, "administrativEnhet", _unit(case.administrativ_enhet))
    _add(node, "saksansvarlig", case.opprettet_av)
    if case.journalenhet:
        _add(node, "journalenhet", case.journalenhet)
    _add(node, "saksstatus", CASE_STATES.get(case.saksstatus.kode, "Under behandling"))


def _unit(unit: AdministrativEnhet) -> str:
    return unit.navn or unit.identifikator


def _entry(parent: etree._Element, entry: Entry) -> None:
    node = _typed(parent, "basisregistrering", "journalpost" if isinstance(entry, Journalpost) else "basisregistrering")
    _add(node, "systemID", guid(entry.referanse_ekstern_noekkel.noekkel))
    _add(node, "opprettetDato", entry.opprettet_dato)
    _add(node, "opprettetAv", entry.opprettet_av)
    if entry.arkivert_dato:
        _add(node, "arkivertDato", entry.arkivert_dato)
        _add(node, "arkivertAv", entry.arkivert_av)
    _add(node, "referanseForelderMappe", guid(_parent_key(entry)))
    _shield(node, entry.skjerming)
    for document in entry.dokumentbeskrivelse:
        _document(node, document)
    _add(node, "tittel", entry.tittel)
    _add(node, "offentligTittel", entry.offentlig_tittel)
    for author in entry.forfatter:
        _add(node, "forfatter", author)
    _add(node, "dokumentmedium", "Elektronisk arkiv")
    for remark in entry.merknad:
        place = _add(node, "merknad", None)
        _add(place, "merknadstekst", remark.merknadstekst)
        if remark.merknadstype:
            _add(place, "merknadstype", _words(remark.merknadstype))
        _add(place, "merknadsdato", remark.merknadsdato)
        _add(place, "merknadRegistrertAv", remark.merknad_registrert_av)
    if isinstance(entry, Journalpost):
        _journal(node, entry)


def _parent_key(entry: Entry) -> str:
    parent = entry.referanse_forelder_mappe
    if parent and parent.saksnummer:
        return f"saksnummer:{parent.saksnummer.saksaar}/{parent.saksnummer.sakssekvensnummer}"
    return parent.referanse_ekstern_noekkel.noekkel if parent and parent.referanse_ekstern_noekkel else ""


def _journal(node: etree._Element, entry: Journalpost) -> None:
    _add(node, "journalposttype", KINDS[entry.journalposttype.kode])
    _add(node, "journalstatus", ENTRY_STATES.get(entry.journalstatus.kode, "Journalført"))
    _add(node, "journaldato", oslo_date(entry.arkivert_dato or entry.opprettet_dato))
    _add(node, "dokumentetsDato", entry.dokumentets_dato)
    if entry.mottatt_dato:
        _add(node, "mottattDato", entry.mottatt_dato)
    if entry.sendt_dato:
        _add(node, "sendtDato", entry.sendt_dato)
    _add(node, "antallVedlegg", entry.antall_vedlegg)
    if entry.journalenhet:
        _add(node, "journalenhet", entry.journalenhet)
    for part in entry.korrespondansepart:
        place = _add(node, "korrespondansepart", None)
        _add(place, "korrespondanseparttype", PARTIES[part.korrespondanseparttype.kode])
        _add(place, "korrespondansepartNavn", part.korrespondansepart_navn)
        if part.administrativ_enhet:
            _add(place, "administrativEnhet", _unit(part.administrativ_enhet))
    for flow in entry.dokumentflyt:
        place = _add(node, "dokumentflyt", None)
        _add(place, "flytTil", flow.flyt_til)
        _add(place, "flytFra", flow.flyt_fra)
        _add(place, "flytMottattDato", flow.flyt_mottatt_dato)
        _add(place, "flytSendtDato", flow.flyt_sendt_dato)
        _add(place, "flytStatus", _words(flow.flyt_status))


def _document(parent: etree._Element, document: Dokumentbeskrivelse) -> None:
    node = _add(parent, "dokumentbeskrivelse", None)
    _add(node, "systemID", guid(document.referanse_ekstern_noekkel.noekkel))
    _add(node, "dokumenttype", _words(document.dokumenttype))
    _add(node, "dokumentstatus", "Dokumentet er ferdigstilt")
    _add(node, "tittel", document.tittel)
    if document.beskrivelse:
        _add(node, "beskrivelse", document.beskrivelse)
    for author in document.forfatter:
        _add(node, "forfatter", author)
    _add(node, "opprettetDato", document.opprettet_dato)
    _add(node, "opprettetAv", document.opprettet_av)
    _add(node, "dokumentmedium", "Elektronisk arkiv")
    is_main = document.tilknyttet_registrering_som.kode == "H"
    _add(node, "tilknyttetRegistreringSom", "Hoveddokument" if is_main else "Vedlegg")
    _add(node, "dokumentnummer", document.dokumentnummer)
    _add(node, "tilknyttetDato", document.tilknyttet_dato)
    _add(node, "tilknyttetAv", document.tilknyttet_av)
    _shield(node, document.skjerming)
    for part in document.dokumentobjekt:
        place = _add(node, "dokumentobjekt", None)
        _add(place, "versjonsnummer", part.versjonsnummer)
        _add(place, "variantformat", VARIANTS[part.variantformat.kode])
        _add(place, "opprettetDato", part.opprettet_dato)
        _add(place, "opprettetAv", part.opprettet_av)
        _add(place, "referanseDokumentfil", part.referanse_dokumentfil)


def _words(value: Kode) -> str:
    return value.beskrivelse or value.kode


def _shield(parent: etree._Element, shield: Skjerming | None) -> None:
    if shield is None:
        return
    node = _add(parent, "skjerming", None)
    _add(node, "tilgangsrestriksjon", _words(shield.tilgangsrestriksjon))
    _add(node, "skjermingshjemmel", shield.skjermingshjemmel)
    _add(node, "skjermingMetadata", "Skjermet tittel og avsender")
