"""The messages that create something, with their files: case file and incoming entry, then one entry per reply.

The mapping is archive.md section 2; keys are stable, so the same record always gives the same messages and bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive import attached, redaction, remarks
from archive import papers as papers_of
from archive.arkivmelding import (
    Arkivmelding,
    Dokumentflyt,
    EksternNoekkel,
    Kilde,
    Later,
    VirksomhetsspesifikkeMetadata,
    codes,
)
from archive.message_parts import Parts, day_of, reply_key_of
from archive.models import RecordedNote, RecordedReply
from archive.oslo import oslo_date
from archive.papers import SYSTEM, File


@dataclass(frozen=True)
class Message:
    """A message and the files it names."""

    kind: str
    content: Arkivmelding | Later
    files: tuple[File, ...]
    # What the archive calls the formats it keeps.
    accepted: frozenset[str]
    file_name: str = "arkivmelding.xml"

    @property
    def title(self) -> str:
        """What it is, for people."""
        if isinstance(self.content, Arkivmelding):
            return self.content.registrering.tittel if self.content.registrering else ""
        return {"oppdater": "Oppdatering", "dokumentobjekt": "Ny versjon"}.get(self.kind, "Avskrivning")

    @property
    def replaced(self) -> tuple[str, ...]:
        """What the typesetting had no glyph for and wrote as a code instead."""
        return tuple(mark for file in self.files for mark in file.replaced)


class Maker(Parts):
    """Makes the messages that create something: case and incoming entry, replies, internal remarks."""

    @property
    def remarks_key(self) -> str:
        return f"jp:{self.record.key}:merknader"

    def reply_key(self, reply: RecordedReply) -> str:
        return reply_key_of(self.record, reply)

    def later_pictures_key(self, version: int) -> str:
        return f"jp:{self.record.key}:bilder:v{version}"

    def opening(self) -> Message:
        """Return the case file with the incoming entry: every version, the platform's own answer, the handling log."""
        record = self.record
        papers = papers_of.comment_papers(record, font_paths=self.fonts)
        papers += [redaction.redacted_paper(record, font_paths=self.fonts)] if record.redactions else []
        log = papers_of.log_paper(
            record, confirmed_by=self.confirmed_by, confirmed_at=self.confirmed_at, font_paths=self.fonts
        )
        pictures = [(one, attached.files_of(one, place + 3)) for place, one in enumerate(attached.attached_to(record))]
        entry = self.entry(
            codes.INNGAAENDE,
            self.settings.incoming_status,
            tittel=record.title,
            offentlig_tittel=record.public_title,
            opprettet_dato=record.opened_at,
            opprettet_av=SYSTEM,
            arkivert_dato=self.confirmed_at,
            arkivert_av=self.confirmed_by,
            referanse_forelder_mappe=self.parent(),
            skjerming=self.shield(),
            dokumentbeskrivelse=(
                self.document(
                    1,
                    f"Kommentar på {self.platform} {day_of(record.posted_at)}",
                    codes.KORRESPONDANSE,
                    tuple(self.object(paper) for paper in papers),
                    "kommentar",
                ),
                self.document(2, "Behandlingslogg fra SocialDesk", codes.NOTAT, (self.object(log),), "logg"),
                *(self.picture(place + 3, one, files) for place, (one, files) in enumerate(pictures)),
            ),
            forfatter=(self.sender,),
            dokumentmedium=codes.ELEKTRONISK,
            virksomhetsspesifikke_metadata=self.metadata(),
            merknad=tuple(remarks.of_record(record)),
            korrespondansepart=(
                self.citizen(codes.AVSENDER),
                self.unit(codes.INTERN_MOTTAKER),
                *self.other_units(),
            ),
            referanse_ekstern_noekkel=self.entry_key,
            dokumentets_dato=oslo_date(record.posted_at),
            mottatt_dato=record.posted_at,
            antall_vedlegg=1 + len(pictures),
        )
        content = Arkivmelding(mappe=self.case(), registrering=entry, regel="sosiale-medier")
        return Message(
            "opprett", content, (*papers, log, *(file for _, files in pictures for file in files)), self.accepted
        )

    def reply(self, reply: RecordedReply) -> Message:
        """Return the outgoing entry of one published reply, tied to case file and incoming entry by our keys."""
        paper = papers_of.reply_paper(self.record, reply, font_paths=self.fonts)
        picture = attached.sent_files_of(reply)
        entry = self.entry(
            codes.UTGAAENDE,
            self.settings.outgoing_status,
            tittel=f"Svar – {self.record.title}"[:250],
            offentlig_tittel=f"Svar – {self.record.public_title}"[:250],
            opprettet_dato=reply.published_at,
            opprettet_av=SYSTEM,
            arkivert_dato=self.confirmed_at,
            arkivert_av=self.confirmed_by,
            referanse_forelder_mappe=self.parent(),
            skjerming=self.shield(),
            dokumentbeskrivelse=(
                self.document(
                    1,
                    f"Svar på {self.platform} {day_of(reply.published_at)}",
                    codes.KORRESPONDANSE,
                    (self.object(paper),),
                    f"svar:{reply.key}",
                    author=reply.author,
                ),
                *self.sent_picture(reply, picture),
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
            kryssreferanse=(self.about_the_comment(),),
            korrespondansepart=(self.citizen(codes.MOTTAKER), self.unit(codes.INTERN_AVSENDER, person=reply.author)),
            referanse_ekstern_noekkel=EksternNoekkel(noekkel=self.reply_key(reply)),
            dokumentets_dato=oslo_date(reply.published_at),
            sendt_dato=reply.published_at,
            antall_vedlegg=1 if picture else 0,
            dokumentflyt=tuple(_flow(reply)),
        )
        return Message(
            "svar", Arkivmelding(registrering=entry, regel="sosiale-medier"), (paper, *picture), self.accepted
        )

    def later_pictures(self, version: int) -> Message:
        """Return an incoming entry with the pictures that came with an edit, tied to the entry that is there.

        Fiks Arkiv V1 cannot add a document to an entry that exists: `oppdater` has no such element, and
        `dokumentobjekt.opprett` only adds files to a document.
        """
        record = self.record
        added = [one for one in attached.attached_to(record) if one.version == version]
        pictures = [(one, attached.files_of(one, place)) for place, one in enumerate(added, start=1)]
        seen_at = max(one.seen_at for one in added)
        words = f"Bilde i endret kommentar (versjon {version})"
        entry = self.entry(
            codes.INNGAAENDE,
            self.settings.incoming_status,
            tittel=f"{words} – {record.title}"[:250],
            offentlig_tittel=f"{words} – {record.public_title}"[:250],
            opprettet_dato=seen_at,
            opprettet_av=SYSTEM,
            arkivert_dato=self.confirmed_at,
            arkivert_av=self.confirmed_by,
            referanse_forelder_mappe=self.parent(),
            skjerming=self.shield(),
            dokumentbeskrivelse=tuple(
                self.picture(place, one, files, title=f"Bilde {place} i versjon {version}")
                for place, (one, files) in enumerate(pictures, start=1)
            ),
            forfatter=(self.sender,),
            dokumentmedium=codes.ELEKTRONISK,
            virksomhetsspesifikke_metadata=self.metadata(),
            kryssreferanse=(self.about_the_comment(),),
            korrespondansepart=(self.citizen(codes.AVSENDER), self.unit(codes.INTERN_MOTTAKER)),
            referanse_ekstern_noekkel=EksternNoekkel(noekkel=self.later_pictures_key(version)),
            dokumentets_dato=oslo_date(seen_at),
            mottatt_dato=seen_at,
            antall_vedlegg=len(pictures) - 1,
        )
        files = tuple(file for _, kept in pictures for file in kept)
        return Message("bilde", Arkivmelding(registrering=entry, regel="sosiale-medier"), files, self.accepted)

    def remarks(self, notes: Sequence[RecordedNote]) -> Message:
        """Return the internal entry with the remarks the archivist picked: alone, so that it can be shielded alone."""
        record = self.record
        paper = papers_of.notes_paper(record, notes, font_paths=self.fonts)
        title = f"Interne merknader – {record.title}"[:250]
        entry = self.entry(
            codes.INTERNT_NOTAT,
            self.settings.outgoing_status,
            tittel=title,
            offentlig_tittel=f"Interne merknader – {record.public_title}"[:250],
            opprettet_dato=notes[-1].written_at,
            opprettet_av=SYSTEM,
            arkivert_dato=self.confirmed_at,
            arkivert_av=self.confirmed_by,
            referanse_forelder_mappe=self.parent(),
            skjerming=self.log_shield(),
            dokumentbeskrivelse=(
                self.document(1, "Interne merknader", codes.NOTAT, (self.object(paper),), "merknader"),
            ),
            forfatter=tuple(sorted({one.author for one in notes})),
            dokumentmedium=codes.ELEKTRONISK,
            virksomhetsspesifikke_metadata=VirksomhetsspesifikkeMetadata(kilde=Kilde(plattform=record.platform)),
            kryssreferanse=(self.about_the_comment(),),
            korrespondansepart=(self.unit(codes.INTERN_AVSENDER, person=notes[-1].author),),
            referanse_ekstern_noekkel=EksternNoekkel(noekkel=self.remarks_key),
            dokumentets_dato=oslo_date(notes[-1].written_at),
            antall_vedlegg=0,
        )
        return Message("notat", Arkivmelding(registrering=entry, regel="sosiale-medier"), (paper,), self.accepted)


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
