"""Acts on what others wrote, carried out at the platform: as replies are published (docs/decisions/0003).

Claim in a short transaction, act outside any transaction, settle in another. To hide, show, like, ban and let in are
harmless to repeat at every platform; a deletion is looked at and a message is looked for before a second attempt.
What three attempts could not settle is shown to a person.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit import moves
from audit.moves import IllegalMoveError
from inbox import intake, workflow
from inbox.channels.base import (
    GONE,
    AuthExpiredError,
    Bans,
    ChannelError,
    Connector,
    GoneError,
    PermissionMissingError,
    Published,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnclearError,
    WritesPrivately,
)
from inbox.connecting import connect
from inbox.endings import Situation, why_not_end
from inbox.lengths import parent_of
from inbox.models import Comment, Intervention
from inbox.workflow import InterventionStatus

log = logging.getLogger(__name__)
ATTEMPTS = 3
POSTPONE_SECONDS = 60
Kind = Intervention.Kind
Problem = Intervention.Problem
PROBLEMS = {
    AuthExpiredError: Problem.TOKEN,
    PermissionMissingError: Problem.PERMISSION,
    GoneError: Problem.GONE,
}
NOT_SETTLED = [InterventionStatus.PLANNED, InterventionStatus.UNDER_WAY]


@dataclass(frozen=True)
class Claim:
    """One attempt at one act: of what kind, the how-manieth, and when the lease began on this process's own clock."""

    pk: int
    kind: str
    attempt: int
    began: float

    @property
    def still_ours(self) -> bool:
        """A worker that was paused must not act when its lease may have passed to another."""
        return bool(time.monotonic() - self.began < settings.PUBLISH_LEASE - settings.PUBLISH_TIMEOUT)


def due_interventions(limit: int = 200) -> list[int]:
    """Return ids of acts that should be carried out now, oldest first."""
    due = Intervention.objects.filter(_due(timezone.now())).order_by("run_after", "id")
    return list(due.values_list("pk", flat=True)[:limit])


def _due(now: datetime) -> Q:
    """Planned, past its time, and what it follows is settled; or begun by a worker whose lease is over.

    A message follows what was carried out; a deletion follows its message however that went, for after it nobody can
    be told.
    """
    abandoned = now - timedelta(seconds=settings.PUBLISH_SETTLE)
    free = Q(after__isnull=True) | Q(after__status=InterventionStatus.CARRIED_OUT)
    free |= Q(kind=Kind.DELETE) & ~Q(after__status__in=NOT_SETTLED)
    return (Q(status=InterventionStatus.PLANNED, run_after__lte=now) & free) | Q(
        status=InterventionStatus.UNDER_WAY, lease_until__lte=abandoned
    )


def carry_out(pk: int) -> None:
    """Carry out one act if it is due and nobody else has it. Safe to call any number of times."""
    claim = _claim(pk)
    if claim is None:
        return
    act = Intervention.objects.select_related("channel", "comment__post", "municipality").get(pk=pk)
    if claim.attempt > ATTEMPTS:
        _settle(claim, workflow.LEAVE_UNCLEAR, problem=Problem.UNCLEAR)
        return
    try:
        done = _look(act) if claim.attempt > 1 else None
    except ChannelError as error:
        # A look that failed never leads to an act: try again when the lease and the settle time are over.
        log.warning("Intervention %s: could not look at the platform: %s", pk, type(error).__name__)
        return
    done = done or _try(act, claim)
    if done:
        settle_done(claim, done)


def _claim(pk: int) -> Claim | None:
    """Take the act for one attempt: one conditional UPDATE, one winner."""
    now, began = timezone.now(), time.monotonic()
    found = Intervention.objects.filter(_due(now), pk=pk).values_list("attempt", "kind").first()
    if found is None:
        return None
    before, kind = found
    lease = now + timedelta(seconds=settings.PUBLISH_LEASE)
    with transaction.atomic():
        mine = Intervention.objects.filter(pk=pk, attempt=before)
        taken = moves.advance_where(mine, workflow.BEGIN, attempt=before + 1, lease_until=lease)
    return Claim(pk, kind, before + 1, began) if taken else None


DONE = Published("", "", None)


def _look(act: Intervention) -> Published | None:
    """Return what stands there already of an act that may have been done before; None when it must be tried."""
    connector = connect(act.channel)
    if act.kind == Kind.MESSAGE and isinstance(connector, WritesPrivately):
        others = Intervention.objects.filter(channel=act.channel, kind=Kind.MESSAGE).exclude(pk=act.pk)
        taken = frozenset(others.exclude(external_id="").values_list("external_id", flat=True))
        return connector.find_private(parent_of(act.comment), act.text, act.planned_at, taken)
    if act.kind == Kind.DELETE:
        return DONE if connector.refresh([act.comment.external_id])[act.comment.external_id] is GONE else None
    return None


def _try(act: Intervention, claim: Claim) -> Published | None:
    """Do it, and say what a refusal means: later, never, or to be looked at."""
    if not claim.still_ours:
        log.warning("Intervention %s: the lease was too old to act under", act.pk)
        return None
    try:
        return ACTS[Kind(act.kind)](connect(act.channel), act)
    except UnclearError as error:
        log.warning("Intervention %s: unclear after attempt %s (%s)", act.pk, claim.attempt, error.status)
    except RateLimitedError as error:
        _put_off(claim, seconds=error.retry_after or POSTPONE_SECONDS)
    except TransientError:
        _put_off(claim, seconds=POSTPONE_SECONDS)
    except ChannelError as error:
        _settle(claim, workflow.FAIL, problem=PROBLEMS.get(type(error), Problem.REFUSED), lease_until=None)
    return None


