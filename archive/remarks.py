"""The remarks of a message: how the comment was sorted, what the sender was told, and where everything went."""

from datetime import datetime

from archive import attached
from archive.arkivmelding import Kode, Merknad, codes
from archive.models import CaseRecord, RecordedForwarding, RecordedIntervention, RecordedReply
from archive.oslo import clock_text
from archive.papers import SYSTEM, platform_of


def of_record(record: CaseRecord) -> list[Merknad]:
    """Return one remark on how it was sorted, one if it was deleted, and each notice, forwarding, picked note."""
    remarks = [
        _remark(
            f"{record.get_reason_display()}: sortert av {record.decided_by} {clock_text(record.opened_at)}"
            f" etter {record.guideline}.",
            codes.MERKNAD_SAKSBEHANDLER,
            record.opened_at,
            record.decided_by,
        )
    ]
    gone = of_deletion(record)
    remarks += [gone] if gone else []
    for reply in record.replies.all():
        remarks += _notices(reply)
    remarks += [of_intervention(one) for one in record.interventions.all() if one.carried_out_at]
    return [*remarks, *(of_forwarding(one) for one in record.forwardings.all())]


def of_intervention(one: RecordedIntervention) -> Merknad:
    """Return what was done to what the sender wrote: under which rule, why, and what the sender was told."""
    at = one.carried_out_at or one.planned_at
    said = [f"Tiltak: {one.kind_words.lower()}, utført {clock_text(at)}."]
    for label, words in (("Regel", one.rule_title), ("Begrunnelse", one.reason), ("Melding til avsenderen", one.text)):
        said += [f"{label}: {words}"] if words else []
    if one.ends_on:
        said.append(f"Gjelder til {one.ends_on:%d.%m.%Y}.")
    return _remark(" ".join(said), codes.MERKNAD_SAKSBEHANDLER, at, one.planned_by or SYSTEM)


def of_deletion(record: CaseRecord) -> Merknad | None:
    """Return that the comment is gone from the platform, and when that was seen; None while it is there."""
    if record.deleted_at is None:
        return None
    text = f"Kommentaren ble funnet slettet hos {platform_of(record)} {clock_text(record.deleted_at)}."
    return _remark(text, codes.MERKNAD_ARKIV, record.deleted_at, SYSTEM)


def of_forwarding(one: RecordedForwarding) -> Merknad:
    """Return what became of one forwarding."""
    return _remark(_forwarded(one), codes.MERKNAD_SAKSBEHANDLER, one.sent_at, one.forwarded_by)


def of_reply(reply: RecordedReply) -> list[Merknad]:
    """Return one remark on what kind of reply it is, one for each notice and part, and one for the consent."""
    return [*_kind(reply), *_notices(reply), *_parts(reply), *_consent(reply)]


def _kind(reply: RecordedReply) -> list[Merknad]:
    """Return whether the reply went to many at once, or only promised an answer."""
    said = []
    if reply.is_joint:
        said.append(f"Felles svar: én kommentar under innlegget besvarte {reply.answers} kommentarer.")
    if reply.is_interim and reply.final_by:
        said.append(f"Foreløpig svar: endelig svar ble lovet innen {reply.final_by:%d.%m.%Y}.")
    return [_remark(words, codes.MERKNAD_SAKSBEHANDLER, reply.published_at, reply.author) for words in said]


def _consent(reply: RecordedReply) -> list[Merknad]:
    """Return where consent to the reply's picture or story is found."""
    said = attached.sent_words(reply)
    return [_remark(said, codes.MERKNAD_SAKSBEHANDLER, reply.published_at, reply.author)] if said else []


def _notices(reply: RecordedReply) -> list[Merknad]:
    return [
        _remark(
            f"Avsenderen fikk beskjed {clock_text(reply.published_at)}: {notice['title']} ({notice['point']}).",
            codes.MERKNAD_SAKSBEHANDLER,
            reply.published_at,
            reply.author,
        )
        for notice in reply.notices
    ]


def _parts(reply: RecordedReply) -> list[Merknad]:
    return [
        _remark(
            f"Svaret er publisert i {len(reply.parts)} deler. Del {part['number']}: {part['external_id']}"
            f" {part['permalink']}".rstrip(),
            codes.MERKNAD_ARKIV,
            reply.published_at,
            SYSTEM,
        )
        for part in reply.parts
    ]


def _forwarded(one: RecordedForwarding) -> str:
    """Return what became of one forwarding: to whom, why, and whether they have confirmed or answered."""
    said = [f"Videresendt til {one.recipient} {clock_text(one.sent_at)}."]
    if one.legal_basis:
        said.append(f"Grunnlag: {one.legal_basis}.")
    if one.withdrawn:
        said.append("Videresendingen ble trukket tilbake.")
    elif one.received_at:
        by = f" av {one.received_by}" if one.received_by else ""
        said.append(f"Mottaket ble bekreftet{by} {clock_text(one.received_at)}.")
    else:
        said.append("Mottaket er ikke bekreftet.")
    if one.answered_at:
        said.append(f"Svar fra mottakeren {clock_text(one.answered_at)}: {one.answer}")
    return " ".join(said)


def _remark(text: str, kind: Kode, at: datetime, by: str) -> Merknad:
    return Merknad(merknadstekst=text, merknadstype=kind, merknadsdato=at, merknad_registrert_av=by, er_skjermet=False)
