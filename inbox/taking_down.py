"""The way back for a reply of which only some parts came out: what stands on the platform is deleted, last part first.

Harmless twice and safe to be killed: a part that is gone is written down as gone, and the reply is a draft again only
when none stands.
"""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import moves
from inbox import following, workflow
from inbox.channels.base import ChannelError, Connector, GoneError, UnclearError
from inbox.connecting import connect
from inbox.models import Reply, ReplyPart
from inbox.publishing import look, next_piece
from inbox.workflow import ReplyStatus

log = logging.getLogger(__name__)
NOT_APPROVED: dict[str, Any] = {"publish_after": None, "lease_until": None, "approved_by": None, "approved_at": None}


def due_takings_down(limit: int = 200) -> list[int]:
    """Return ids of replies whose parts should be deleted from the platform."""
    waiting = Reply.objects.filter(status=ReplyStatus.TAKING_DOWN)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])


def take_down(reply_id: int) -> None:
    """Delete what stands of the reply and make it a draft again; a passing fault leaves it to the next round."""
    reply = Reply.objects.select_related("comment__post", "channel").filter(pk=reply_id).first()
    if reply is None or reply.status != ReplyStatus.TAKING_DOWN:
        return
    try:
        connector = connect(reply.channel)
        for part in reversed(_standing(connector, reply)):
            _delete(connector, part)
    except ChannelError as error:
        log.warning("Reply %s: could not be taken down: %s", reply_id, type(error).__name__)
        if not (error.try_again or isinstance(error, UnclearError)):
            _still_stands(reply_id)
        return
    _taken_down(reply_id)


def _standing(connector: Connector, reply: Reply) -> list[ReplyPart]:
    """Return the parts that stand on the platform, in order, with one whose sending was unclear if it is there."""
    standing, piece = reply.standing_parts, next_piece(reply, connector.capabilities)
    if piece.part is None:
        return standing
    try:
        found = look(connector, reply, piece)
    except GoneError:
        return standing
    if found:
        piece.part.external_id, piece.part.permalink = found.external_id, found.permalink
        standing.append(piece.part)
    return standing


def _delete(connector: Connector, part: ReplyPart) -> None:
    """Delete one part; a fresh row waits in its place, so that going on instead would send it anew."""
    try:
        connector.delete(part.external_id)
    except GoneError:
        log.info("Part %s was not there any more", part.pk)
    with transaction.atomic():
        mine = ReplyPart.objects.filter(pk=part.pk, taken_down_at=None)
        if mine.update(external_id=part.external_id, permalink=part.permalink, taken_down_at=timezone.now()):
            ReplyPart.objects.create(
                reply_id=part.reply_id, channel_id=part.channel_id, number=part.number, text=part.text
            )


@transaction.atomic
def _still_stands(reply_id: int) -> None:
    rows = Reply.objects.filter(pk=reply_id)
    moves.advance_where(rows, workflow.STILL_STANDS, problem=Reply.Problem.STANDS)


@transaction.atomic
def _taken_down(reply_id: int) -> None:
    following.hold(Reply.objects.get(pk=reply_id))
    rows = Reply.objects.filter(pk=reply_id)
    gone = ReplyPart.objects.filter(reply=reply_id).exclude(taken_down_at=None)
    note = {"parts": list(gone.values_list("external_id", flat=True))}
    if moves.advance_where(rows, workflow.TAKEN_DOWN, note=note, problem="", **NOT_APPROVED):
        ReplyPart.objects.filter(reply=reply_id, taken_down_at=None).delete()
        following.call_back(rows.select_related("comment").get(), by=None)
