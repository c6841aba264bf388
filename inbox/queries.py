"""What the pages of the inbox list and count."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit import log
from audit.models import AuditEvent
from inbox.models import Channel, Comment, Forwarding, Intervention, Reply
from inbox.workflow import CommentStatus, ForwardingStatus, InterventionStatus, ReplyStatus
from notices.workflow import NoticeStatus
from team.models import Membership

PAGE = 50
TABS = {
    "nye": _("Nye"),
    "skal-besvares": _("Skal besvares"),
    "mine": _("Mine"),
    "til-godkjenning": _("Til godkjenning"),
    "venter": _("Venter"),
    "ferdig": pgettext_lazy("fane", "Ferdig"),
}
STATUS_OF_TAB = {
    "nye": CommentStatus.NEW,
    "skal-besvares": CommentStatus.TO_ANSWER,
    "til-godkjenning": CommentStatus.IN_REVIEW,
    "venter": CommentStatus.GOING_OUT,
    "ferdig": CommentStatus.DONE,
}
NEWEST_FIRST = {"ferdig"}


@dataclass(frozen=True)
class QueuePage:
    """One page of a tab: the rows, and where the next and the one before it begin ("" = there is none)."""

    rows: list[Comment]
    after: str
    before: str


def queue_for(member: Membership, tab: str, *, after: str = "", before: str = "") -> QueuePage:
    """Return one page of a tab, waited longest first (Ferdig: newest first), by keyset in both directions.

    `after` and `before` are what an earlier page handed out; anything else counts as the first page.
    """
    order = _Order(urgent_first=tab == "nye", ascending=(tab not in NEWEST_FIRST) != bool(before))
    rows = list(_beyond(_in_tab(member, tab), before or after, order)[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows.reverse()
        return QueuePage(rows, after=_mark(rows, -1), before=_mark(rows, 0) if more else "")
    return QueuePage(rows, after=_mark(rows, -1) if more else "", before=_mark(rows, 0) if after else "")


def _in_tab(member: Membership, tab: str) -> QuerySet[Comment]:
    comments = Comment.objects.filter(municipality_id=member.municipality_id)
    if tab == "mine":
        comments = comments.filter(assignee=member).exclude(status=CommentStatus.DONE)
    else:
        comments = comments.filter(status=STATUS_OF_TAB[tab])
    return comments.select_related("channel", "post", "assignee__user").defer(
        "post__permalink", "channel__token", "channel__cursor"
    )


@dataclass(frozen=True)
class _Order:
    """The reading order of a tab, or its reverse: in Nye what looks urgent stands first."""

    urgent_first: bool
    ascending: bool

    @property
    def fields(self) -> list[str]:
        sign, urgent = ("", "-looks_urgent") if self.ascending else ("-", "looks_urgent")
        return [*([urgent] if self.urgent_first else []), f"{sign}posted_at", f"{sign}id"]


def _beyond(comments: QuerySet[Comment], mark: str, order: _Order) -> QuerySet[Comment]:
    """Return the comments on the far side of the mark, in reading order for that direction."""
    place = _read_mark(mark)
    if place is None:
        return comments.order_by(*order.fields)
    urgent, at, pk = place
    beyond = (
        Q(posted_at__gt=at) | Q(posted_at=at, pk__gt=pk)
        if order.ascending
        else Q(posted_at__lt=at) | Q(posted_at=at, pk__lt=pk)
    )
    if order.urgent_first:
        beyond &= Q(looks_urgent=urgent)
        if urgent == order.ascending:  # the other group lies wholly on the far side
            beyond |= Q(looks_urgent=not urgent)
    return comments.filter(beyond).order_by(*order.fields)


def _mark(rows: list[Comment], index: int) -> str:
    return mark_of(rows[index]) if rows else ""


def mark_of(comment: Comment) -> str:
    """Return the place of a comment in the queue, as `queue_for` reads it."""
    return f"{'!' if comment.looks_urgent else ''}{comment.posted_at.isoformat()}_{comment.pk}"


def _read_mark(mark: str) -> tuple[bool, datetime, int] | None:
    at, _, pk = mark.removeprefix("!").rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    usable = pk.isdecimal() and len(pk) < 19 and moment.tzinfo
    return (mark.startswith("!"), moment, int(pk)) if usable else None


def counts_for(member: Membership) -> dict[str, int]:
    """Return how many comments each tab holds, exactly, in one statement."""
    by_status = {tab: Count("pk", filter=Q(status=status)) for tab, status in STATUS_OF_TAB.items()}
    mine = Count("pk", filter=Q(assignee=member) & ~Q(status=CommentStatus.DONE))
    comments = Comment.objects.filter(municipality_id=member.municipality_id)
    names = {tab.replace("-", "_"): count for tab, count in by_status.items()}
    found = comments.aggregate(mine=mine, **names)
    return {tab: found[tab.replace("-", "_")] for tab in TABS}


def new_count(municipality_id: int) -> int:
    """Return how many unsorted comments wait, for the menu."""
    return Comment.objects.filter(municipality_id=municipality_id, status=CommentStatus.NEW).count()


def thread_of(comment: Comment) -> list[Comment]:
    """Return the comments of the same branch: the ancestors, the comment, and what was written under it, by time."""
    branch = {one.pk: one for one in _branch(comment)}
    rows = Comment.objects.filter(pk__in=branch).select_related("channel", "assignee__user")
    published = Reply.objects.filter(status=ReplyStatus.PUBLISHED).select_related("author__user", "approved_by__user")
    return list(
        rows.prefetch_related(
            "versions", Prefetch("replies", queryset=published.order_by("published_at"), to_attr="published")
        ).order_by("posted_at", "id")
    )


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


def neighbours(member: Membership, comment: Comment, tab: str) -> tuple[int | None, int | None]:
    """Return (previous, next) comment ids in the same tab, for j and k on the conversation page."""
    comments = _in_tab(member, tab).select_related(None).only("pk")
    mark, urgent_first, ascending = mark_of(comment), tab == "nye", tab not in NEWEST_FIRST
    later = _beyond(comments, mark, _Order(urgent_first, ascending)).values_list("pk", flat=True).first()
    earlier = _beyond(comments, mark, _Order(urgent_first, not ascending)).values_list("pk", flat=True).first()
    return earlier, later


def waiting_for_review(member: Membership) -> list[Reply]:
    """Return the replies that wait for approval, handed in longest ago first."""
    replies = Reply.objects.filter(municipality_id=member.municipality_id, status=ReplyStatus.IN_REVIEW)
    return list(
        replies.select_related("comment__channel", "comment__post", "author__user").order_by("submitted_at", "id")[:200]
    )


def troubled_replies(member: Membership) -> list[Reply]:
    """Return replies a person must look at: unclear on the platform, or refused by it."""
    replies = Reply.objects.filter(
        municipality_id=member.municipality_id, status__in=[ReplyStatus.UNCLEAR, ReplyStatus.REFUSED]
    )
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


def ill_channels(member: Membership) -> list[Channel]:
    """Return the municipality's channels that have a problem now."""
    return list(
        Channel.objects.filter(municipality_id=member.municipality_id, is_active=True)
        .exclude(problem="")
        .defer("token", "cursor")
    )


