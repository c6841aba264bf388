"""Fiks Arkiv V1 `arkivmelding`: plain dataclasses in, XML bytes out. Knows neither Django nor the database.

message = Arkivmelding(mappe=Saksmappe(...), registrering=Journalpost(...))
problems = check(message, files)
xml = serialize(message)
problems = validate_official(xml, schema_dir)      # where the official schemas are at hand
"""

from archive.arkivmelding.eformidling import EFormidling, LaterUnsupportedError
from archive.arkivmelding.fields import (
    AdministrativEnhet,
    Arkivmelding,
    Arkivnotat,
    Dokumentbeskrivelse,
    Dokumentflyt,
    Dokumentobjekt,
    EksternNoekkel,
    Entry,
    Hendelse,
    Journalpost,
    Kilde,
    Klassifikasjon,
    Kode,
    Korrespondansepart,
    Kryssreferanse,
    Merknad,
    ReferanseTilDokumentbeskrivelse,
    ReferanseTilMappe,
    ReferanseTilRegistrering,
    Saksansvarlig,
    Saksbehandler,
    Saksmappe,
    Saksnummer,
    Skjerming,
    VirksomhetsspesifikkeMetadata,
)
from archive.arkivmelding.later import Avskrivning, Later, NyttDokumentobjekt, Oppdatering
from archive.arkivmelding.official import SchemaMissingError, validate_official
from archive.arkivmelding.rules import FileFacts, check, check_later
from archive.arkivmelding.targets import TARGETS, FiksArkivV1, Serializer
from archive.arkivmelding.writing import serialize
from archive.problems import Problem

__all__ = [
    "TARGETS",
    "AdministrativEnhet",
    "Arkivmelding",
    "Arkivnotat",
    "Avskrivning",
    "Dokumentbeskrivelse",
    "Dokumentflyt",
    "Dokumentobjekt",
    "EFormidling",
    "EksternNoekkel",
    "Entry",
    "FiksArkivV1",
    "FileFacts",
    "Hendelse",
    "Journalpost",
    "Kilde",
    "Klassifikasjon",
    "Kode",
    "Korrespondansepart",
    "Kryssreferanse",
    "Later",
    "LaterUnsupportedError",
    "Merknad",
    "NyttDokumentobjekt",
    "Oppdatering",
    "Problem",
    "ReferanseTilDokumentbeskrivelse",
    "ReferanseTilMappe",
    "ReferanseTilRegistrering",
    "Saksansvarlig",
    "Saksbehandler",
    "Saksmappe",
    "Saksnummer",
    "SchemaMissingError",
    "Serializer",
    "Skjerming",
    "VirksomhetsspesifikkeMetadata",
    "check",
    "check_later",
    "serialize",
    "validate_official",
]
