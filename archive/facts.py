"""What the archive is to know about a record, as named facts; and which of them no message has told yet.

`v2` the second version · `bilder:v2` the pictures that came with it · `slettet` gone from the platform ·
`svar:<key>` a reply · `vs:<key>:<what>` a forwarding · `o:<print>` a redacted copy · `l<number>` an act of the handling
that changes what the record says · `avskrevet` settled by our reply.
"""

from archive.attached import attached_to
from archive.models import ArchiveSettings, CaseRecord, SentMessage
from archive.redaction import fingerprint

# Acts after the export that the archive is told of; claiming, drafting and the like are in the handling log only.
TOLD_ACTS = frozenset(
    {"comment.sort", "comment.unsort", "comment.flag", "comment.end", "comment.reopen", "intervention.carry_out",
     "intervention.lift", "intervention.ban_over"}
)  # fmt: skip


def opening_facts(record: CaseRecord) -> list[str]:
    """Return what the message that opens the record tells: all but the replies, as it stands now."""
    facts = [f"v{version.number}" for version in record.versions.all()]
    facts += [picture_fact(number) for number in sorted({one.version for one in attached_to(record)} - {1})]
    facts += [f"o:{fingerprint(record)}"] if record.redactions else []
    facts += ["slettet"] if record.deleted_at else []
    for one in record.forwardings.all():
        done = {"mottatt": one.received_at, "besvart": one.answered_at, "trukket": one.withdrawn}
        facts += [f"vs:{one.key}:sendt", *(f"vs:{one.key}:{what}" for what, has in done.items() if has)]
    return facts + [f"l{event.number}" for event in record.events.all() if event.action in TOLD_ACTS]


def picture_fact(version: int) -> str:
    return f"bilder:v{version}"


def reply_fact(key: object) -> str:
    return f"svar:{key}"


def facts_of(record: CaseRecord, settings: ArchiveSettings) -> list[str]:
    """Return everything the archive is to know about the record as it stands, in the order it is told."""
    replies = [reply_fact(reply.key) for reply in record.replies.all()]
    settled = ["avskrevet"] if replies and can_write_off(record, settings) else []
    return [*opening_facts(record), *replies, *settled]


def can_write_off(record: CaseRecord, settings: ArchiveSettings) -> bool:
    """Tell whether our reply settles the incoming entry: configured, journalled, and no unit has the question.

    The archive finds the sender by the id we sent, so there must be one.
    """
    stands = any(not one.withdrawn for one in record.forwardings.all())
    return bool(settings.write_off and record.journal and record.author_id and not stands)


def standing(record: CaseRecord) -> list[SentMessage]:
    """Return the messages that are out and that the archive has not refused."""
    return [one for one in record.messages.all() if one.answer != SentMessage.Answer.FAILED]


def untold(record: CaseRecord, settings: ArchiveSettings) -> list[str]:
    """Return the facts that no message has told yet, in the order they are told."""
    told = {fact for message in standing(record) for fact in message.covers}
    return [fact for fact in facts_of(record, settings) if fact not in told]
