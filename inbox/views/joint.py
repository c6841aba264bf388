"""Taking a comment out of a joint reply, and what the pages say of joint and interim replies."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox import access, lengths, together
from inbox.actions import joint
from inbox.models import Comment, Reply
from inbox.obligations import missing_for_others
from inbox.views.acting import act
from inbox.views.duty_words import missing_words
from inbox.workflow import CommentStatus, ReplyStatus


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the comment out of the joint reply that is under way."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    done = _("Kommentaren er tatt ut av det felles svaret.")
    return act(request, lambda: joint.take_out(one, by=member), done=done, back=reverse("inbox:comment", args=[one.pk]))


def preview_of(one: Comment, reply: Reply | None) -> dict[str, Any]:
    """Return the reply as it will look on the platform: who speaks, what is put in front, and where it stands."""
    parts = lengths.as_published(reply) if reply and reply.text else []
    place = Reply.Place(reply.place).label if reply else Reply.Place.UNDER_COMMENT.label
    return {
        "name": one.channel.name,
        "handle": one.channel.handle,
        "place": place,
        "texts": [(part.ahead, part.text) for part in parts],
    }


def joint_for(one: Comment, reply: Reply | None) -> dict[str, Any]:
    """Return what the page of the comment says of a joint reply (see inbox/_joint.html).

    `joint`: the reply begun here, with what it answers too; `joined`: the one under way elsewhere that answers this
    comment; `answered_here`: a published one that may have answered it already.
    """
    pick = together.open_pick(one)
    mine = reply if reply and reply.is_joint else None
    return {
        "joint": _joint(mine) if mine else None,
        "joined": {"reply": pick.reply, "may_take_out": pick.reply.status in _STILL_OPEN} if pick else None,
        "answered_here": together.answered_here([one]).get(one.pk) if not (mine or pick) else None,
        "preview": preview_of(one, reply),
        "is_sorted": one.status != CommentStatus.NEW,
    }


def _joint(reply: Reply) -> dict[str, Any]:
    missing = missing_for_others(reply)
    also = reply.also_answers
    for one in also:
        one.lacks = missing_words(missing.get(one.pk, []), reply.municipality)  # type: ignore[attr-defined]
    return {"also": also, "may_take_out": reply.status in _STILL_OPEN}


_STILL_OPEN = {ReplyStatus.DRAFT, ReplyStatus.REFUSED}
