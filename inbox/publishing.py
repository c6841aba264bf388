"""The out-door: an approved reply is published exactly once, whatever dies (docs/decisions/0003).

Claim in a short transaction, look and send outside any transaction, settle in another. A second attempt always looks
for our reply on the platform before it sends. What three attempts could not settle is shown to a person.
"""

import logging
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit import moves
from inbox import channel_state, following, health, workflow
from inbox.channels.base import (
    AuthExpiredError,
    Capabilities,
    ChannelError,
    Connector,
    GoneError,
    ParentRef,
    PermissionMissingError,
    PictureRefusedError,
    Published,
    RejectedError,
    UnclearError,
    WritesPrivately,
)
from inbox.connecting import connect
from inbox.enclosures import picture_of
from inbox.lengths import stands_under
from inbox.models import Channel, Reply, ReplyPart
from inbox.workflow import ReplyStatus
from team.models import Membership

log = logging.getLogger(__name__)
ATTEMPTS = 3
POSTPONE_SECONDS = 60
NOT_SHOWN_YET_SECONDS = 10
SHOWN_WITHIN = timedelta(minutes=2)
# Without a valid token, or the right to answer, nothing was written: the reply waits for its channel.
SHUT_OUT = (AuthExpiredError, PermissionMissingError)
REFUSALS = {
    GoneError: Reply.Problem.GONE,
    RejectedError: Reply.Problem.TEXT,
    PictureRefusedError: Reply.Problem.PICTURE,
}


@dataclass(frozen=True)
class Claim:
    """One attempt at one reply: which, the how-manieth, and when the lease began on this process's own clock."""

    reply_id: int
    attempt: int
    began: float

    @property
    def still_ours(self) -> bool:
        """A worker that was paused must not send when its lease may have passed to another."""
        return bool(time.monotonic() - self.began < settings.PUBLISH_LEASE - settings.PUBLISH_TIMEOUT)


@dataclass(frozen=True)
class Piece:
    """One text on its way out, what it answers, and the part it is of its reply, if any, with the part before it."""

    text: str
    key: str
    parent: ParentRef
    part: ReplyPart | None = None
    after: ReplyPart | None = None
    is_private: bool = False

    @property
    def is_first(self) -> bool:
        """Whether nothing of the reply goes before it: the text that carries the picture."""
        return self.part is None or self.part.number == 1

    @property
    def is_right_after_another(self) -> bool:
        """Whether the part before was written a moment ago: a platform may not show it yet, and call it gone."""
        settled = self.after.settled_at if self.after else None
        return settled is not None and timezone.now() - settled < SHOWN_WITHIN


def due_replies(limit: int = 200) -> list[int]:
    """Return ids of replies that should be published now, oldest first."""
    return list(
        Reply.objects.filter(_due(timezone.now())).order_by("publish_after", "id").values_list("pk", flat=True)[:limit]
    )


def _due(now: datetime) -> Q:
    """Approved, past its hold and its channel not shut out, or begun by a worker whose lease and settle time are over.

    What was begun is looked after even then: it may stand on the platform.
    """
    abandoned = now - timedelta(seconds=settings.PUBLISH_SETTLE)
    ready = Q(status=ReplyStatus.APPROVED, publish_after__lte=now) & ~Q(channel__problem__in=health.SHUT_OUT)
    ready |= Q(status=ReplyStatus.PUBLISHING, lease_until__lte=abandoned)
    return ready & ~Q(channel__platform=Channel.Platform.MANUAL)  # a person gives that answer


def publish(reply_id: int) -> None:
    """Publish one reply if it is due and nobody else has it: one text, or its parts in order.

    Safe to call any number of times, and to be killed anywhere: a claim is for one text.
    """
    while _publish_next(reply_id):
        pass


def _publish_next(reply_id: int) -> bool:
    """Publish the next text of the reply; True when that went well and another one follows it."""
    claim = _claim(reply_id)
    if claim is None:
        return False
    reply = Reply.objects.select_related("comment__post", "channel").get(pk=reply_id)
    if claim.attempt > ATTEMPTS:
        _settle(claim, workflow.GIVE_UP, problem=Reply.Problem.UNCLEAR)
        return False
    if claim.attempt == 1 and (hindrance := _hindrance(reply)):
        _refuse(claim, hindrance)
        return False
    try:
        connector = connect(reply.channel)
        piece = next_piece(reply, connector.capabilities)
        published = look(connector, reply, piece) if claim.attempt > 1 else None
    except ChannelError as error:
        _not_looked(claim, reply, error)
        return False
    if published is None:
        published = _send(connector, reply, piece, claim)
    if published is None:
        return False
    goes_on = settle_published(claim, piece, published)
    channel_state.note_reply_out(reply.channel_id)
    return goes_on


