"""The messages about something the archive already has: an update, another file of a document, a write-off.

Fiks Arkiv V1: `arkivmelding.oppdater`, `dokumentobjekt.opprett`, `avskrivning.opprett`. They point by our own keys.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from lxml import etree

from archive.arkivmelding.fields import (
    Dokumentobjekt,
    EksternNoekkel,
    Kode,
    Merknad,
    ReferanseTilDokumentbeskrivelse,
    ReferanseTilRegistrering,
    Saksbehandler,
)
from archive.arkivmelding.order import BASE, KATALOG, MELDING
from archive.arkivmelding.writing import as_text, fill

OPPDATER: Final = f"{BASE}/arkivmelding/oppdater/v1"
OBJEKT: Final = f"{BASE}/dokumentobjekt/opprett/v1"
AVSKRIVNING: Final = f"{BASE}/avskrivning/opprett/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oppdatering:
    """New remarks on an entry that is in the archive."""

    entry: EksternNoekkel
    merknad: tuple[Merknad, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NyttDokumentobjekt:
    """One more file (a later version, or a redacted variant) of a document that is in the archive."""

    document: EksternNoekkel
    dokumentobjekt: Dokumentobjekt


@dataclass(frozen=True, slots=True, kw_only=True)
class Avskrivning:
    """An incoming entry is settled, by our reply where `by_entry` is given. `party`: the id we sent of the sender."""

    entry: EksternNoekkel
    party: str
    day: date
    by: str
    how: Kode
    by_entry: EksternNoekkel | None = None


Later = Oppdatering | NyttDokumentobjekt | Avskrivning


def serialize_later(message: Later) -> bytes:
    """Return the message as Fiks Arkiv V1 XML in UTF-8. Same message, same bytes."""
    if isinstance(message, Oppdatering):
        root = _update(message)
    elif isinstance(message, NyttDokumentobjekt):
        root = _object(message)
    else:
        root = _write_off(message)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _root(namespace: str, name: str) -> etree._Element:
    spaces = cast("dict[str, str]", {None: namespace, "m": KATALOG, "a": MELDING})
    return etree.Element(f"{{{namespace}}}{name}", nsmap=spaces)


def _update(message: Oppdatering) -> etree._Element:
    root = _root(OPPDATER, "arkivmeldingOppdatering")
    entry = etree.SubElement(root, f"{{{OPPDATER}}}registreringOppdateringer")
    pointer = etree.SubElement(entry, f"{{{OPPDATER}}}referanseTilRegistrering")
    fill(pointer, ReferanseTilRegistrering(referanse_ekstern_noekkel=message.entry))
    remarks = etree.SubElement(entry, f"{{{OPPDATER}}}merknadOppdateringer")
    for one in message.merknad:
        fill(etree.SubElement(remarks, f"{{{OPPDATER}}}ny"), one)
    return root


def _object(message: NyttDokumentobjekt) -> etree._Element:
    root = _root(OBJEKT, "dokumentobjektOpprett")
    pointer = etree.SubElement(root, f"{{{OBJEKT}}}referanseTilDokumentbeskrivelse")
    fill(pointer, ReferanseTilDokumentbeskrivelse(referanse_ekstern_noekkel=message.document))
    fill(etree.SubElement(root, f"{{{OBJEKT}}}dokumentobjekt"), message.dokumentobjekt)
    return root


def _write_off(message: Avskrivning) -> etree._Element:
    root = _root(AVSKRIVNING, "nyAvskrivning")
    settled = etree.SubElement(root, f"{{{AVSKRIVNING}}}avskrivning")
    etree.SubElement(settled, f"{{{AVSKRIVNING}}}avskrivningsdato").text = as_text(message.day)
    fill(etree.SubElement(settled, f"{{{AVSKRIVNING}}}avskrevetAv"), Saksbehandler(navn=message.by))
    fill(etree.SubElement(settled, f"{{{AVSKRIVNING}}}avskrivningsmaate"), message.how)
    if message.by_entry:
        reply = etree.SubElement(settled, f"{{{AVSKRIVNING}}}referanseAvskrivesAvJournalpost")
        fill(reply, ReferanseTilRegistrering(referanse_ekstern_noekkel=message.by_entry))
    entry = etree.SubElement(root, f"{{{AVSKRIVNING}}}referanseTilJournalpost")
    fill(entry, ReferanseTilRegistrering(referanse_ekstern_noekkel=message.entry))
    etree.SubElement(root, f"{{{AVSKRIVNING}}}korrespondansepartID").text = as_text(message.party)
    return root
