"""The papers of one record: each version of the comment, each reply and the handling log as files for the package."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from archive import documents, handling
from archive.arkivmelding import FileFacts
from archive.formats import JSON, PDF_A_2U
from archive.models import CaseRecord, RecordedAttachment, RecordedNote, RecordedReply, RecordedVersion
from archive.oslo import clock_text

SYSTEM = "SocialDesk"
KINDS = {"picture": _("Bilde"), "video": _("Film"), "link": _("Lenke")}
PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "youtube": "YouTube",
    "rss": "nettsted med RSS",
    "manual": "skrevet inn for hånd",
}


@dataclass(frozen=True)
class File:
    """A file that lies beside a message. `made_at` is when its content came to be; `version` counts from 1."""

    name: str
    data: bytes
    title: str
    media_type: str
    puid: str
    made_at: datetime
    version: int = 1
    replaced: tuple[str, ...] = ()
    # Whether it is the format the archive keeps; the other kind is the platform's own, and then what it is in words.
    is_archive_copy: bool = True
    made_by_platform: str = ""
    # The standard's letter where it is neither of those: O, partly shielded.
    variant: str = ""

    @property
    def role(self) -> str:
        if self.variant == "O":
            return "Delvis skjermet"
        return "Arkivformat" if self.is_archive_copy else "Produksjonsformat"

    @property
    def facts(self) -> FileFacts:
        return FileFacts(size=len(self.data), sha256=sha256(self.data).hexdigest())


def sender_of(record: CaseRecord) -> str:
    """Return the sender as the archive shows it: the name they used, handle and platform; no guessed identity."""
    handle = f"@{record.author_handle.lstrip('@')}, " if record.author_handle else ""
    return f"{record.author} ({handle}{platform_of(record)})"


def platform_of(record: CaseRecord) -> str:
    return PLATFORMS.get(record.platform, record.platform)


def comment_papers(record: CaseRecord, *, font_paths: Sequence[Path], only_version: int | None = None) -> list[File]:
    """Return one PDF per version of the comment, and the platform's own answer for the latest as JSON.

    `only_version` gives the PDF and the JSON of that version alone.
    """
    versions = list(record.versions.all())
    if only_version is not None:
        versions = [one for one in versions if one.number <= only_version]
        return [_version_paper(record, versions, font_paths), _raw_paper(versions[-1])]
    papers = [_version_paper(record, versions[: place + 1], font_paths) for place in range(len(versions))]
    return [*papers, _raw_paper(versions[-1])]


def _version_paper(record: CaseRecord, versions: list[RecordedVersion], font_paths: Sequence[Path]) -> File:
    latest = versions[-1]
    rendered = documents.incoming_comment_pdf(incoming_of(record, versions), font_paths=font_paths)
    name = f"kommentar-v{latest.number}.pdf"
    return pdf_of(name, f"Kommentar versjon {latest.number}.pdf", rendered, latest.seen_at, latest.number)


def _raw_paper(version: RecordedVersion) -> File:
    return File(
        name=f"kommentar-v{version.number}.json",
        data=json.dumps(json.loads(bytes(version.raw)), ensure_ascii=True, sort_keys=True, indent=1).encode(),
        title=f"Kommentar versjon {version.number}.json",
        media_type="application/json",
        puid=JSON.puid,
        is_archive_copy=False,
        made_by_platform="UTF-8; svaret fra plattformen, uendret innhold",
        made_at=version.seen_at,
        version=version.number,
    )


def incoming_of(record: CaseRecord, versions: list[RecordedVersion]) -> documents.IncomingComment:
    """Return the comment with its context, up to the last of `versions`, as the document needs it."""
    is_latest = versions[-1].number == len(record.versions.all())
    return documents.IncomingComment(
        municipality=record.municipality.name,
        number=str(record),
        made_at=versions[-1].seen_at,
        platform=platform_of(record),
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
            for version in versions
        ),
        post=_post(record),
        parents=tuple(
            _passage(part["author"], part["text"], part["at"])
            for part in record.context
            if part.get("id") not in record.left_out_context
        ),
        attachments=tuple(_attachment(one) for one in record.attachments.all() if one.version == versions[-1].number),
        deleted_at=record.deleted_at if is_latest else None,
    )


def _attachment(one: RecordedAttachment) -> documents.Attachment:
    """What the comment carried, in words; one we do not have says why."""
    name = f"{KINDS.get(one.kind, _('Vedlegg'))} {one.position + 1}"
    lacking = "" if one.original_id else f" (ikke med. {one.missing_because or 'Bare omtalt av plattformen.'})"
    return documents.Attachment(name=name + lacking, description=one.alt)


def _post(record: CaseRecord) -> documents.Passage | None:
    if not record.post_text or record.post_posted_at is None:
        return None
    return documents.Passage(
        kind="Kommunens innlegg",
        author=record.municipality.name,
        text=record.post_text,
        published_at=record.post_posted_at,
        permalink=record.post_permalink,
    )


def reply_paper(record: CaseRecord, reply: RecordedReply, *, font_paths: Sequence[Path]) -> File:
    """Return the published reply as a PDF, with the comment it answers."""
    versions = list(record.versions.all())
    text = versions[-1].text if versions else ""
    rendered = documents.outgoing_reply_pdf(
        documents.OutgoingReply(
            municipality=record.municipality.name,
            number=str(record),
            made_at=reply.published_at,
            platform=platform_of(record),
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
            context=(_passage(record.author, text, record.posted_at.isoformat()),),
            notices=tuple(f"{notice['title']} ({notice['point']})" for notice in reply.notices),
        ),
        font_paths=font_paths,
    )
    return pdf_of("svar.pdf", "Svar.pdf", rendered, reply.published_at)


def log_paper(record: CaseRecord, *, confirmed_by: str, confirmed_at: datetime, font_paths: Sequence[Path]) -> File:
    """Return the handling history as a PDF: who did what, in which role, when."""
    rendered = documents.handling_log_pdf(
        documents.HandlingLog(
            municipality=record.municipality.name,
            number=str(record),
            made_at=confirmed_at,
            rows=tuple(handling.as_row(event) for event in record.events.all()),
            facts=(
                ("Avsender", sender_of(record)),
                ("Arkiveres fordi", record.get_reason_display()),
                ("Bestemt av", record.decided_by),
                ("Retningslinjer", guideline_of(record)),
                ("Bekreftet av", f"{confirmed_by}, {clock_text(confirmed_at)}"),
            ),
        ),
        font_paths=font_paths,
    )
    return pdf_of("behandlingslogg.pdf", "Behandlingslogg.pdf", rendered, confirmed_at)


def notes_paper(record: CaseRecord, notes: Sequence[RecordedNote], *, font_paths: Sequence[Path]) -> File:
    """Return the remarks the archivist picked as a PDF: who wrote what, when."""
    rendered = documents.handling_log_pdf(
        documents.HandlingLog(
            municipality=record.municipality.name,
            number=str(record),
            made_at=notes[-1].written_at,
            rows=tuple(
                documents.LogRow(at=one.written_at, who=one.author, role="", what="Merknad til utkast", detail=one.text)
                for one in notes
            ),
            facts=(("Gjelder", "Interne merknader til utkast til svar"),),
        ),
        font_paths=font_paths,
    )
    return pdf_of("merknader.pdf", "Interne merknader.pdf", rendered, notes[-1].written_at)


def guideline_of(record: CaseRecord) -> str:
    """Return which version of which guideline the sender was met under, with how it was adopted: enough to find it."""
    version = record.guideline_version
    if version is None:
        return record.guideline
    if not version.is_adoption_recorded or version.adopted_on is None:
        return f"{record.guideline} (vedtak ikke registrert)"
    case = f", sak {version.case_number}" if version.case_number else ""
    return f"{record.guideline} (vedtatt av {version.adopted_by} {version.adopted_on:%d.%m.%Y}{case})"


def _passage(author: str, text: str, at: str) -> documents.Passage:
    return documents.Passage(kind="Kommentar", author=author, text=text, published_at=datetime.fromisoformat(at))


def pdf_of(name: str, title: str, rendered: documents.Rendered, made_at: datetime, version: int = 1) -> File:
    """Return a set document as a file of the package."""
    return File(
        name=name,
        data=rendered.data,
        title=title,
        media_type="application/pdf",
        puid=PDF_A_2U.puid,
        made_at=made_at,
        version=version,
        replaced=tuple(rendered.replaced),
    )