@dataclass(frozen=True)
class LogLine:
    """One line of a history for people: who did what, when."""

    event: AuditEvent
    name: str


def history_of(comment: Comment) -> list[LogLine]:
    """Return what happened to the comment, its replies and forwardings, newest first, with the names behind the ids."""
    events = [*log.history(comment)]
    for part in (*comment.replies.all(), *comment.forwardings.all(), *comment.interventions.all()):
        events += log.history(part)
    events.sort(key=lambda event: event.pk, reverse=True)
    members = Membership.objects.filter(
        municipality_id=comment.municipality_id, user_id__in={e.actor_id for e in events if e.actor_id}
    )
    names = {member.user_id: member.user.name for member in members.select_related("user")}
    return [LogLine(event, names.get(event.actor_id or 0, "")) for event in events]


def held_replies(member: Membership) -> list[Reply]:
    """Return the replies this member approved that still wait before they become public."""
    held = Reply.objects.filter(
        municipality_id=member.municipality_id, status=ReplyStatus.APPROVED, approved_by=member
    ).select_related("channel")
    return list(held.filter(publish_after__gt=timezone.now()).select_related("comment").order_by("publish_after")[:10])


def last_pull(member: Membership) -> datetime | None:
    """Return when the municipality's channels were last read, the oldest of them; None before the first time."""
    pulls = Channel.objects.filter(municipality_id=member.municipality_id, is_active=True, pulled_at__isnull=False)
    moment = pulls.order_by("pulled_at").values_list("pulled_at", flat=True).first()
    return timezone.localtime(moment) if moment else None


def arrived_since(member: Membership, moment: datetime) -> int:
    """Return how many unsorted comments came in after the moment."""
    comments = Comment.objects.filter(municipality_id=member.municipality_id, status=CommentStatus.NEW)
    return comments.filter(received_at__gt=moment).count()