def _hindrance(reply: Reply) -> Reply.Problem | None:
    """Return what has happened to the comment during the hold that forbids to answer it as if it stood there."""
    if reply.comment.hidden_at and reply.place == Reply.Place.UNDER_COMMENT:
        return Reply.Problem.HIDDEN
    gone = not reply.standing_parts and all(one.deleted_at for one in reply.answers)
    return Reply.Problem.GONE if gone else None


def _not_looked(claim: Claim, reply: Reply, error: ChannelError) -> None:
    """Nobody speaks for the channel now, or a look failed. A look that failed never leads to a send.

    Before the first attempt nothing can stand there; later ones wait until the lease and the settle time are over.
    """
    if isinstance(error, SHUT_OUT):
        _hold(claim, reply.channel_id, error)
    elif claim.attempt == 1:
        _not_sent(claim, error)
    else:
        log.warning("Reply %s: could not look for it on the platform: %s", claim.reply_id, type(error).__name__)


def _claim(reply_id: int) -> Claim | None:
    """Take the reply for one attempt: one conditional UPDATE, one winner."""
    now, began = timezone.now(), time.monotonic()
    due = Reply.objects.filter(_due(now), pk=reply_id)
    before = due.values_list("attempt", flat=True).first()
    if before is None:
        return None
    with transaction.atomic():
        taken = moves.advance_where(
            due.filter(attempt=before),
            workflow.START,
            attempt=before + 1,
            lease_until=now + timedelta(seconds=settings.PUBLISH_LEASE),
        )
    return Claim(reply_id, before + 1, began) if taken else None


def next_piece(reply: Reply, can: Capabilities) -> Piece:
    """Return the text to send now. A part answers the one before it, or the comment itself where threads are flat."""
    parent, part, private = stands_under(reply), reply.part_to_send, reply.place == Reply.Place.PRIVATE
    if part is None:
        return Piece(reply.text, str(reply.key), parent, is_private=private)
    standing = reply.standing_parts
    if standing and can.reply_depth is None:
        # The citizen stays the one who is answered: they are told of each part, and a private thread reaches them.
        parent = replace(parent, external_id=standing[-1].external_id, raw={})
    return Piece(part.text, str(part.key), parent, part, standing[-1] if standing else None, private)


def look(connector: Connector, reply: Reply, piece: Piece) -> Published | None:
    """Look for our text under its parent; an id that another reply or part of ours holds is not it."""
    taken = [
        rows.filter(channel=reply.channel).exclude(external_id="").values_list("external_id", flat=True)
        for rows in (Reply.objects.exclude(pk=reply.pk), ReplyPart.objects.all())
    ]
    others = frozenset(taken[0]) | frozenset(taken[1])
    since = reply.approved_at or reply.created_at
    if piece.is_private:
        return _private(connector).find_private(piece.parent, piece.text, since, others)
    return connector.find_published(piece.parent, piece.text, since, others)


def _private(connector: Connector) -> WritesPrivately:
    """Return the connector as one that can write to the sender alone; RejectedError where that is not possible."""
    if not isinstance(connector, WritesPrivately):
        raise RejectedError(message="the platform has no private replies")
    return connector


def _send(connector: Connector, reply: Reply, piece: Piece, claim: Claim) -> Published | None:
    """Send it, and say what a refusal means: later, never, or to be looked for."""
    if not claim.still_ours:
        log.warning("Reply %s: the lease was too old to send under", reply.pk)
        return None
    try:
        if piece.is_private:
            return _private(connector).send_private(piece.parent, piece.text, piece.key, reply.language)
        with_it = {"picture": picture} if piece.is_first and (picture := picture_of(reply)) else {}
        return connector.publish(piece.parent, piece.text, piece.key, reply.language, **with_it)
    except UnclearError as error:
        log.warning("Reply %s: unclear after attempt %s (%s)", reply.pk, claim.attempt, error.status)
    except SHUT_OUT as error:
        _hold(claim, reply.channel_id, error)
    except ChannelError as error:
        if isinstance(error, GoneError) and piece.is_right_after_another:
            _postpone(claim, seconds=NOT_SHOWN_YET_SECONDS)
        else:
            _not_sent(claim, error)
    return None


