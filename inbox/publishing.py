"""The out-door: an approved reply is published exactly once, whatever dies (docs/decisions/0003).

Claim in a short transaction, look and send outside any transaction, settle in another. A second attempt always looks
for our reply on the platform before it sends. What three attempts could not settle is shown to a person.
"""

import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit import moves
from inbox import forwarding, workflow
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    Connector,
    GoneError,
    ParentRef,
    PermissionMissingError,
    Published,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
    WritesPrivately,
)
from inbox.connecting import connect
from inbox.models import Channel, Comment, Reply
from inbox.workflow import ReplyStatus

log = logging.getLogger(__name__)
ATTEMPTS = 3
POSTPONE_SECONDS = 60
REFUSALS = {
    AuthExpiredError: Reply.Problem.TOKEN,
    PermissionMissingError: Reply.Problem.PERMISSION,
    GoneError: Reply.Problem.GONE,
    RejectedError: Reply.Problem.TEXT,
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


def due_replies(limit: int = 200) -> list[int]:
    """Return ids of replies that should be published now, oldest first."""
    return list(
        Reply.objects.filter(_due(timezone.now())).order_by("publish_after", "id").values_list("pk", flat=True)[:limit]
    )


def _due(now: datetime) -> Q:
    """Approved and past its hold, or begun by a worker whose lease and settle time are over."""
    abandoned = now - timedelta(seconds=settings.PUBLISH_SETTLE)
    ready = Q(status=ReplyStatus.APPROVED, publish_after__lte=now) | Q(
        status=ReplyStatus.PUBLISHING, lease_until__lte=abandoned
    )
    return ready & ~Q(channel__platform=Channel.Platform.MANUAL)  # a person gives that answer


def publish(reply_id: int) -> None:
    """Publish one reply if it is due and nobody else has it. Safe to call any number of times."""
    claim = _claim(reply_id)
    if claim is None:
        return
    reply = Reply.objects.select_related("comment", "channel").get(pk=reply_id)
    if claim.attempt > ATTEMPTS:
        _settle(claim, workflow.GIVE_UP, problem=Reply.Problem.UNCLEAR)
        return
    if claim.attempt == 1 and reply.comment.hidden_at and reply.place == Reply.Place.UNDER_COMMENT:
        _refuse(claim, Reply.Problem.HIDDEN)  # hidden during the hold: never answered as if it stood there
        return
    connector = connect(reply.channel)
    try:
        published = _look(connector, reply) if claim.attempt > 1 else None
    except ChannelError as error:
        # A look that failed never leads to a send: try again when the lease and the settle time are over.
        log.warning("Reply %s: could not look for it on the platform: %s", reply_id, type(error).__name__)
        return
    if published is None:
        published = _send(connector, reply, claim)
    if published is not None:
        settle_published(claim, published)


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


def _look(connector: Connector, reply: Reply) -> Published | None:
    """Look for our reply under its parent; an id that another reply of ours holds is not it."""
    others = frozenset(
        Reply.objects.filter(channel=reply.channel)
        .exclude(pk=reply.pk)
        .exclude(external_id="")
        .values_list("external_id", flat=True)
    )
    since = reply.approved_at or reply.created_at
    if reply.place == Reply.Place.PRIVATE and isinstance(connector, WritesPrivately):
        return connector.find_private(parent_of(reply), reply.text, since, others)
    return connector.find_published(parent_of(reply), reply.text, since, others)


def _send(connector: Connector, reply: Reply, claim: Claim) -> Published | None:
    """Send it, and say what a refusal means: later, never, or to be looked for."""
    if not claim.still_ours:
        log.warning("Reply %s: the lease was too old to send under", reply.pk)
        return None
    try:
        if reply.place == Reply.Place.PRIVATE:
            if not isinstance(connector, WritesPrivately):
                raise RejectedError(reply.channel.platform, message="the platform has no private replies")
            return connector.send_private(parent_of(reply), reply.text, str(reply.key), reply.language)
        return connector.publish(parent_of(reply), reply.text, str(reply.key), reply.language)
    except UnclearError as error:
        log.warning("Reply %s: unclear after attempt %s (%s)", reply.pk, claim.attempt, error.status)
    except RateLimitedError as error:
        _postpone(claim, seconds=error.retry_after or POSTPONE_SECONDS)
    except TransientError:
        _postpone(claim, seconds=POSTPONE_SECONDS)
    except ChannelError as error:
        _refuse(claim, REFUSALS.get(type(error), Reply.Problem.OTHER))
    return None


def parent_of(reply: Reply) -> ParentRef:
    """Return what the platform must know of the comment that is answered, or of the post the reply stands under."""
    comment = reply.comment
    if reply.place == Reply.Place.UNDER_POST and comment.post:
        return ParentRef(
            external_id=comment.post.external_id,
            root_id=comment.post.external_id,
            author_handle=comment.author_handle,
            author_id=comment.author_external_id,
            visibility=comment.visibility,
        )
    return ref_of(comment)


def ref_of(comment: Comment) -> ParentRef:
    """Return what the platform must know of a comment."""
    return ParentRef(
        external_id=comment.external_id,
        root_id=comment.post.external_id if comment.post else None,
        author_handle=comment.author_handle,
        author_id=comment.author_external_id,
        visibility=comment.visibility,
        raw=_raw_of(comment),
    )


def _raw_of(comment: Comment) -> dict[str, Any]:
    """Return the platform's own JSON of the comment as we saw it last: it tells where in the thread it stands."""
    latest = comment.versions.order_by("-number").values_list("raw", flat=True).first()
    found = json.loads(bytes(latest)) if latest else {}
    return found if isinstance(found, dict) else {}


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
def _refuse(claim: Claim, problem: Reply.Problem) -> None:
    """The platform said no for good: a person must act, and the comment waits for an answer again."""
    if _settle(claim, workflow.REFUSE, problem=problem):
        reply = Reply.objects.select_related("comment").get(pk=claim.reply_id)
        moves.advance(reply.comment, workflow.CALL_BACK, by=None)


@transaction.atomic
def settle_published(claim: Claim, published: Published) -> None:
    """Write down that it stands there, with the platform's id, and finish the comment; only for our own attempt."""
    now = timezone.now()
    settled = _settle(
        claim,
        workflow.PUBLISH,
        external_id=published.external_id,
        permalink=published.permalink,
        published_at=published.created_at or now,
        lease_until=None,
        problem="",
    )
    if settled:
        reply = Reply.objects.select_related("comment").get(pk=claim.reply_id)
        moves.advance(reply.comment, workflow.ANSWERED, by=None)
        forwarding.send_planned(reply.comment, by=None)


def _settle(claim: Claim, move: moves.Move, **changes: Any) -> bool:
    """Make the move if the attempt still is ours; a worker that came back from the dead changes nothing."""
    with transaction.atomic():
        mine = Reply.objects.filter(pk=claim.reply_id, attempt=claim.attempt)
        return bool(moves.advance_where(mine, move, **changes))
