"""What the pages of the inbox list and count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from audit import log
from audit.models import AuditEvent
from inbox.models import Channel, Comment, Forwarding, Intervention, JointPick, Mention, Note, Reply, Review, SavedView
from inbox.models.reply import not_told_by_a_reply
from inbox.workflow import CommentStatus, ForwardingStatus, InterventionStatus, ReplyStatus
from notices.workflow import NoticeStatus
from team.models import Membership


def thread_of(comment: Comment) -> list[Comment]:
    """Return the comments of the same branch: the ancestors, the comment, and what was written under it, by time."""
    branch = {one.pk: one for one in _branch(comment)}
    rows = Comment.objects.filter(Q(pk=comment.pk) | not_told_by_a_reply(), pk__in=branch)
    rows = rows.select_related("channel", "assignee__user")
    published = Reply.objects.filter(status=ReplyStatus.PUBLISHED).select_related(
        "author__user", "approved_by__user", "guideline_version__guideline__municipality"
    )
    published = published.prefetch_related("parts")
    thread = rows.prefetch_related(
        "versions", Prefetch("replies", queryset=published.order_by("published_at"), to_attr="published")
    )
    return _with_joint_replies(list(thread.order_by("posted_at", "id")))


def answer_to(comment: Comment) -> Reply | None:
    """Return the latest published answer to the comment, its own or one to many; an interim one is not yet it."""
    published = Reply.objects.filter(status=ReplyStatus.PUBLISHED, is_interim=False)
    own = published.filter(Q(comment=comment) | Q(picks__comment=comment)).order_by("-published_at").first()
    return own or comment.joint_reply


def _with_joint_replies(thread: list[Comment]) -> list[Comment]:
    """Put the joint replies that answered a comment of the thread among its published ones: one query."""
    picks = JointPick.objects.filter(comment__in=thread, reply__status=ReplyStatus.PUBLISHED)
    joint = picks.select_related(
        "reply__author__user", "reply__approved_by__user", "reply__guideline_version__guideline__municipality"
    )
    by_comment: dict[int, list[Reply]] = {}
    for pick in joint.prefetch_related("reply__parts").order_by("reply__published_at"):
        by_comment.setdefault(pick.comment_id, []).append(pick.reply)
    for one in thread:
        one.published = [*one.published, *by_comment.get(one.pk, [])]  # type: ignore[attr-defined]
    return thread


def reviews_of(reply: Reply) -> list[Review]:
    """Return what reviewers have decided about the reply, newest first, each with the guideline it was judged under."""
    reviews = reply.reviews.select_related("reviewer__user", "guideline_version__guideline__municipality")
    return list(reviews.order_by("-decided_at", "-pk"))


_BRANCH = """
    WITH RECURSIVE up AS (
        SELECT id, parent_id FROM inbox_comment WHERE id = %(id)s
        UNION SELECT c.id, c.parent_id FROM inbox_comment c JOIN up ON c.id = up.parent_id
    ), down AS (
        SELECT id FROM inbox_comment WHERE id = %(id)s
        UNION SELECT c.id FROM inbox_comment c JOIN down ON c.parent_id = down.id
    )
    SELECT id FROM up UNION SELECT id FROM down LIMIT 500
"""


def _branch(comment: Comment) -> list[Comment]:
    return list(Comment.objects.raw(_BRANCH, {"id": comment.pk}))


def notes_of(comment: Comment, member: Membership) -> list[Note]:
    """Return the notes on the comment, oldest first, each with its earlier versions and whom it names."""
    found = comment.notes.select_related("author__user").prefetch_related("versions", "mentions__member__user")
    notes = list(found.order_by("written_at", "pk"))
    for one in notes:
        one.earlier = list(one.versions.all())[-2::-1]  # type: ignore[attr-defined]
        one.named = sorted(mention.member.name for mention in one.mentions.all())  # type: ignore[attr-defined]
        one.is_mine = one.author_id == member.pk  # type: ignore[attr-defined]
        one.names_me = any(  # type: ignore[attr-defined]
            mention.member_id == member.pk and mention.seen_at is None for mention in one.mentions.all()
        )
    return notes


def mentions_of(member: Membership) -> list[Mention]:
    """Return where the member is named, unseen first, then the latest; at most a hundred."""
    found = Mention.objects.filter(member=member).select_related("note__author__user", "note__comment")
    return list(found.order_by(F("seen_at").desc(nulls_first=True), "-mentioned_at")[:100])


def unseen_mentions(member: Membership) -> int:
    """Return in how many notes the member is named and has not said that they saw it."""
    return Mention.objects.filter(member=member, seen_at=None).count()


def saved_views_for(member: Membership) -> list[SavedView]:
    """Return the kept choices of the queue: the member's own, then those shared in the municipality, by name."""
    views = SavedView.objects.filter(Q(owner=member) | Q(is_shared=True), municipality_id=member.municipality_id)
    return sorted(views, key=lambda view: view.owner_id != member.pk)