def _not_sent(claim: Claim, error: ChannelError) -> None:
    """The platform took nothing in this attempt: try again later, or let a person act."""
    if error.try_again:
        _postpone(claim, seconds=error.retry_after or POSTPONE_SECONDS)
    else:
        _refuse(claim, REFUSALS.get(type(error), Reply.Problem.OTHER))


def _postpone(claim: Claim, *, seconds: float) -> None:
    """Nothing was written: wait and try again. Such an attempt does not count against the three."""
    _settle(
        claim,
        workflow.POSTPONE,
        publish_after=timezone.now() + timedelta(seconds=seconds),
        attempt=claim.attempt - 1,
        lease_until=None,
        problem=Reply.Problem.BUSY,
    )


@transaction.atomic
def _hold(claim: Claim, channel_id: int, error: ChannelError) -> None:
    """The channel is shut out: the reply waits for it, stays approved, and goes out by itself when it is well again.

    Such an attempt does not count. One that came after an unclear attempt still looks before it sends.
    """
    channel = channel_state.locked(channel_id)
    problem = Reply.Problem(channel_state.problem_of(error).value)
    held = _settle(
        claim,
        workflow.POSTPONE,
        publish_after=timezone.now() + channel_state.hold_for(channel),
        attempt=claim.attempt - 1,
        lease_until=None,
        problem=problem,
    )
    if held:
        channel_state.note_replies_refused(channel, problem)


@transaction.atomic
def _refuse(claim: Claim, problem: Reply.Problem) -> None:
    """The platform said no for good: a person must act, and the comment waits for an answer again.

    Where parts of the reply stand already, nothing is open for a new answer: a lead goes on, or deletes what stands.
    """
    reply = Reply.objects.select_related("comment").get(pk=claim.reply_id)
    following.hold(reply)
    if reply.standing_parts:
        _settle(claim, workflow.HALT, problem=problem)
    elif _settle(claim, workflow.REFUSE, problem=problem) and reply.is_awaited:
        following.call_back(reply, by=None)


@transaction.atomic
def settle_published(claim: Claim, piece: Piece, published: Published) -> bool:
    """Write down that the text stands there, with the platform's id; only for our own attempt.

    Returns True when parts of the reply are left; otherwise the reply is published and the comment finished.
    """
    following.hold(Reply.objects.get(pk=claim.reply_id))
    mine = Reply.objects.filter(pk=claim.reply_id, attempt=claim.attempt)
    settled = stands(mine, piece, published, by=None, last=workflow.PUBLISH, between=workflow.NEXT_PART)
    if settled is None:
        return False
    if settled.status == ReplyStatus.PUBLISHED:
        following.finish(settled, by=None)
    return settled.status == ReplyStatus.APPROVED


def stands(
    rows: QuerySet[Reply],
    piece: Piece,
    published: Published,
    *,
    by: Membership | None,
    last: moves.Move,
    between: moves.Move,
) -> Reply | None:
    """Tie the platform's id to the text, and move the reply in `rows` on: published, or on to its next part.

    Returns the reply as it is now; None when the row was not there to be moved, and then nothing is changed.
    """
    now = timezone.now()
    reply = rows.first()
    if reply is None:
        return None
    at = published.created_at or now
    of_part: dict[str, Any] = {
        "external_id": published.external_id,
        "permalink": published.permalink,
        "published_at": at,
    }
    parts = list(reply.parts.filter(taken_down_at=None))
    free: dict[str, Any] = {"lease_until": None, "problem": ""}
    if piece.part is not None and piece.part.pk != parts[-1].pk:
        note = {"part": piece.part.number, "of": len(parts), "external_id": published.external_id}
        made = moves.advance_where(rows, between, by=by, note=note, attempt=0, publish_after=now, **free)
    else:
        first = of_part if len(parts) < 2 else {**of_part, **_address_of(parts[0])}
        made = moves.advance_where(rows, last, by=by, **first, **free)
    if not made:
        return None
    if piece.part is not None:
        ReplyPart.objects.filter(pk=piece.part.pk).update(**of_part, settled_at=now)
    return Reply.objects.select_related("comment").get(pk=reply.pk)


def _address_of(part: ReplyPart) -> dict[str, str]:
    """A reply in parts is known by its first one."""
    return {"external_id": part.external_id, "permalink": part.permalink}


def _settle(claim: Claim, move: moves.Move, **changes: Any) -> bool:
    """Make the move if the attempt still is ours; a worker that came back from the dead changes nothing."""
    with transaction.atomic():
        mine = Reply.objects.filter(pk=claim.reply_id, attempt=claim.attempt)
        return bool(moves.advance_where(mine, move, **changes))
