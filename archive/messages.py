"""One confirmed record becomes messages with their files: the case file with the incoming entry, then one entry per reply.

The mapping is archive.md section 2; keys are stable, so the same record always gives the same messages and bytes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from archive import documents, handling
from archive.arkivmelding import (
    AdministrativEnhet,
    Arkivmelding,
    Dokumentbeskrivelse,
    Dokumentflyt,
    Dokumentobjekt,
    EksternNoekkel,
    FileFacts,
    Journalpost,
    Kilde,
    Klassifikasjon,
    Kode,
    Korrespondansepart,
    Kryssreferanse,
    Merknad,
    ReferanseTilMappe,
    ReferanseTilRegistrering,
    Saksmappe,
    Skjerming,
    VirksomhetsspesifikkeMetadata,
    codes,
)
from archive.models import ArchiveSettings, CaseRecord, RecordedReply, RecordedVersion
from archive.oslo import clock_text, oslo_date

SYSTEM = "SocialDesk"
PDF = Kode(kode="fmt/478", beskrivelse="PDF/A-2u")
JSON = Kode(kode="fmt/817", beskrivelse="JSON")
PLATFORMS = {"mastodon": "Mastodon"}


@dataclass(frozen=True)
class File:
    """A file that lies beside a message."""

    name: str
    data: bytes
    title: str
    media_type: str
    format_code: str
    role: str

    @property
    def facts(self) -> FileFacts:
        return FileFacts(size=len(self.data), sha256=sha256(self.data).hexdigest())


@dataclass(frozen=True)
class Message:
    """An arkivmelding, the files it names, and what the typesetting had to replace."""

    kind: str
    content: Arkivmelding
    files: tuple[File, ...]
    replaced: tuple[str, ...] = ()


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
        self.fonts = font_paths
        self.versions: list[RecordedVersion] = list(record.versions.all())
        self.confirmed_by = record.confirmed_by.name if record.confirmed_by else SYSTEM
        self.confirmed_at = record.confirmed_at or record.opened_at
        self.case_key = EksternNoekkel(noekkel=f"sak:{record.key}")
        self.entry_key = EksternNoekkel(noekkel=f"jp:{record.key}:1")
        self.platform = PLATFORMS.get(record.platform, record.platform)
        self.municipality = record.municipality.name

    # ---- the two kinds of message ------------------------------------------------------------------------------

    def opening(self) -> Message:
        """Return the case file with the incoming entry: every version, the platform's own answer, the handling log."""
        record = self.record
        comment_files, comment_objects, replaced = self._comment_documents()
        log_file, log_replaced = self._log_document()
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
                    comment_objects,
                    "kommentar",
                ),
                self._document(2, "Behandlingslogg fra SocialDesk", codes.NOTAT, (self._object(log_file, 1),), "logg"),
            ),
            forfatter=(self._sender(),),
            dokumentmedium=codes.ELEKTRONISK,
            virksomhetsspesifikke_metadata=self._metadata(),
            merknad=tuple(self._remarks()),
            korrespondansepart=(self._citizen(codes.AVSENDER), self._unit(codes.INTERN_MOTTAKER)),
            referanse_ekstern_noekkel=self.entry_key,
            journalposttype=codes.INNGAAENDE,
            journalstatus=Kode(kode=self.settings.incoming_status),
            dokumentets_dato=oslo_date(record.posted_at),
            mottatt_dato=record.posted_at,
            antall_vedlegg=1,
            journalenhet=self.settings.journal_unit,
        )
        content = Arkivmelding(mappe=self._case(), registrering=entry, regel="sosiale-medier")
        return Message("opprett", content, (*comment_files, log_file), (*replaced, *log_replaced))

    def reply(self, reply: RecordedReply) -> Message:
        """Return the outgoing entry of one published reply, tied to the case file and the incoming entry by our keys."""
        file, replaced = self._reply_document(reply)
        notices = tuple(self._notice_remarks(reply))
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
                    (self._object(file, 1, made_at=reply.published_at),),
                    f"svar:{reply.key}",
                    author=reply.author,
                ),
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
            merknad=notices,
            kryssreferanse=(
                Kryssreferanse(
                    referanse_til_registrering=ReferanseTilRegistrering(referanse_ekstern_noekkel=self.entry_key)
                ),
            ),
            korrespondansepart=(self._citizen(codes.MOTTAKER), self._unit(codes.INTERN_AVSENDER, person=reply.author)),
            referanse_ekstern_noekkel=EksternNoekkel(noekkel=f"jp:{self.record.key}:svar:{reply.key}"),
            journalposttype=codes.UTGAAENDE,
            journalstatus=Kode(kode=self.settings.outgoing_status),
            dokumentets_dato=oslo_date(reply.published_at),
            sendt_dato=reply.published_at,
            antall_vedlegg=0,
            journalenhet=self.settings.journal_unit,
            dokumentflyt=tuple(_flow(reply)),
        )
        return Message("svar", Arkivmelding(registrering=entry, regel="sosiale-medier"), (file,), replaced)

    # ---- parts of a message ------------------------------------------------------------------------------------

    def _case(self) -> Saksmappe:
        record, settings = self.record, self.settings
        return Saksmappe(
            tittel=record.title,
            offentlig_tittel=record.public_title,
            beskrivelse=f"Opprettet fra en kommentar på kommunens konto {record.channel_name} ({self.platform}). {record}.",
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
                    tittel=settings.class_title if record.class_code == settings.class_code else "",
                ),
            ),
            referanse_ekstern_noekkel=self.case_key,
            saksdato=oslo_date(record.posted_at),
            administrativ_enhet=self._administrative_unit(),
            journalenhet=settings.journal_unit,
            saksstatus=Kode(kode=settings.case_status),
        )

    def _administrative_unit(self) -> AdministrativEnhet:
        if self.record.unit_name:
            return AdministrativEnhet(navn=self.record.unit_name, identifikator=self.record.unit_code)
        return AdministrativEnhet(navn=self.municipality)

    def _shield(self) -> Skjerming | None:
        if not self.record.shield:
            return None
        return Skjerming(
            tilgangsrestriksjon=Kode(kode=self.settings.access_code), skjermingshjemmel=self.record.shield_basis
        )

    def _document(
        self, number: int, title: str, kind: Kode, objects: tuple[Dokumentobjekt, ...], key: str, *, author: str = ""
    ) -> Dokumentbeskrivelse:
        is_log = kind == codes.NOTAT
        return Dokumentbeskrivelse(
            dokumenttype=kind,
            dokumentstatus=codes.FERDIGSTILT,
            tittel=title,
            forfatter=(SYSTEM if is_log else author or self._sender(),),
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

    def _log_shield(self) -> Skjerming:
        """The handling log names employees' internal steps: an internal document."""
        return Skjerming(
            tilgangsrestriksjon=Kode(kode=self.settings.access_code), skjermingshjemmel=self.settings.log_basis
        )

    def _object(self, file: File, version: int, *, made_at: datetime | None = None) -> Dokumentobjekt:
        archived = file.format_code == PDF.kode
        facts = file.facts
        return Dokumentobjekt(
            versjonsnummer=version,
            variantformat=codes.ARKIVFORMAT if archived else codes.PRODUKSJONSFORMAT,
            format=PDF if archived else JSON,
            format_detaljer="" if archived else "UTF-8; svaret fra plattformen, uendret innhold",
            mime_type=file.media_type,
            opprettet_dato=made_at or self.confirmed_at,
            opprettet_av=SYSTEM,
            filnavn=file.title,
            referanse_dokumentfil=file.name,
            sjekksum=facts.sha256,
            filstoerrelse=facts.size,
        )

    def _sender(self) -> str:
        handle = f"@{self.record.author_handle.lstrip('@')}, " if self.record.author_handle else ""
        return f"{self.record.author} ({handle}{self.platform})"

    def _citizen(self, kind: Kode) -> Korrespondansepart:
        record = self.record
        return Korrespondansepart(
            korrespondansepart_id=f"{record.platform}:{record.author_id}" if record.author_id else "",
            korrespondanseparttype=kind,
            er_behandlingsansvarlig=False,
            korrespondansepart_navn=self._sender(),
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

    def _remarks(self) -> list[Merknad]:
        """Return one remark on how it was sorted, one if it was deleted, and one for each notice given."""
        record = self.record
        remarks = [
            _remark(
                f"{record.get_reason_display()}: sortert av {record.decided_by} {clock_text(record.opened_at)} etter {record.guideline}.",
                codes.MERKNAD_SAKSBEHANDLER,
                record.opened_at,
                record.decided_by,
            )
        ]
        if record.deleted_at:
            text = f"Kommentaren ble funnet slettet hos {self.platform} {clock_text(record.deleted_at)}."
            remarks.append(_remark(text, codes.MERKNAD_ARKIV, record.deleted_at, SYSTEM))
        for reply in record.replies.all():
            remarks += self._notice_remarks(reply)
        return remarks

    def _notice_remarks(self, reply: RecordedReply) -> list[Merknad]:
        return [
            _remark(
                f"Avsenderen fikk beskjed {clock_text(reply.published_at)}: {notice['title']} ({notice['point']}).",
                codes.MERKNAD_SAKSBEHANDLER,
                reply.published_at,
                reply.author,
            )
            for notice in reply.notices
        ]

    # ---- documents ---------------------------------------------------------------------------------------------

    def _comment_documents(self) -> tuple[list[File], tuple[Dokumentobjekt, ...], list[str]]:
        """Return the files and objects of the comment: one PDF per version, and the platform's last answer as JSON."""
        files: list[File] = []
        objects: list[Dokumentobjekt] = []
        replaced: list[str] = []
        for version in self.versions:
            rendered = documents.incoming_comment_pdf(self._incoming(version), font_paths=self.fonts)
            replaced += rendered.replaced
            file = _pdf(f"kommentar-v{version.number}.pdf", rendered.data, f"Kommentar versjon {version.number}.pdf")
            files.append(file)
            objects.append(self._object(file, version.number, made_at=version.seen_at))
        latest = self.versions[-1]
        raw = File(
            name=f"kommentar-v{latest.number}.json",
            data=_readable_json(bytes(latest.raw)),
            title=f"Kommentar versjon {latest.number}.json",
            media_type="application/json",
            format_code=JSON.kode,
            role="Produksjonsformat",
        )
        files.append(raw)
        objects.append(self._object(raw, latest.number, made_at=latest.seen_at))
        return files, tuple(objects), replaced

    def _incoming(self, upto: RecordedVersion) -> documents.IncomingComment:
        record = self.record
        return documents.IncomingComment(
            municipality=self.municipality,
            number=str(record),
            made_at=upto.seen_at,
            platform=self.platform,
            account=record.channel_name,
            author=record.author,
            handle=record.author_handle,
            permalink=record.permalink,
            published_at=record.posted_at,
            captured_at=record.captured_at,
            versions=tuple(
                documents.Version(
                    number=version.number,
                    text=version.text,
                    written_at=version.edited_at or record.posted_at,
                    captured_at=version.seen_at,
                )
                for version in self.versions
                if version.number <= upto.number
            ),
            post=self._post(),
            parents=tuple(_passage("Kommentar", part["author"], part["text"], part["at"]) for part in record.context),
            deleted_at=record.deleted_at if upto == self.versions[-1] else None,
        )

    def _post(self) -> documents.Passage | None:
        record = self.record
        if not record.post_text or record.post_posted_at is None:
            return None
        return documents.Passage(
            kind="Kommunens innlegg",
            author=self.municipality,
            text=record.post_text,
            published_at=record.post_posted_at,
            permalink=record.post_permalink,
        )

    def _reply_document(self, reply: RecordedReply) -> tuple[File, tuple[str, ...]]:
        record = self.record
        rendered = documents.outgoing_reply_pdf(
            documents.OutgoingReply(
                municipality=self.municipality,
                number=str(record),
                made_at=reply.published_at,
                platform=self.platform,
                account=record.channel_name,
                recipient=record.author,
                handle=record.author_handle,
                permalink=reply.permalink,
                published_at=reply.published_at,
                versions=(documents.Version(number=1, text=reply.text, written_at=reply.published_at),),
                written_by=reply.author,
                published_by=SYSTEM,
                approved_by=reply.approved_by,
                approved_at=reply.approved_at,
                context=(_passage("Kommentar", record.author, self.versions[-1].text, record.posted_at.isoformat()),),
                notices=tuple(f"{notice['title']} ({notice['point']})" for notice in reply.notices),
            ),
            font_paths=self.fonts,
        )
        return _pdf("svar.pdf", rendered.data, "Svar.pdf"), rendered.replaced

    def _log_document(self) -> tuple[File, tuple[str, ...]]:
        record = self.record
        rendered = documents.handling_log_pdf(
            documents.HandlingLog(
                municipality=self.municipality,
                number=str(record),
                made_at=self.confirmed_at,
                rows=tuple(handling.as_row(event) for event in record.events.all()),
                facts=(
                    ("Avsender", self._sender()),
                    ("Arkiveres fordi", record.get_reason_display()),
                    ("Bestemt av", record.decided_by),
                    ("Retningslinjer", record.guideline),
                    ("Bekreftet av", f"{self.confirmed_by}, {clock_text(self.confirmed_at)}"),
                ),
            ),
            font_paths=self.fonts,
        )
        return _pdf("behandlingslogg.pdf", rendered.data, "Behandlingslogg.pdf"), rendered.replaced


def _pdf(name: str, data: bytes, title: str) -> File:
    return File(name, data, title, media_type="application/pdf", format_code=PDF.kode, role="Arkivformat")


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


def _remark(text: str, kind: Kode, at: datetime, by: str) -> Merknad:
    return Merknad(merknadstekst=text, merknadstype=kind, merknadsdato=at, merknad_registrert_av=by, er_skjermet=False)


def _passage(kind: str, author: str, text: str, at: str) -> documents.Passage:
    return documents.Passage(kind=kind, author=author, text=text, published_at=datetime.fromisoformat(at))


def _day(moment: datetime) -> str:
    return f"{oslo_date(moment):%d.%m.%Y}"


def _readable_json(raw: bytes) -> bytes:
    """Return the platform's answer as UTF-8 JSON with sorted keys: the same content, the same bytes."""
    return json.dumps(json.loads(raw), ensure_ascii=True, sort_keys=True, indent=1).encode()
