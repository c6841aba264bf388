"""The only place where the archive knows the inbox.

Decisions (sorted as case handling, or as worth keeping) open the record in the same transaction, by INSERT only.
Everything else is fact: it is followed afterwards by the log's number and can never be vetoed (docs/decisions/0004).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from archive import facts, history, sealing
from archive.access import settings_for
from archive.copying import forwarding_of, intervention_of, reply_of
from archive.language import in_archive_language
from archive.models import (
    CaseRecord,
    LogCursor,
    RecordedAttachment,
    RecordedForwarding,
    RecordedIntervention,
    RecordedReply,
    RecordedVersion,
)
from archive.retention import erase_copy, held_back
from audit.models import AuditEvent, AuditLink
from guidelines.duties import must_be_archived
from guidelines.queries import duties_in_force
from inbox import erasing
from inbox import sealing as seals
from inbox.models import Attachment, Comment, Forwarding, Intervention, JointPick, Note, Reply, Review, Seal
from inbox.obligations import facts_of
from inbox.reading.oddities import unturned
from inbox.workflow import AttachmentStatus, ForwardingStatus, ReplyStatus
from team.models import Unit

COMMENT, REPLY, FORWARDING, ATTACHMENT = "inbox.comment", "inbox.reply", "inbox.forwarding", "inbox.attachment"
INTERVENTION = "inbox.intervention"
FOLLOWED = frozenset({COMMENT, REPLY, FORWARDING, ATTACHMENT, INTERVENTION})
EVENTS_A_ROUND = 2000
SEALED = "[forseglet]"  # stands for the words of a sealed comment in the context of another


def open_record(event: AuditEvent, subject: Any) -> None:
    """Open the archive basis of a sorted comment if the guideline says it must be archived and there is none yet."""
    comment = subject if isinstance(subject, Comment) else Comment.objects.get(pk=event.subject_id)
    if comment.municipality.is_practice:
        return  # invented words are no archive's business (decision 0009)
    duties = duties_in_force(comment.municipality)
    if not must_be_archived(duties, facts_of(comment)):
        return
    reason = CaseRecord.Reason.CASE_HANDLING if "case_handling" in comment.sortings else CaseRecord.Reason.DOCUMENTATION
    CaseRecord.objects.bulk_create(
        [
            CaseRecord(
                municipality_id=comment.municipality_id,
                comment_id=comment.pk,
                reason=reason,
                opened_at=event.at,
                decided_by=history.name_of(event, history.names_of(comment.municipality_id, [event])),
                guideline=str(comment.guideline_version or ""),
                guideline_version=comment.guideline_version,
                proposed_title=_proposed_title(comment, reason),
                **_copied(comment),
            )
        ],
        ignore_conflicts=True,
    )


@erasing.guard
def keep_for_now(municipality_id: int, comment_ids: Collection[int]) -> dict[int, str]:
    """Return which of the comments the archive must keep, with why; also those it has not copied to the end yet."""
    held = held_back(municipality_id, comment_ids)
    records = CaseRecord.objects.filter(municipality_id=municipality_id, comment_id__in=comment_ids)
    waiting = [one.comment_id for one in records.exclude(comment_id__in=held) if behind(one)]
    return held | dict.fromkeys(
        waiting, _("Arkivet har ikke fått med seg de siste hendelsene ennå. Prøv igjen om litt.")
    )


def erased(event: AuditEvent) -> None:
    """Erase our own copy too where an archivist allowed it; a copy the archive has receipted stays as it is."""
    record = CaseRecord.objects.filter(comment_id=event.subject_id).exclude(erasing_reason="").first()
    if record:
        erase_copy(record, by=history.member_behind(event))


def sealed(event: AuditEvent) -> None:
    """Seal our copy of the comment in the same transaction, and take it out of the context of other records."""
    comment = Comment.objects.get(pk=event.subject_id)
    for record in _records_with(comment):
        if record.comment_id == comment.pk:
            _seal_copy(record, comment)
        else:
            _say_in_context(record, comment)


def unsealed(event: AuditEvent) -> None:
    """Put the words back into our copy, and into the context of other records."""
    comment = Comment.objects.get(pk=event.subject_id)
    for record in _records_with(comment):
        if record.comment_id == comment.pk:
            sealing.break_open(record)
        else:
            _say_in_context(record, comment)


def _records_with(comment: Comment) -> QuerySet[CaseRecord]:
    """Return the records that hold words of the comment, locked: its own, and those it stands above in the thread."""
    ours = CaseRecord.objects.filter(municipality_id=comment.municipality_id)
    found = ours.filter(Q(comment_id=comment.pk) | Q(context__contains=[{"id": comment.pk}]))
    return found.select_for_update(no_key=True).order_by("pk")


def _seal_copy(record: CaseRecord, comment: Comment) -> None:
    seal = Seal.objects.select_related("sealed_by__user").get(comment=comment)
    sealing.close(record, by=seal.sealed_by.name, why=seal.reason, at=seal.sealed_at)


def _say_in_context(record: CaseRecord, comment: Comment) -> None:
    said = _said(comment)
    record.context = [{**part, **said} if part.get("id") == comment.pk else part for part in record.context]
    record.save(update_fields=["context"])


def _said(comment: Comment) -> dict[str, Any]:
    """Return a comment as it stands in the context of what answers it."""
    text = SEALED if comment.sealed_at else comment.text
    return {"id": comment.pk, "author": comment.author, "text": text, "at": comment.posted_at.isoformat()}


def _proposed_title(comment: Comment, reason: CaseRecord.Reason) -> str:
    """Return a title from sorting, channel and post only: nothing is inferred from what the citizen wrote."""
    kind = "Henvendelse" if reason == CaseRecord.Reason.CASE_HANDLING else "Kommentar"
    place = f" – «{unturned(comment.post.title)}»" if comment.post and comment.post.title else ""
    return f"{kind} i sosiale medier ({comment.channel.get_platform_display()}){place}"[:250]


def _copied(comment: Comment, kept: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return the fields of the record that are copies of the comment as it is now; `kept`: the context we have."""
    post, unit = comment.post, _unit_of(comment)
    return {
        "platform": comment.channel.platform,
        "channel_name": comment.channel.name,
        "post_text": post.text if post else "",
        "post_permalink": post.permalink if post else "",
        "post_posted_at": post.posted_at if post else None,
        "context": _context(comment, kept),
        "author_id": comment.author_external_id,
        "author_name": comment.author_name,
        "author_handle": comment.author_handle,
        "permalink": comment.permalink,
        "posted_at": comment.posted_at,
        "captured_at": comment.received_at,
        "deleted_at": comment.deleted_at,
        "sortings": comment.sortings,
        "flags": comment.flags,
        "unit_name": unit.name if unit else "",
        "unit_code": unit.code if unit else "",
    }


