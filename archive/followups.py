"""What happened after a record went out: later versions, remarks on the entry that is there, and its write-off."""

from collections.abc import Sequence
from datetime import datetime

from archive import attached, handling, papers, redaction, remarks
from archive.arkivmelding import Avskrivning, EksternNoekkel, Merknad, NyttDokumentobjekt, Oppdatering, codes
from archive.code_lists import Lists
from archive.message_parts import Parts, comment_document_key, reply_key_of
from archive.messages import Message
from archive.oslo import clock_text, oslo_date
from archive.papers import SYSTEM


class Follower(Parts):
    """Makes the messages about what the archive already has. They only point, by our own keys."""

    @property
    def update_key(self) -> str:
        """Our key of an update: the log's number it reaches to, so that each goes out once."""
        latest = self.record.events.order_by("-number").values_list("number", flat=True).first() or 0
        return f"oppd:{self.record.key}:{latest}"

    def version(self, number: int, variant: str) -> Message:
        """Return one file of a later version, for the document that holds the earlier ones."""
        made = papers.comment_papers(self.record, font_paths=self.fonts, only_version=number)
        file = next(one for one in made if one.is_archive_copy == (variant == "A"))
        content = NyttDokumentobjekt(
            document=EksternNoekkel(noekkel=comment_document_key(self.record)), dokumentobjekt=self.object(file)
        )
        return Message("dokumentobjekt", content, (file,), self.accepted, "dokumentobjekt-opprett.xml")

    def redacted(self) -> Message:
        """Return the redacted copy of the latest version, for the document that is there."""
        file = redaction.redacted_paper(self.record, font_paths=self.fonts)
        content = NyttDokumentobjekt(
            document=EksternNoekkel(noekkel=comment_document_key(self.record)), dokumentobjekt=self.object(file)
        )
        return Message("dokumentobjekt", content, (file,), self.accepted, "dokumentobjekt-opprett.xml")

    def update(self, facts: Sequence[str], versions: Sequence[str]) -> Message:
        """Return the remarks that say what has happened since."""
        said = [*self._new_versions(versions), *self._gone(facts), *self._forwarded(facts), *self._acts(facts)]
        content = Oppdatering(entry=self.entry_key, merknad=tuple(said))
        return Message("oppdater", content, (), self.accepted)

    def write_off(self) -> Message:
        """Return that the incoming entry is settled by our latest reply."""
        reply = self.record.replies.order_by("-published_at", "-pk").first()
        day = reply.published_at if reply else self.confirmed_at
        content = Avskrivning(
            entry=self.entry_key,
            party=f"{self.record.platform}:{self.record.author_id}",
            day=oslo_date(day),
            by=reply.author if reply else self.confirmed_by,
            how=self.codes.kode(Lists.WRITE_OFF, self.settings.write_off),
            by_entry=EksternNoekkel(noekkel=reply_key_of(self.record, reply)) if reply else None,
        )
        return Message("avskrivning", content, (), self.accepted, "avskrivning-opprett.xml")

    def _new_versions(self, versions: Sequence[str]) -> list[Merknad]:
        numbers = {int(one[1:]) for one in versions}
        said = []
        for one in self.record.versions.all():
            if one.number not in numbers:
                continue
            pictures = [kept for kept in attached.attached_to(self.record) if kept.version == one.number]
            more = f" Den har {len(pictures)} nye vedlegg, som følger i en egen journalpost." if pictures else ""
            text = f"Avsenderen endret kommentaren. Versjon {one.number} ble hentet {clock_text(one.seen_at)}.{more}"
            said.append(_remark(text, one.seen_at, SYSTEM))
        return said

    def _gone(self, facts: Sequence[str]) -> list[Merknad]:
        return [one for one in [remarks.of_deletion(self.record)] if one and "slettet" in facts]

    def _forwarded(self, facts: Sequence[str]) -> list[Merknad]:
        touched = {one.split(":")[1] for one in facts if one.startswith("vs:")}
        return [remarks.of_forwarding(one) for one in self.record.forwardings.all() if str(one.key) in touched]

    def _acts(self, facts: Sequence[str]) -> list[Merknad]:
        numbers = [int(one[1:]) for one in facts if one[0] == "l"]
        return [
            _remark(
                ": ".join(part for part in (handling.act_of(event), handling.detail_of(event)) if part) + ".",
                event.at,
                event.actor,
            )
            for event in self.record.events.filter(number__in=numbers)
        ]


def _remark(text: str, at: datetime, by: str) -> Merknad:
    return Merknad(
        merknadstekst=text,
        merknadstype=codes.MERKNAD_ARKIV,
        merknadsdato=at,
        merknad_registrert_av=by,
        er_skjermet=False,
    )