def _hide(connector: Connector, act: Intervention) -> Published:
    connector.hide(act.comment.external_id)
    return DONE


def _unhide(connector: Connector, act: Intervention) -> Published:
    connector.unhide(act.comment.external_id)
    return DONE


def _delete(connector: Connector, act: Intervention) -> Published:
    if not connector.capabilities.delete_others:
        raise RejectedError(act.channel.platform, message="nobody can delete what others wrote here")
    connector.delete(act.comment.external_id)
    return DONE


def _like(connector: Connector, act: Intervention) -> Published:
    connector.like(act.comment.external_id)
    return DONE


def _ban(connector: Connector, act: Intervention) -> Published:
    _who_bans(connector, act).ban(act.comment.author_external_id, act.comment.external_id)
    return DONE


def _unban(connector: Connector, act: Intervention) -> Published:
    _who_bans(connector, act).unban(act.comment.author_external_id)
    return DONE


def _who_bans(connector: Connector, act: Intervention) -> Bans:
    if not isinstance(connector, Bans):
        raise RejectedError(act.channel.platform, message="nobody can be banned here")
    return connector


def _tell(connector: Connector, act: Intervention) -> Published:
    if not isinstance(connector, WritesPrivately):
        raise RejectedError(act.channel.platform, message="there are no private replies here")
    return connector.send_private(parent_of(act.comment), act.text, str(act.key), act.language)


ACTS: dict[Kind, Callable[[Connector, Intervention], Published]] = {
    Kind.HIDE: _hide,
    Kind.UNHIDE: _unhide,
    Kind.DELETE: _delete,
    Kind.BAN: _ban,
    Kind.UNBAN: _unban,
    Kind.MESSAGE: _tell,
    Kind.LIKE: _like,
}


def _put_off(claim: Claim, *, seconds: float) -> None:
    """Nothing was done: wait and try again. Such an attempt does not count against the three."""
    later = timezone.now() + timedelta(seconds=seconds)
    _settle(claim, workflow.PUT_OFF, run_after=later, attempt=claim.attempt - 1, lease_until=None, problem=Problem.BUSY)


@transaction.atomic
def settle_done(claim: Claim, done: Published) -> None:
    """Write down that it is done, and what follows from it; only for our own attempt."""
    # The comment's row first, as everywhere: who decides about it meanwhile waits for what follows.
    Comment.objects.select_for_update(no_key=True, of=("self",)).filter(interventions__pk=claim.pk).first()
    settled = _settle(
        claim,
        workflow.CARRY_OUT,
        external_id=done.external_id,
        carried_out_at=timezone.now(),
        lease_until=None,
        problem="",
    )
    if settled:
        follow_up(Intervention.objects.select_related("comment", "planned_by__user").get(pk=claim.pk))


def follow_up(act: Intervention) -> None:
    """What follows for the comment from an act that is carried out, inside the caller's transaction."""
    comment, now = act.comment, timezone.now()
    if act.kind == Kind.HIDE:
        Comment.objects.filter(pk=comment.pk, hidden_at__isnull=True).update(hidden_at=now)
    elif act.kind == Kind.UNHIDE:
        Comment.objects.filter(pk=comment.pk).update(hidden_at=None)
        _lift(act, Kind.HIDE)
    elif act.kind == Kind.DELETE:
        intake.mark_deleted([comment])
    elif act.kind == Kind.UNBAN:
        _lift(act, Kind.BAN)
    if act.ends_comment:
        _end(act)


def _lift(act: Intervention, kind: Kind) -> None:
    """What the act takes back stands no more; a ban is of a person, whichever comment it began with."""
    theirs = Intervention.objects.filter(kind=kind, status=InterventionStatus.CARRIED_OUT, channel_id=act.channel_id)
    if kind == Kind.BAN:
        theirs = theirs.filter(comment__author_external_id=act.comment.author_external_id)
    else:
        theirs = theirs.filter(comment_id=act.comment_id)
    ids = list(theirs.values_list("pk", flat=True))
    moves.advance_where(Intervention.objects.filter(pk__in=ids), workflow.LIFT, look_again_on=None)


def _end(act: Intervention) -> None:
    """The comment is done by the act, unless the law asks for more or somebody has gone on with it meanwhile."""
    ending = Comment.Ending.LIKED if act.kind == Kind.LIKE else Comment.Ending.HIDDEN_BY_RULE
    if why_not_end(Situation(act.comment), ending):
        return
    try:
        moves.advance(
            act.comment,
            workflow.END,
            by=act.planned_by,
            ending=ending,
            ending_reason=act.rule_title,
            joint_reply=None,
            ended_by=act.planned_by,
            ended_at=timezone.now(),
            ending_seen_at=None,
        )
    except IllegalMoveError:
        log.info("Intervention %s: its comment had moved on", act.pk)


def _settle(claim: Claim, move: moves.Move, **changes: Any) -> bool:
    """Make the move if the attempt still is ours; a worker that came back from the dead changes nothing."""
    with transaction.atomic():
        mine = Intervention.objects.filter(pk=claim.pk, attempt=claim.attempt)
        return bool(moves.advance_where(mine, move, note={"kind": claim.kind}, **changes))