def _unit_of(comment: Comment) -> Unit | None:
    """Return the unit of the municipality that has the question: the latest one it was passed on to."""
    standing = comment.forwardings.exclude(status=ForwardingStatus.WITHDRAWN).filter(unit__isnull=False)
    latest = standing.select_related("unit").order_by("-pk").first()
    return latest.unit if latest else None


def _context(comment: Comment, kept: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what stands above it in the thread, oldest first, our own replies too: what it takes to understand it.

    Once the inbox has erased some of it, what we `kept` stands.
    """
    above: list[dict[str, Any]] = []
    one: Comment | None = comment
    while one is not None and one.parent is not None and len(above) < 20:
        if (reply := one.answered_reply) and reply.published_at:
            ours = {"author": comment.municipality.name, "text": reply.text, "at": reply.published_at.isoformat()}
            above.insert(0, ours)
        one = one.parent
        above.insert(0, _said(one))
        if one.erased_at and kept:
            return list(kept)
    return above


def follow(municipality_id: int) -> int:
    """Copy what happened since the last round into the records it touches. Returns how many events were passed.

    One follower a municipality at a time; the second gives way. Safe to call any number of times.
    """
    passed = 0
    with in_archive_language():
        while (step := _follow_some(municipality_id)) > 0:
            passed += step
    return passed


@transaction.atomic
def _follow_some(municipality_id: int) -> int:
    LogCursor.objects.get_or_create(municipality_id=municipality_id)
    cursor = (
        LogCursor.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(municipality_id=municipality_id)
        .first()
    )
    if cursor is None:
        return 0
    beyond = AuditLink.objects.filter(municipality_id=municipality_id, number__gt=cursor.number)
    links = list(beyond.select_related("event").order_by("number")[:EVENTS_A_ROUND])
    if not links:
        return 0
    _refresh(_comments_of([link.event for link in links]), links[-1].number)
    cursor.number = links[-1].number
    cursor.save(update_fields=["number"])
    return len(links)


def _comments_of(events: Iterable[AuditEvent]) -> set[int]:
    """Return ids of the comments that the events are about, directly or through something done to them."""
    events = list(events)
    comments = {event.subject_id for event in events if event.subject_type == COMMENT}
    replies = {event.subject_id for event in events if event.subject_type == REPLY}
    forwardings = {event.subject_id for event in events if event.subject_type == FORWARDING}
    attached = {event.subject_id for event in events if event.subject_type == ATTACHMENT}
    acts = {event.subject_id for event in events if event.subject_type == INTERVENTION}
    return (
        comments
        | set(Attachment.objects.filter(pk__in=attached).values_list("comment_id", flat=True))
        | set(Reply.objects.filter(pk__in=replies).values_list("comment_id", flat=True))
        | set(JointPick.objects.filter(reply__in=replies).values_list("comment_id", flat=True))
        | set(Forwarding.objects.filter(pk__in=forwardings).values_list("comment_id", flat=True))
        | set(Intervention.objects.filter(pk__in=acts).values_list("comment_id", flat=True))
    )


def _refresh(comment_ids: set[int], number: int) -> None:
    """Bring the records of these comments up to the given number of the log."""
    # Held one after the other before its comment is read: who seals the comment holds the record last.
    records = CaseRecord.objects.select_for_update(no_key=True).order_by("pk")
    for record in records.filter(comment_id__in=comment_ids):
        comment = Comment.objects.select_related("channel", "post", "parent", "municipality").get(pk=record.comment_id)
        history.copy_events(record, _events_about(comment.pk), number)
        if comment.erased_at:  # our copy is all there is now
            CaseRecord.objects.filter(pk=record.pk).update(copied_to=number)
            continue
        known = seals.opened(comment)
        _copy_versions(record, known)
        _copy_attachments(record, known)
        _copy_replies(record, comment)
        _copy_forwardings(record, comment)
        _copy_interventions(record, comment)
        fields = {
            **_copied(known, record.context),
            "answered": record.replies.filter(is_interim=False).exists(),
            "copied_to": number,
        }
        CaseRecord.objects.filter(pk=record.pk).update(**fields)
        if comment.sealed_at:
            _seal_copy(record, comment)
        if record.exported_at:
            record.refresh_from_db()
            news = facts.untold(record, settings_for(record.municipality_id))
            CaseRecord.objects.filter(pk=record.pk).update(has_news=bool(news))


def _copy_versions(record: CaseRecord, comment: Comment) -> None:
    have = set(record.versions.values_list("number", flat=True))
    RecordedVersion.objects.bulk_create(
        RecordedVersion(
            record=record,
            number=version.number,
            text=version.text,
            edited_at=version.edited_at,
            seen_at=version.seen_at,
            raw=bytes(version.raw),
        )
        for version in comment.versions.all()
        if version.number not in have
    )


def _copy_attachments(record: CaseRecord, comment: Comment) -> None:
    """Copy what the versions carried, with the originals as far as they are fetched."""
    for one in comment.attachments.all():
        RecordedAttachment.objects.update_or_create(
            record=record,
            attachment_id=one.pk,
            defaults={
                "version": one.comment_version,
                "position": one.position,
                "kind": one.kind,
                "alt": one.alt,
                "url": one.url,
                "seen_at": one.seen_at,
                "waits": one.status == AttachmentStatus.WAITING,
                "missing_because": one.get_reason_display(),
                "original": one.original,
            },
        )


def _replies_to(comment: Comment) -> QuerySet[Reply]:
    """Return the replies to the comment: its own, those to many it was among, and the one it was ended with."""
    among = JointPick.objects.filter(comment=comment, is_open=False).values("reply")
    return Reply.objects.filter(Q(comment=comment) | Q(pk__in=among) | Q(pk=comment.joint_reply_id))


def _copy_replies(record: CaseRecord, comment: Comment) -> None:
    have = set(record.replies.values_list("key", flat=True))
    published = _replies_to(comment).filter(status=ReplyStatus.PUBLISHED).exclude(key__in=have)
    for reply in published.select_related("author__user", "approved_by__user", "guideline_version"):
        is_joint = reply.is_joint or reply.comment_id != comment.pk
        RecordedReply.objects.create(record=record, is_joint=is_joint, **reply_of(reply))


@dataclass(frozen=True)
class TeamNote:
    """What the team wrote to itself about the comment, as it stands now; `key` names it among them."""

    key: str
    author: str
    text: str
    written_at: datetime


def notes_about(record: CaseRecord) -> list[TeamNote]:
    """Return internal notes and reviewers' remarks, oldest first: nothing of them is copied until one is picked."""
    notes = Note.objects.filter(comment_id=record.comment_id).select_related("author__user")
    reviews = Review.objects.filter(reply__comment_id=record.comment_id).exclude(remark="")
    found = [TeamNote(f"note:{one.pk}", one.author.name, one.text, one.written_at) for one in notes]
    found += [
        TeamNote(f"review:{one.pk}", one.reviewer.name, one.remark, one.decided_at)
        for one in reviews.select_related("reviewer__user")
    ]
    return sorted(found, key=lambda one: (one.written_at, one.key))


def _copy_interventions(record: CaseRecord, comment: Comment) -> None:
    """Copy what was done to what the sender wrote, with rule, reason and message as they stand."""
    for act in comment.interventions.select_related("planned_by__user"):
        RecordedIntervention.objects.update_or_create(key=act.key, record=record, defaults=intervention_of(act))


def _copy_forwardings(record: CaseRecord, comment: Comment) -> None:
    """Copy what was sent, with its receipt and answer as they stand; a plan that was never sent is nothing to keep."""
    sent = comment.forwardings.filter(sent_at__isnull=False)
    for one in sent.select_related("unit", "outside_body", "planned_by__user"):
        RecordedForwarding.objects.update_or_create(key=one.key, defaults={"record": record, **forwarding_of(one)})


def behind(record: CaseRecord) -> bool:
    """Tell whether the record lacks an event of its comment, replies or forwardings that is already in the log."""
    if history.lag(record.municipality) == 0:
        return False  # the archive has followed everything, so this record too
    latest = _events_about(record.comment_id).aggregate(number=Max("link__number"))["number"] or 0
    return bool(latest > (record.events.aggregate(number=Max("number"))["number"] or 0))


def _events_about(comment_id: int) -> QuerySet[AuditEvent]:
    """Return the events of the comment, its replies, its forwardings and its attachments."""
    about = Q(comment_id=comment_id) | Q(picks__comment_id=comment_id)
    replies = list(Reply.objects.filter(about).values_list("pk", flat=True))
    forwardings = list(Forwarding.objects.filter(comment_id=comment_id).values_list("pk", flat=True))
    attached = list(Attachment.objects.filter(comment_id=comment_id).values_list("pk", flat=True))
    acts = list(Intervention.objects.filter(comment_id=comment_id).values_list("pk", flat=True))
    return AuditEvent.objects.filter(
        Q(subject_type=ATTACHMENT, subject_id__in=attached)
        | Q(subject_type=COMMENT, subject_id=comment_id)
        | Q(subject_type=REPLY, subject_id__in=replies)
        | Q(subject_type=FORWARDING, subject_id__in=forwardings)
        | Q(subject_type=INTERVENTION, subject_id__in=acts)
    )
