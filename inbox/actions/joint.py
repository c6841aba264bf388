"""Svar samlet: one reviewed comment under the post answers all that were picked (product.md section 2)."""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from audit import moves
from inbox import following, together, workflow
from inbox.actions import replies
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Comment, JointPick, Reply
from inbox.workflow import ReplyStatus
from team.models import Membership


class Picking:
    """Puts comments into one joint reply, which the first of them begins. Made for `bulk.each` and `bulk.tried`."""

    def __init__(self, post_id: int | None, *, by: Membership) -> None:
        self.post_id, self.by = post_id, by
        self.reply: Reply | None = None

    def __call__(self, comment: Comment) -> None:
        """Put one comment in. RefusedError says why it cannot be answered together with the others."""
        if not self.by.may_answer:
            raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))
        held = Comment.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "municipality", "channel", "post", "assignee__user"
        )
        comment = held.get(pk=comment.pk)
        if why := together.why_not_picked(comment, post_id=self.post_id, member_id=self.by.pk):
            raise RefusedError(why)
        if self.reply is None:
            self.reply = _begin(comment, self.by)
        else:
            JointPick.objects.create(reply=self.reply, comment=comment, picked_by=self.by)
        moves.advance(comment, workflow.JOIN, by=self.by, note={"reply": self.reply.pk})


def post_of_most(comments: Sequence[Comment]) -> int | None:
    """Return the post that most of the comments stand under, the first picked where it is even; None for no post."""
    posts = Counter(one.post_id for one in comments if one.post_id)
    return posts.most_common(1)[0][0] if posts else None


def _begin(comment: Comment, by: Membership) -> Reply:
    reply = replies.begin(comment, by)
    moves.advance(
        reply,
        workflow.PLACE,
        by=by,
        place=Reply.Place.UNDER_POST,
        is_joint=True,
        language=comment.municipality.written_language,
    )
    return reply


@transaction.atomic
def take_out(comment: Comment, *, by: Membership) -> None:
    """Take one comment out of the joint reply: it waits for an answer of its own again."""
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))
    pick = together.open_pick(comment)
    if pick is None:
        raise RefusedError(_("Kommentaren er ikke med i noe felles svar."))
    if pick.reply.status not in {ReplyStatus.DRAFT, ReplyStatus.REFUSED}:
        raise RefusedError(_("Det felles svaret er levert. Ta det tilbake før du tar ut en kommentar."))
    following.hold(pick.reply)
    following.leave(comment, by=by)


@transaction.atomic
def undo_join(comment: Comment, *, by: Membership) -> None:
    """Take back that the comment was picked. The one the reply was begun on gives up the reply, and all with it."""
    begun = together.joint_draft_of(comment)
    if begun is not None:
        if begun.status != ReplyStatus.DRAFT:
            raise RefusedError(_("Det felles svaret er levert. Ta det tilbake i stedet."))
        replies.discard(begun, by=by)
    elif together.open_pick(comment):
        take_out(comment, by=by)
