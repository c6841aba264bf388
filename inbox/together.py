"""Which comments may be answered together, and what has been answered together under a post (product.md section 2)."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines.duties import Flag, Sorting
from inbox import abilities
from inbox.models import Comment, JointPick, Reply
from inbox.workflow import CommentStatus, ReplyStatus

ALONE = {
    Flag.URGENT: gettext_lazy("Akutt besvares for seg."),
    Flag.THREAT: gettext_lazy("Trussel besvares ikke. Meld den."),
    Flag.ACCESS_REQUEST: gettext_lazy("Innsynskrav besvares for seg og sendes videre."),
    Flag.COMPLAINT: gettext_lazy("Klage besvares for seg og sendes videre."),
}
STATES = {
    CommentStatus.NEW: gettext_lazy("Sorter kommentaren først: plikter følger av sorteringen."),
    CommentStatus.WAITING: gettext_lazy("Kommentaren venter. Ta den fram igjen først."),
    CommentStatus.IN_REVIEW: gettext_lazy("Et eget svar er til godkjenning."),
    CommentStatus.GOING_OUT: gettext_lazy("Et eget svar er på vei ut."),
    CommentStatus.DONE: gettext_lazy("Kommentaren er alt besvart eller avsluttet."),
    CommentStatus.OURS: gettext_lazy("Dette har kommunen skrevet selv."),
}
SEEN_BY_FEW = {"direct", "private"}
WITH_A_DRAFT = (ReplyStatus.DRAFT, ReplyStatus.REFUSED)


def why_not_together(comment: Comment) -> str:
    """Return why what the comment says must be answered by itself, in bokmål; "" when it need not."""
    if Sorting.CASE_HANDLING in comment.sortings:
        return _("Saksbehandling besvares for seg: avsenderen skal ha egne merknader.")
    if why := next((words for flag, words in ALONE.items() if flag in comment.flags), ""):
        return str(why)
    if comment.hidden_at:
        return _("Kommentaren er skjult.")
    if comment.visibility in SEEN_BY_FEW:
        return _("Kommentaren er ikke offentlig.")
    return ""


def why_not_picked(comment: Comment, *, post_id: int | None, member_id: int) -> str:
    """Return why the comment cannot join a reply under the post now; "" when it can."""
    if comment.post_id is None or comment.post_id != post_id:
        return _("Kommentaren står under et annet innlegg.")
    if comment.status in STATES:
        return str(STATES[CommentStatus(comment.status)])
    if comment.deleted_at:
        return _("Kommentaren er slettet av avsenderen.")
    if comment.assignee_id not in {None, member_id}:
        return _("%(name)s har kommentaren.") % {"name": comment.assignee.name if comment.assignee else ""}
    return _why_taken(comment) or why_not_under_post(comment) or why_not_together(comment)


def _why_taken(comment: Comment) -> str:
    if open_pick(comment):
        return _("Kommentaren er alt med i et felles svar.")
    if Reply.objects.filter(comment=comment, status__in=WITH_A_DRAFT).exists():
        return _("Noen har begynt på et eget svar.")
    return ""


def why_not_under_post(comment: Comment) -> str:
    """Return why the platform takes no comment of ours under the post; "" when it does."""
    if comment.post is not None and abilities.capabilities_of(comment.channel).reply_to_post:
        return ""
    return _("%(platform)s lar oss ikke skrive en egen kommentar under innlegget herfra.") % {
        "platform": comment.channel.get_platform_display()
    }


def open_pick(comment: Comment) -> JointPick | None:
    """Return the joint reply that is under way and answers this comment too, with its reply; None when none is."""
    return JointPick.objects.filter(comment=comment, is_open=True).select_related("reply__author__user").first()


def joint_draft_of(comment: Comment) -> Reply | None:
    """Return the joint reply that was begun on this comment and is not published."""
    replies = Reply.objects.filter(comment=comment, is_joint=True)
    return replies.exclude(status__in=[ReplyStatus.PUBLISHED, ReplyStatus.DISCARDED]).first()


def answered_here(comments: Iterable[Comment]) -> Mapping[int, Reply]:
    """Return, by comment id, the joint reply under its post that may have answered it too; the latest. One query.

    Only for comments nobody has answered yet, written after the joint reply was begun. An interim reply answers none.
    """
    unanswered = {CommentStatus.NEW, CommentStatus.TO_ANSWER}
    open_ones = [one for one in comments if one.post_id and one.status in unanswered]
    if not open_ones:
        return {}
    joint = Reply.objects.filter(
        municipality_id__in={one.municipality_id for one in open_ones},
        comment__post_id__in={one.post_id for one in open_ones},
        status=ReplyStatus.PUBLISHED,
        is_joint=True,
        is_interim=False,
    )
    by_post = {reply.comment.post_id: reply for reply in joint.select_related("comment").order_by("published_at")}
    return {
        one.pk: by_post[one.post_id]
        for one in open_ones
        if one.post_id in by_post and one.posted_at > by_post[one.post_id].created_at
    }
