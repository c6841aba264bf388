"""One confirmed record becomes messages with their files: case file and incoming entry, then one entry per reply.

The mapping is archive.md section 2; keys are stable, so the same record always gives the same messages and bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archive import attached, formats, handling, remarks
from archive import papers as papers_of
from archive.arkivmelding import (
    AdministrativEnhet,
    Arkivmelding,
    Dokumentbeskrivelse,
    Dokumentflyt,
    Dokumentobjekt,
    EksternNoekkel,
    Journalpost,
    Kilde,
    Klassifikasjon,
    Kode,
    Korrespondansepart,
    Kryssreferanse,
    ReferanseTilMappe,
    ReferanseTilRegistrering,
    Saksmappe,
    Skjerming,
    VirksomhetsspesifikkeMetadata,
    codes,
)
from archive.code_lists import Codes, Lists
from archive.models import ArchiveSettings, CaseRecord, RecordedAttachment, RecordedReply
from archive.oslo import oslo_date
from archive.papers import SYSTEM, File, platform_of, sender_of


@dataclass(frozen=True)
class Message:
    """An arkivmelding and the files it names."""

    kind: str
    content: Arkivmelding
    files: tuple[File, ...]
    # What the archive calls the formats it keeps.
    accepted: frozenset[str]

    @property
    def replaced(self) -> tuple[str, ...]:
        """What the typesetting had no glyph for and wrote as a code instead."""
        return tuple(mark for file in self.files for mark in file.replaced)


def messages_of(record: CaseRecord, settings: ArchiveSettings, *, font_paths: Sequence[Path]) -> list[Message]:
    """Return the messages of a confirmed record, in the order they must be sent.

    Raises documents.FontsMissingError or documents.TypesettingError when a document cannot be made.
    """
    maker = _Maker(record, settings, font_paths)
    return [maker.opening(), *(maker.reply(reply) for reply in record.replies.all())]


class _Maker:
    """Holds what every message of one record shares."""

    def __init__(self, record: CaseRecord, settings: ArchiveSettings, font_paths: Sequence[Path]) -> None:
        self.record = record
        self.settings = settings
        self.codes = Codes(record.municipality_id)
        self.accepted = frozenset(
            self.codes.of_ours(Lists.FORMAT, Kode(kode=one.puid)).kode for one in formats.ACCEPTED_FORMATS
        )
        self.fonts = font_paths
        self.confirmed_by = record.confirmed_by.name if record.confirmed_by else SYSTEM
        self.confirmed_at = record.confirmed_at or record.opened_at
        self.case_key = EksternNoekkel(noekkel=f"sak:{record.key}")
        self.entry_key = EksternNoekkel(noekkel=f"jp:{record.key}:1")
        self.platform = platform_of(record)
        self.sender = sender_of(record)
        self.municipality = record.municipality.name

    # ---- the two kinds of message ------------------------------------------------------------------------------

    def opening(self) -> Message:
        """Return the case file with the incoming entry: every version, the platform's own answer, the handling log."""
        record = self.record
        papers = papers_of.comment_papers(record, font_paths=self.fonts)
        log = papers_of.log_paper(
            record, confirmed_by=self.confirmed_by, confirmed_at=self.confirmed_at, font_paths=self.fonts
        )
        pictures = [(one, attached.files_of(one, place + 3)) for place, one in enumerate(attached.attached_to(record))]
        entry = Journalpost(
            tittel=record.title,
            offentlig_tittel=record.public_title,
            opprettet_dato=record.opened_at,
            opprettet_av=SYSTEM,
            arkivert_dato=self.confirmed_at,
            arkivert_av=self.confirmed_by,
            referanse_forelder_mappe=ReferanseTilMappe(referanse_ekstern_noekkel=self.case_key),
            skjerming=self._shield(),
            dokumentbeskrivelse=(
                self._document(
                    1,
                    f"Kommentar på {self.platform} {_day(record.posted_at)}",
                    codes.KORRESPONDANSE,
                    tuple(self._object(paper) for paper in papers),
                    "kommentar",
                ),
                self._document(2, "Behandlingslogg fra SocialDesk", codes.NOTAT, (self._object(log),), "logg"),
                *(self._picture(place + 3, one, files) for place, (one, files) in enumerate(pictures)),
            ),
            forfatter=(self.sender,),
            dokumentmedium=codes.ELEKTRONISK,
            virksomhetsspesifikke_metadata=self._metadata(),
            merknad=tuple(remarks.of_record(record)),
            korrespondansepart=(
                self._citizen(codes.AVSENDER),
                self._unit(codes.INTERN_MOTTAKER),
                *self._other_units(),
            ),
            referanse_ekstern_noekkel=self.entry_key,
            journalposttype=codes.INNGAAENDE,
            journalstatus=self.codes.kode(Lists.JOURNAL_STATUS, self.settings.incoming_status),
            dokumentets_dato=oslo_date(record.posted_at),
            mottatt_dato=record.posted_at,
            antall_vedlegg=1 + len(pictures),
            journalenhet=self.settings.journal_unit,
        )
        content = Arkivmelding(mappe=self._case(), registrering=entry, regel="sosiale-medier")
        return Message(
            "opprett", content, (*papers, log, *(file for _, files in pictures for file in files)), self.accepted
        )

    def reply(self, reply: RecordedReply) -> Message:
        """Return the outgoing entry of one published reply, tied to case file and incoming entry by our keys."""
        paper = papers_of.reply_paper(self.record, reply, font_paths=self.fonts)
        picture = attached.sent_files_of(reply)
        entry = Journalpost(
            tittel=f"Svar – {self.record.title}"[:250],
            offentlig_tittel=f"Svar – {self.record.public_title}"[:250],
            opprettet_dato=reply.published_at,
            opprettet_av=SYSTEM,
            arkivert_dato=self.confirmed_at,
            arkivert_av=self.confirmed_by,
            referanse_forelder_mappe=ReferanseTilMappe(referanse_ekstern_noekkel=self.case_key),
            skjerming=self._shield(),
            dokumentbeskrivelse=(
                self._document(
                    1,
                    f"Svar på {self.platform} {_day(reply.published_at)}",
                    codes.KORRESPONDANSE,
                    (self._object(paper),),
                    f"svar:{reply.key}",
                    author=reply.author,
                ),
                *self._sent_picture(reply, picture),
            ),
            forfatter=(reply.author,),
            dokumentmedium=codes.ELEKTRONISK,
            virksomhetsspesifikke_metadata=VirksomhetsspesifikkeMetadata(
                kilde=Kilde(
                    plattform=self.record.platform,
                    konto=self.record.channel_name,
                    kommentar_id=reply.external_id,
                    permalenke=reply.permalink,
                    publisert_tid=reply.published_at,
                )
            ),
            merknad=tuple(remarks.of_reply(reply)),
            kryssreferanse=(
                Kryssreferanse(
                    referanse_til_registrering=ReferanseTilRegistrering(referanse_ekstern_noekkel=self.entry_key)
                ),
            ),
            korrespondansepart=(self._citizen(codes.MOTTAKER), self._unit(codes.INTERN_AVSENDER, person=reply.author)),
            referanse_ekstern_noekkel=EksternNoekkel(noekkel=f"jp:{self.record.key}:svar:{reply.key}"),
            journalposttype=codes.UTGAAENDE,
            journalstatus=self.codes.kode(Lists.JOURNAL_STATUS, self.settings.outgoing_status),
            dokumentets_dato=oslo_date(reply.published_at),
            sendt_dato=reply.published_at,
            antall_vedlegg=1 if picture else 0,
            journalenhet=self.settings.journal_unit,
            dokumentflyt=tuple(_flow(reply)),
        )
        return Message(
            "svar", Arkivmelding(registrering=entry, regel="sosiale-medier"), (paper, *picture), self.accepted
        )

    # ---- parts of a message ------------------------------------------------------------------------------------

    def _case(self) -> Saksmappe:
        record, settings = self.record, self.settings
        return Saksmappe(
            tittel=record.title,
            offentlig_tittel=record.public_title,
            beskrivelse=f"{record}: fra en kommentar på kommunens konto {record.channel_name} ({self.platform}).",
            noekkelord=("sosiale medier",),
            dokumentmedium=codes.ELEKTRONISK,
            opprettet_dato=self.confirmed_at,
            opprettet_av=self.confirmed_by,
            arkivdel=Kode(kode=settings.series) if settings.series else None,
            skjerming=self._shield(),
            klassifikasjon=(
                Klassifikasjon(
                    klassifikasjonssystem_id=settings.class_system,
                    klasse_id=record.class_code,
                    tittel=self.codes.kode(Lists.CLASS, record.class_code).beskrivelse,
                ),
            ),
            referanse_ekstern_noekkel=self.case_key,
            saksdato=oslo_date(record.posted_at),
            administrativ_enhet=self._administrative_unit(),
            journalenhet=settings.journal_unit,
            saksstatus=self.codes.kode(Lists.CASE_STATUS, settings.case_status),
        )

    def _administrative_unit(self) -> AdministrativEnhet:
        if self.record.unit_name:
            return AdministrativEnhet(navn=self.record.unit_name, identifikator=self.record.unit_code)
        return AdministrativEnhet(navn=self.municipality)

    def _shield(self) -> Skjerming | None:
        if not self.record.shield:
            return None
        return Skjerming(
            tilgangsrestriksjon=self.codes.kode(Lists.ACCESS, self.settings.access_code),
            skjermingshjemmel=self.record.shield_basis,
        )

    def _document(
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
            skjerming=self._log_shield() if is_log else None,
            dokumentobjekt=objects,
            referanse_ekstern_noekkel=EksternNoekkel(noekkel=f"dok:{self.record.key}:{key}"),
        )

    def _picture(self, number: int, one: RecordedAttachment, files: list[File]) -> Dokumentbeskrivelse:
        described = one.alt or attached.UNDESCRIBED
        kind = codes.FOTO if one.kind == "picture" else codes.VEDLEGGSFIL
        objects = tuple(self._object(file) for file in files)
        document = self._document(
            number, f"Bilde {number - 2} i kommentaren", kind, objects, f"vedlegg:{one.attachment_id}"
        )
        return replace(document, beskrivelse=described)

    def _sent_picture(self, reply: RecordedReply, files: list[File]) -> list[Dokumentbeskrivelse]:
        if not files:
            return []
        objects = tuple(self._object(file) for file in files)
        key = f"svar:{reply.key}:bilde"
        document = self._document(2, "Bilde i svaret", codes.FOTO, objects, key, author=reply.author)
        return [replace(document, beskrivelse=reply.picture_alt)]

    def _log_shield(self) -> Skjerming:
        """The handling log names employees' internal steps: an internal document."""
        return Skjerming(
            tilgangsrestriksjon=self.codes.kode(Lists.ACCESS, self.settings.access_code),
            skjermingshjemmel=self.settings.log_basis,
        )

    def _object(self, file: File) -> Dokumentobjekt:
        facts = file.facts
        return Dokumentobjekt(
            versjonsnummer=file.version,
            variantformat=codes.ARKIVFORMAT if file.is_archive_copy else codes.PRODUKSJONSFORMAT,
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

    def _citizen(self, kind: Kode) -> Korrespondansepart:
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

    def _unit(self, kind: Kode, *, person: str = "") -> Korrespondansepart:
        unit = self._administrative_unit()
        return Korrespondansepart(
            korrespondanseparttype=kind,
            er_behandlingsansvarlig=True,
            korrespondansepart_navn=f"{unit.navn} v/ {person}" if person else unit.navn,
            administrativ_enhet=unit,
            er_personnavn=False,
        )

    def _other_units(self) -> list[Korrespondansepart]:
        """Return the units it was forwarded to besides the one that has the case. Outside bodies are remarks."""
        others = {
            one.unit_code: one.recipient
            for one in self.record.forwardings.all()
            if not one.is_outside and not one.withdrawn and one.unit_code != self.record.unit_code
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

    def _metadata(self) -> VirksomhetsspesifikkeMetadata:
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


def _flow(reply: RecordedReply) -> list[Dokumentflyt]:
    """Return the rounds of review: who handed in, who decided, when, and what came of it."""
    outcome = {"approved": codes.FLYT_GODKJENT, "sent_back": codes.FLYT_SENDT_TILBAKE}
    return [
        Dokumentflyt(
            flyt_til=review["by"],
            flyt_fra=reply.author,
            flyt_mottatt_dato=datetime.fromisoformat(review["at"]),
            flyt_sendt_dato=min(reply.submitted_at or reply.published_at, datetime.fromisoformat(review["at"])),
            flyt_status=outcome[review["decision"]],
        )
        for review in reply.reviews
    ]


def _day(moment: datetime) -> str:
    return f"{oslo_date(moment):%d.%m.%Y}"
