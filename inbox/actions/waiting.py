"""A comment that cannot be answered yet: it waits until a day, and comes back by itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit import moves
from inbox import together, workflow
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Comment
from inbox.workflow import CommentStatus
from team.models import Membership
from team.working_days import next_working_day

LONGEST = timedelta(days=60)


@dataclass(frozen=True)
class Day:
    """A day to wait until, in words."""

    day: date
    words: str


@transaction.atomic
def wait(comment: Comment, *, until: date, by: Membership, reason: str = "") -> None:
    """Let the comment wait until the town hall opens that day. RefusedError for a day that is past or far away.

    Its deadline stands: to wait is our choice, and what the sender is owed does not change by it.
    """
    _must_answer(by)
    today = timezone.localdate()
    if until <= today:
        raise RefusedError(_("Velg en dag som kommer."))
    if until > today + LONGEST:
        raise RefusedError(_("Velg en dag de neste 60 dagene. Det som tar lengre tid, videresendes."))
    opens = datetime.combine(until, comment.municipality.opens_at, tzinfo=timezone.get_default_timezone())
    if comment.status == CommentStatus.NEW:
        raise RefusedError(_("Sorter kommentaren først."))
    if together.open_pick(comment) or together.joint_draft_of(comment):
        raise RefusedError(_("Kommentaren er med i et felles svar. Ta den ut av det før du lar den vente."))
    move = workflow.WAIT_LONGER if comment.status == CommentStatus.WAITING else workflow.WAIT
    moves.advance(comment, move, by=by, wait_until=opens, wait_reason=reason.strip()[:200])


@transaction.atomic
def resume(comment: Comment, *, by: Membership) -> None:
    """Take the comment up again before its day."""
    _must_answer(by)
    moves.advance(comment, workflow.COME_BACK, by=by, wait_until=None, wait_reason="")


def days_to_choose(today: date | None = None) -> list[Day]:
    """Return the days people mostly wait until: the next working day, the one after, and the first in a week or so."""
    today = today or timezone.localdate()
    first = next_working_day(today)
    second = next_working_day(first)
    week = next_working_day(today + timedelta(days=6))
    days = dict.fromkeys([first, second, week])
    return [Day(day, date_format(day, "LONG_DAY_FORMAT")) for day in days]


def _must_answer(by: Membership) -> None:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))
