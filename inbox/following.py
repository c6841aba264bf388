"""The comments follow their reply: the one it was begun on, and those that a joint reply answers too.

What a person does must move the first of them (IllegalMoveError when somebody else was there before); the others are
moved with it, each with its own event. Everything here runs inside the caller's transaction.
"""

from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from audit import moves
from inbox import forwarding, workflow
from inbox.models import Comment, JointPick, Reply
from inbox.workflow import CommentStatus
from team.models import Membership, Municipality


def hold(reply: Reply) -> list[Comment]:
    """Lock every comment the reply answers, by id, before the reply itself is touched; return them."""
    picked = JointPick.objects.filter(reply=reply).values_list("comment_id", flat=True)
    rows = Comment.objects.filter(pk__in=[reply.comment_id, *picked]).order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)))


def hand_in(reply: Reply, *, by: Membership) -> None:
    """The reply waits for a reviewer."""
    _move(reply, workflow.HAND_IN, by)


def take_back(reply: Reply, *, by: Membership) -> None:
    """The reviewer sent the reply back."""
    _move(reply, workflow.TAKE_BACK, by)


def let_out(reply: Reply, *, by: Membership) -> None:
    """The reply is approved."""
    _move(reply, workflow.LET_OUT, by)


def call_back(reply: Reply, *, by: Membership | None) -> None:
    """The reply does not go out after all: its comments wait for an answer again, and stay with the draft."""
    _move(reply, workflow.CALL_BACK, by)


def _move(reply: Reply, move: moves.Move, by: Membership | None) -> None:
    moves.advance(reply.comment, move, by=by)
    moves.advance_where(_picked(reply), move, by=by)


def _picked(reply: Reply) -> QuerySet[Comment]:
    open_picks = JointPick.objects.filter(reply=reply, is_open=True)
    return Comment.objects.filter(pk__in=open_picks.values("comment"))


def finish(reply: Reply, *, by: Membership | None) -> None:
    """The reply is published: what it answers is done, or waits for the final answer; planned forwardings go out.

    Harmless twice: only comments that wait for the reply are moved.
    """
    waiting = Comment.objects.filter(pk__in=[one.pk for one in reply.answers], status=CommentStatus.GOING_OUT)
    answered = set(waiting.values_list("pk", flat=True))
    if reply.is_interim:
        _answer_for_now(reply, by)
    else:
        _answer(reply, by)
    JointPick.objects.filter(reply=reply).update(is_open=False)
    for comment in Comment.objects.filter(pk__in=answered).select_related("municipality").order_by("pk"):
        forwarding.send_planned(comment, by=by)


def _answer(reply: Reply, by: Membership | None) -> None:
    first = Comment.objects.filter(pk=reply.comment_id)
    moves.advance_where(first, workflow.ANSWERED, by=by)
    moves.advance_where(
        _picked(reply),
        workflow.ANSWERED_JOINTLY,
        by=by,
        ending=Comment.Ending.ANSWERED_JOINTLY,
        joint_reply=reply,
        ended_at=timezone.now(),
    )


def _answer_for_now(reply: Reply, by: Membership | None) -> None:
    """Keep the comments open: each comes back the day the final answer is promised, which is its new deadline."""
    if reply.final_by is None:
        raise ValueError(f"reply {reply.pk} is interim and promises no day")
    opens, closes = opens_on(reply.municipality, reply.final_by), closes_on(reply.municipality, reply.final_by)
    for rows in (Comment.objects.filter(pk=reply.comment_id), _picked(reply)):
        moves.advance_where(
            rows,
            workflow.ANSWERED_FOR_NOW,
            by=by,
            note={"reply": reply.pk},
            wait_reason="",
            wait_until=opens,
            answer_by=closes,
        )


def opens_on(town: Municipality, day: date) -> datetime:
    """Return when the town hall opens that day."""
    return _at(day, town.opens_at)


def closes_on(town: Municipality, day: date) -> datetime:
    """Return when the town hall closes that day: the deadline of an answer that was promised for it."""
    return _at(day, town.closes_at)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=timezone.get_default_timezone())


def release(reply: Reply, *, by: Membership | None) -> None:
    """The reply is given up: what was picked for it is free for an answer of its own."""
    if not reply.is_joint:
        return
    for rows in (Comment.objects.filter(pk=reply.comment_id), _picked(reply)):
        moves.advance_where(rows, workflow.LEAVE, by=by, note={"reply": reply.pk})
    JointPick.objects.filter(reply=reply, is_open=True).delete()


def leave(comment: Comment, *, by: Membership) -> bool:
    """Take one comment out of the joint reply that is under way; False when it was in none."""
    pick = JointPick.objects.filter(comment=comment, is_open=True).first()
    if pick is None:
        return False
    moves.advance(comment, workflow.LEAVE, by=by, note={"reply": pick.reply_id})
    pick.delete()
    return True