def waiting_for_review(member: Membership) -> list[Reply]:
    """Return the replies that wait for approval, handed in longest ago first."""
    replies = Reply.objects.filter(municipality_id=member.municipality_id, status=ReplyStatus.IN_REVIEW)
    return list(
        replies.select_related("comment__channel", "comment__post", "author__user").order_by("submitted_at", "id")[:200]
    )


_TROUBLED = Q(status__in=[ReplyStatus.UNCLEAR, ReplyStatus.REFUSED])


def troubled_replies(member: Membership) -> list[Reply]:
    """Return replies a person must look at: unclear on the platform, or refused by it."""
    replies = Reply.objects.filter(_TROUBLED, municipality_id=member.municipality_id)
    return list(replies.select_related("comment__post", "channel", "author__user").order_by("approved_at", "id")[:200])


def spam_to_see(member: Membership) -> list[Comment]:
    """Return what was ended as spam and no lead has looked over yet, newest first; nothing for who is no lead."""
    if not member.may_approve:
        return []
    ended = Comment.objects.filter(
        municipality_id=member.municipality_id, ending=Comment.Ending.SPAM, ending_seen_at__isnull=True
    )
    acts = Prefetch(
        "interventions",
        queryset=Intervention.objects.filter(kind=Intervention.Kind.HIDE).order_by("-pk"),
        to_attr="hidings",
    )
    found = ended.select_related("channel", "post", "ended_by__user").prefetch_related(acts)
    return list(found.order_by("-ended_at", "-id")[:200])


def _interventions(member: Membership) -> QuerySet[Intervention]:
    ours = Intervention.objects.filter(municipality_id=member.municipality_id)
    return ours.select_related("comment__channel", "comment__post", "planned_by__user").defer(
        "comment__channel__token", "comment__channel__cursor"
    )


def troubled_interventions(member: Membership) -> list[Intervention]:
    """Return the acts a lead must settle: refused by the platform, or unclear; the oldest first."""
    if not member.may_approve:
        return []
    troubled = [InterventionStatus.FAILED, InterventionStatus.UNCLEAR]
    return list(_interventions(member).filter(status__in=troubled).order_by("pk")[:200])


def hidden_to_look_at(member: Membership) -> list[Intervention]:
    """Return the hidden comments with a day to look at them again, overdue first."""
    standing = _interventions(member).filter(kind=Intervention.Kind.HIDE, status=InterventionStatus.CARRIED_OUT)
    return list(standing.filter(look_again_on__isnull=False).order_by("look_again_on", "pk")[:200])


def count_to_look_at(member: Membership) -> int:
    """Return how many acts wait for the lead now: overdue to look at again, or to be settled."""
    overdue = Q(status=InterventionStatus.CARRIED_OUT, look_again_on__lte=timezone.localdate())
    troubled = Q(status__in=[InterventionStatus.FAILED, InterventionStatus.UNCLEAR])
    return Intervention.objects.filter(overdue | troubled, municipality_id=member.municipality_id).count()


def standing_bans(member: Membership) -> list[Intervention]:
    """Return who is banned, those whose time is over or nearest first; without a date last."""
    bans = _interventions(member).filter(kind=Intervention.Kind.BAN, status=InterventionStatus.CARRIED_OUT)
    return list(bans.order_by("ends_on", "pk")[:200])


def interventions_of(comment: Comment) -> list[Intervention]:
    """Return our acts on the comment, the latest first."""
    return list(comment.interventions.select_related("planned_by__user", "evidence").order_by("-pk"))


NOT_ARRIVED = [NoticeStatus.FAILED, NoticeStatus.UNCLEAR, NoticeStatus.CANCELLED]


def waiting_for_receipt(member: Membership) -> list[Forwarding]:
    """Return the forwardings that are on their way or not confirmed yet, sent longest ago first."""
    sent = _forwardings(member).filter(status=ForwardingStatus.SENT).exclude(notice__status__in=NOT_ARRIVED)
    return list(sent.order_by("sent_at", "pk")[:200])


def troubled_forwardings(member: Membership) -> list[Forwarding]:
    """Return what a person must look at: the mail did not arrive, or could not be sent when it should."""
    failed = Q(status=ForwardingStatus.SENT, notice__status__in=NOT_ARRIVED)
    stuck = Q(status=ForwardingStatus.PLANNED, comment__status=CommentStatus.DONE)
    return list(_forwardings(member).filter(failed | stuck).order_by("pk")[:200])


