"""The outbox: a mail leaves once, whatever dies; what cannot be known is repeated with the same Message-ID, then shown.

Claim in a short transaction, send outside any transaction with hard time limits, settle in another. Mail has no way to
look whether a message arrived, so an unclear one is repeated under its own Message-ID, which receivers recognise.
"""

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
from notices import workflow
from notices.delivery import deliver
from notices.errors import RefusedMailError, TryLaterError, UnclearMailError
from notices.models import Notice
from notices.workflow import NoticeStatus

log = logging.getLogger(__name__)
UNCLEAR_ATTEMPTS = 3
FIRST_WAIT = 60.0
LONGEST_WAIT = 3600.0


@dataclass(frozen=True)
class Claim:
    """One attempt at one mail: which, the how-manieth, and when the lease began on this process's own clock."""

    notice_id: int
    attempt: int
    began: float

    @property
    def still_ours(self) -> bool:
        """A worker that was paused must not send when its lease may have passed to another."""
        return bool(time.monotonic() - self.began < settings.MAIL_LEASE - settings.MAIL_TIMEOUT)


def due_notices(limit: int = 200) -> list[int]:
    """Return ids of mails that should leave now, oldest first."""
    due = Notice.objects.filter(_due(timezone.now())).order_by("send_after", "id")
    return list(due.values_list("pk", flat=True)[:limit])


def _due(now: datetime) -> Q:
    """Waiting and past its time, or begun by a worker whose lease is over."""
    return Q(status=NoticeStatus.WAITING, send_after__lte=now) | Q(status=NoticeStatus.SENDING, lease_until__lte=now)


def send(notice_id: int) -> None:
    """Send one mail if it is due and nobody else has it. Safe to call any number of times."""
    claim = _claim(notice_id)
    if claim is None:
        return
    notice = Notice.objects.select_related("municipality").get(pk=notice_id)
    if notice.unclear >= UNCLEAR_ATTEMPTS:
        _settle(claim, workflow.GIVE_UP, problem=Notice.Problem.UNCLEAR)
    elif claim.still_ours:
        _try(notice, claim)


def _claim(notice_id: int) -> Claim | None:
    """Take the mail for one attempt: one conditional UPDATE, one winner. A worker that died in it left it unclear."""
    now, began = timezone.now(), time.monotonic()
    due = Notice.objects.filter(_due(now), pk=notice_id)
    before = due.values_list("attempt", "status", "unclear").first()
    if before is None:
        return None
    attempt, status, unclear = before
    with transaction.atomic():
        taken = moves.advance_where(
            due.filter(attempt=attempt, status=status),
            workflow.START,
            attempt=attempt + 1,
            unclear=unclear + (status == NoticeStatus.SENDING),
            lease_until=now + timedelta(seconds=settings.MAIL_LEASE),
        )
    return Claim(notice_id, attempt + 1, began) if taken else None


def _try(notice: Notice, claim: Claim) -> None:
    """Send it, and say what a failure means: later, never, or perhaps already. Where people practise nothing leaves."""
    try:
        if not notice.municipality.is_practice:
            deliver(notice)
    except TryLaterError as error:
        log.info("Mail %s: later (code %s)", notice.pk, error.code)
        _wait(notice, claim, code=error.code)
    except RefusedMailError as error:
        log.warning("Mail %s: refused (code %s)", notice.pk, error.code)
        _settle(claim, workflow.REFUSE, problem=Notice.Problem.REFUSED, answer_code=error.code, lease_until=None)
    except UnclearMailError:
        log.warning("Mail %s: unclear after attempt %s", notice.pk, claim.attempt)
        _repeat_or_give_up(notice, claim)
    else:
        _settle(claim, workflow.DELIVER, sent_at=timezone.now(), body="", problem="", answer_code=0, lease_until=None)


def _wait(notice: Notice, claim: Claim, *, code: int) -> None:
    """Nothing was handed over: come back, later for each time, until two days have passed."""
    if timezone.now() >= notice.give_up_at:
        _settle(claim, workflow.REFUSE, problem=Notice.Problem.NO_SERVER, answer_code=code, lease_until=None)
        return
    _postpone(claim, problem=Notice.Problem.BUSY, answer_code=code)


def _repeat_or_give_up(notice: Notice, claim: Claim) -> None:
    """It may have arrived: repeat it with the same Message-ID, and leave it to a person after the last time."""
    unclear = notice.unclear + 1
    if unclear >= UNCLEAR_ATTEMPTS:
        _settle(claim, workflow.GIVE_UP, problem=Notice.Problem.UNCLEAR, unclear=unclear, lease_until=None)
        return
    _postpone(claim, problem=Notice.Problem.UNCLEAR, unclear=unclear)


def _postpone(claim: Claim, **changes: Any) -> None:
    wait = min(FIRST_WAIT * 2 ** min(claim.attempt - 1, 10), LONGEST_WAIT)
    later = timezone.now() + timedelta(seconds=wait)
    _settle(claim, workflow.POSTPONE, send_after=later, lease_until=None, **changes)


def _settle(claim: Claim, move: moves.Move, **changes: Any) -> None:
    """Make the move if the attempt still is ours; a worker that came back from the dead changes nothing."""
    with transaction.atomic():
        mine = Notice.objects.filter(pk=claim.notice_id, attempt=claim.attempt)
        moves.advance_where(mine, move, **changes)
