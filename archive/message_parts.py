"""What every message of one record shares: keys, case, documents, parties, shields. Keys are stable for ever."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import attached, formats, handling
from archive.arkivmelding import (
    AdministrativEnhet,
    Arkivnotat,
    Dokumentbeskrivelse,
    Dokumentobjekt,
    EksternNoekkel,
    Entry,
    Journalpost,
    Kilde,
    Klassifikasjon,
    Kode,
    Korrespondansepart,
    Kryssreferanse,
    ReferanseTilMappe,
    ReferanseTilRegistrering,
    Saksmappe,
    Saksnummer,
    Skjerming,
    VirksomhetsspesifikkeMetadata,
    codes,
)
from archive.code_lists import Codes, Lists
from archive.models import ArchiveSettings, CaseRecord, RecordedAttachment, RecordedReply
from archive.oslo import oslo_date
from archive.papers import SYSTEM, File, platform_of, sender_of

Choice = CaseRecord.CaseChoice


def case_key_of(record: CaseRecord) -> str:
    """Return our key of the case the record goes into."""
    if record.together_with:
        return case_key_of(record.together_with)
    return f"samlesak:{record.collecting.key}" if record.collecting else f"sak:{record.key}"


def entry_key_of(record: CaseRecord) -> str:
    """Return our key of the incoming entry."""
    return f"jp:{record.key}:1"


def reply_key_of(record: CaseRecord, reply: RecordedReply) -> str:
    """Return our key of the outgoing entry of one reply."""
    return f"jp:{record.key}:svar:{reply.key}"


def comment_document_key(record: CaseRecord) -> str:
    """Return our key of the document that holds the versions of the comment."""
    return f"dok:{record.key}:kommentar"


class Parts:
    """Holds what every message of one record shares."""

    def __init__(
        self, record: CaseRecord, settings: ArchiveSettings, font_paths: Sequence[Path], codes_here: Codes
    ) -> None:
        self.record = record
        self.settings = settings
        self.codes = codes_here
        self.accepted = frozenset(
            self.codes.of_ours(Lists.FORMAT, Kode(kode=one.puid)).kode for one in formats.ACCEPTED_FORMATS
        )
        self.fonts = font_paths
        self.confirmed_by = record.confirmed_by.name if record.confirmed_by else SYSTEM
        self.confirmed_at = record.confirmed_at or record.opened_at
        self.entry_key = EksternNoekkel(noekkel=entry_key_of(record))
        self.platform = platform_of(record)
        self.sender = sender_of(record)
        self.municipality = record.municipality.name

    def entry(self, kind: Kode, status: str, **fields: Any) -> Entry:
        """Return an entry of the journal; an archive note where the archivist has said that it is not journalled."""
        if not self.record.journal:
            return Arkivnotat(**fields)
        return Journalpost(
            journalposttype=kind,
            journalstatus=self.codes.kode(Lists.JOURNAL_STATUS, status),
            journalenhet=self.settings.journal_unit,
            **fields,
        )

    def about_the_comment(self) -> Kryssreferanse:
        """Return the pointer to the incoming entry."""
        return Kryssreferanse(
            referanse_til_registrering=ReferanseTilRegistrering(referanse_ekstern_noekkel=self.entry_key)
        )

    def parent(self) -> ReferanseTilMappe:
        """Return the case it goes into: by the archive's number where the archivist typed it, else by our key."""
        record = self.record
        if record.case_choice == Choice.EXISTING and record.case_year and record.case_sequence:
            number = Saksnummer(saksaar=record.case_year, sakssekvensnummer=record.case_sequence)
            return ReferanseTilMappe(saksnummer=number)
        return ReferanseTilMappe(referanse_ekstern_noekkel=EksternNoekkel(noekkel=case_key_of(record)))

    def case(self) -> Saksmappe | None:
        """Return the case file where this record is what creates it; None when the case is there already."""
        record = self.record
        if record.case_choice in {Choice.EXISTING, Choice.TOGETHER}:
            return None
        if record.collecting is None:
            return self._case(record.title, record.public_title, case_key_of(record), record.posted_at, self.shield())
        if record.collecting.carrier_id not in {None, record.pk}:
            return None
        title = str(record.collecting)
        return self._case(title, title, case_key_of(record), record.posted_at, None)

    def _case(self, title: str, public_title: str, key: str, begun: datetime, shield: Skjerming | None) -> Saksmappe:
        record, settings = self.record, self.settings
        return Saksmappe(
            tittel=title,
            offentlig_tittel=public_title,
            beskrivelse=f"{record}: fra en kommentar på kommunens konto {record.channel_name} ({self.platform}).",
            noekkelord=("sosiale medier",),
            dokumentmedium=codes.ELEKTRONISK,
            opprettet_dato=self.confirmed_at,
            opprettet_av=self.confirmed_by,
            arkivdel=Kode(kode=settings.series) if settings.series else None,
            skjerming=shield,
            klassifikasjon=(
                Klassifikasjon(
                    klassifikasjonssystem_id=settings.class_system,
                    klasse_id=record.class_code,
                    tittel=self.codes.kode(Lists.CLASS, record.class_code).beskrivelse,
                ),
            ),
            referanse_ekstern_noekkel=EksternNoekkel(noekkel=key),
            saksdato=oslo_date(begun),
            administrativ_enhet=self.administrative_unit(),
            journalenhet=settings.journal_unit,
            saksstatus=self.codes.kode(Lists.CASE_STATUS, settings.case_status),
        )

    def administrative_unit(self) -> AdministrativEnhet:
        record = self.record
        if record.case_unit_code or record.case_unit_name:
            return AdministrativEnhet(
                navn=record.case_unit_name or record.case_unit_code, identifikator=record.case_unit_code
            )
        return AdministrativEnhet(navn=self.municipality)

    def shield(self) -> Skjerming | None:
        if not self.record.shield:
            return None
        return Skjerming(
            tilgangsrestriksjon=self.codes.kode(Lists.ACCESS, self.record.access_code or self.settings.access_code),
            skjermingshjemmel=self.record.shield_basis,
        )

    def document(
        self, number: int, title: str, kind: Kode, objects: tuple[Dokumentobjekt, ...], key: str, *, author: str = ""
    ) -> Dokumentbeskrivelse:
        is_log = kind == codes.NOTAT
        return Dokumentbeskrivelse(
            dokumenttype=self.codes.of_ours(Lists.DOCUMENT_TYPE, kind),
            dokumentstatus=codes.FERDIGSTILT,
            tittel=title,
            forfatter=(SYSTEM if is_log else author or self.sender,),
            opprettet_dato=objects[0].opprettet_dato,
            opprettet_av=SYSTEM,
            dokumentmedium=codes.ELEKTRONISK,
            tilknyttet_registrering_som=codes.HOVEDDOKUMENT if number == 1 else codes.VEDLEGG,
            dokumentnummer=number,
            tilknyttet_dato=self.confirmed_at,
            tilknyttet_av=self.confirmed_by,
            skjerming=self.log_shield() if is_log else None,
            dokumentobjekt=objects,
            referanse_ekstern_noekkel=EksternNoekkel(noekkel=f"dok:{self.record.key}:{key}"),
        )

    def picture(
        self, number: int, one: RecordedAttachment, files: list[File], *, title: str = ""
    ) -> Dokumentbeskrivelse:
        described = one.alt or attached.UNDESCRIBED
        kind = codes.FOTO if one.kind == "picture" else codes.VEDLEGGSFIL
        objects = tuple(self.object(file) for file in files)
        title = title or f"Bilde {number - 2} i kommentaren"
        document = self.document(number, title, kind, objects, f"vedlegg:{one.attachment_id}")
        return replace(document, beskrivelse=described)

    def sent_picture(self, reply: RecordedReply, files: list[File]) -> list[Dokumentbeskrivelse]:
        if not files:
            return []
        objects = tuple(self.object(file) for file in files)
        key = f"svar:{reply.key}:bilde"
        document = self.document(2, "Bilde i svaret", codes.FOTO, objects, key, author=reply.author)
        return [replace(document, beskrivelse=reply.picture_alt)]

    def log_shield(self) -> Skjerming:
        """The handling log names employees' internal steps: an internal document."""
        return Skjerming(
            tilgangsrestriksjon=self.codes.kode(Lists.ACCESS, self.settings.access_code),
            skjermingshjemmel=self.settings.log_basis,
        )

    def object(self, file: File) -> Dokumentobjekt:
        facts = file.facts
        return Dokumentobjekt(
            versjonsnummer=file.version,
            variantformat=_variant(file),
            format=self.codes.of_ours(
                Lists.FORMAT, Kode(kode=file.puid, beskrivelse=formats.format_of(file.puid).name)
            ),
            format_detaljer="" if file.is_archive_copy else file.made_by_platform,
            mime_type=file.media_type,
            opprettet_dato=file.made_at,
            opprettet_av=SYSTEM,
            filnavn=file.title,
            referanse_dokumentfil=file.name,
            sjekksum=facts.sha256,
            filstoerrelse=facts.size,
        )

    def citizen(self, kind: Kode) -> Korrespondansepart:
        record = self.record
        return Korrespondansepart(
            korrespondansepart_id=f"{record.platform}:{record.author_id}" if record.author_id else "",
            korrespondanseparttype=kind,
            er_behandlingsansvarlig=False,
            korrespondansepart_navn=self.sender,
            er_skjermet=record.shield,
            er_personnavn=True,
            deres_referanse=record.permalink or f"{record.platform}:{record.comment_id}",
        )

    def unit(self, kind: Kode, *, person: str = "") -> Korrespondansepart:
        unit = self.administrative_unit()
        return Korrespondansepart(
            korrespondanseparttype=kind,
            er_behandlingsansvarlig=True,
            korrespondansepart_navn=f"{unit.navn} v/ {person}" if person else unit.navn,
            administrativ_enhet=unit,
            er_personnavn=False,
        )

    def other_units(self) -> list[Korrespondansepart]:
        """Return the units it was forwarded to besides the one that has the case. Outside bodies are remarks."""
        others = {
            one.unit_code: one.recipient
            for one in self.record.forwardings.all()
            if not one.is_outside and not one.withdrawn and one.unit_code != self.record.case_unit_code
        }
        return [
            Korrespondansepart(
                korrespondanseparttype=codes.INTERN_MOTTAKER,
                er_behandlingsansvarlig=False,
                korrespondansepart_navn=name,
                administrativ_enhet=AdministrativEnhet(navn=name, identifikator=code),
                er_personnavn=False,
            )
            for code, name in others.items()
        ]

    def metadata(self) -> VirksomhetsspesifikkeMetadata:
        record = self.record
        return VirksomhetsspesifikkeMetadata(
            kilde=Kilde(
                plattform=record.platform,
                konto=record.channel_name,
                innlegg_id=record.post_permalink,
                kommentar_id=str(record.comment_id),
                permalenke=record.permalink,
                publisert_tid=record.posted_at,
                fanget_tid=record.captured_at,
                slettet_ved_kilde=record.deleted_at is not None,
            ),
            hendelser=tuple(handling.as_hendelse(event) for event in record.events.all()),
        )


def day_of(moment: datetime) -> str:
    """Return the Oslo day in words: «20.11.2026»."""
    return f"{oslo_date(moment):%d.%m.%Y}"


def _variant(file: File) -> Kode:
    if file.variant == "O":
        return codes.DELVIS_SKJERMET
    return codes.ARKIVFORMAT if file.is_archive_copy else codes.PRODUKSJONSFORMAT