def settled_forwardings(member: Membership) -> list[Forwarding]:
    """Return the forwardings that were confirmed or answered, the latest first."""
    done = _forwardings(member).filter(status__in=[ForwardingStatus.RECEIVED, ForwardingStatus.ANSWERED])
    return list(done.order_by("-received_at", "-pk")[:20])


def _forwardings(member: Membership) -> QuerySet[Forwarding]:
    ours = Forwarding.objects.filter(municipality_id=member.municipality_id)
    return ours.select_related("comment__channel", "comment__post", "unit", "outside_body", "notice").defer(
        "comment__channel__token", "comment__channel__cursor"
    )


def late_receipts(municipality_id: int) -> int:
    """Return how many forwardings have waited too long for a receipt, for the menu."""
    waiting = Forwarding.objects.filter(municipality_id=municipality_id, status=ForwardingStatus.SENT)
    return waiting.filter(chase_at__lte=timezone.now()).count()


@dataclass(frozen=True)
class LogLine:
    """One line of a history for people: who did what, when."""

    event: AuditEvent
    name: str


def history_of(comment: Comment) -> list[LogLine]:
    """Return what happened to the comment, its replies and forwardings, newest first, with the names behind the ids."""
    events = [*log.history(comment)]
    joint = Reply.objects.filter(picks__comment=comment)
    acts = (*comment.forwardings.all(), *comment.interventions.all(), *comment.notes.all())
    for part in (*comment.replies.all(), *joint, *acts):
        events += log.history(part)
    attached = list(comment.attachments.values_list("pk", flat=True))
    if attached:
        events += AuditEvent.objects.filter(subject_type="inbox.attachment", subject_id__in=attached).annotate(
            number=F("link__number")
        )
    events.sort(key=lambda event: event.pk, reverse=True)
    members = Membership.objects.filter(
        municipality_id=comment.municipality_id, user_id__in={e.actor_id for e in events if e.actor_id}
    )
    names = {member.user_id: member.user.name for member in members.select_related("user")}
    return [LogLine(event, names.get(event.actor_id or 0, "")) for event in events]


def names_of_what_happened(comments: Sequence[Comment]) -> dict[int, str]:
    """Return by comment the name of who did what brought it where it is; nothing where nobody is known. One query."""
    if not comments:
        return {}
    latest = Reply.objects.filter(comment=OuterRef("pk")).exclude(status=ReplyStatus.DISCARDED).order_by("-created_at")
    found = Comment.objects.filter(pk__in=[one.pk for one in comments]).annotate(
        ended=F("ended_by__user__name"),
        sorted=F("sorted_by__user__name"),
        approved=Subquery(latest.values("approved_by__user__name")[:1]),
        wrote=Subquery(latest.values("author__user__name")[:1]),
    )
    rows = found.values_list("pk", "status", "ended", "sorted", "approved", "wrote")
    names = {
        pk: ended or _doer(CommentStatus(status), sorter=sorter, approver=approver, author=author)
        for pk, status, ended, sorter, approver, author in rows
    }
    return {pk: name for pk, name in names.items() if name}


def _doer(status: CommentStatus, *, sorter: str | None, approver: str | None, author: str | None) -> str | None:
    """Return who brought a comment to the status, as far as the rows say."""
    by_status = {
        CommentStatus.TO_ANSWER: sorter,
        CommentStatus.IN_REVIEW: author,
        CommentStatus.GOING_OUT: approver,
        CommentStatus.DONE: approver,
    }
    return by_status.get(status)


def replies_to_watch(member: Membership) -> tuple[list[Reply], list[Reply]]:
    """Return (held, troubled): what this member approved that still waits before it becomes public, soonest first; and
    what a person must look at in the municipality (see `troubled_replies`). One query."""
    held = Q(status=ReplyStatus.APPROVED, approved_by=member, publish_after__gt=timezone.now())
    ours = Reply.objects.filter(held | _TROUBLED, municipality_id=member.municipality_id)
    found = list(ours.select_related("comment__post", "channel", "author__user").order_by("approved_at", "id")[:200])
    waiting = [one for one in found if one.status == ReplyStatus.APPROVED]
    waiting.sort(key=lambda one: one.publish_after or one.created_at)
    return waiting, [one for one in found if one.status != ReplyStatus.APPROVED]


def last_pull(channels: Iterable[Channel]) -> datetime | None:
    """Return when the channels in use were last read, the oldest of them; None before the first time."""
    pulls = [one.pulled_at for one in channels if one.is_active and one.pulled_at]
    return timezone.localtime(min(pulls)) if pulls else None


def arrived_since(member: Membership, moment: datetime) -> int:
    """Return how many unsorted comments came in after the moment; old ones read from the history are no news."""
    comments = Comment.objects.filter(municipality_id=member.municipality_id, status=CommentStatus.NEW)
    comments = comments.exclude(answer_by=None)
    return comments.filter(received_at__gt=moment).count()
