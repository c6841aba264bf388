"""An interim answer: published like any other, it keeps the comment open until the day the final one is promised."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import moves
from inbox import workflow
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Reply
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership
from team.working_days import is_working_day

LONGEST = timedelta(days=60)


@transaction.atomic
def promise(reply: Reply, *, final_by: date | None, by: Membership) -> None:
    """Let the draft be an interim answer that promises the final one by that day; None makes it final again.

    RefusedError for a day that is past, far away or closed, for a reply that is handed in, and for an unsorted comment.
    """
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))
    if reply.status != ReplyStatus.DRAFT:
        raise RefusedError(_("Svaret er levert. Ta det tilbake før du velger om det er foreløpig."))
    if reply.comment.status == CommentStatus.NEW:
        raise RefusedError(_("Sorter kommentaren først."))
    if final_by is not None and (why := why_not_promise(final_by)):
        raise RefusedError(why)
    if (reply.is_interim, reply.final_by) != (final_by is not None, final_by):
        moves.advance(reply, workflow.CHOOSE_KIND, by=by, is_interim=final_by is not None, final_by=final_by)


def why_not_promise(final_by: date) -> str:
    """Return why the final answer cannot be promised for that day; "" when it can."""
    today = timezone.localdate()
    if final_by <= today:
        return _("Velg en dag som kommer for det endelige svaret.")
    if final_by > today + LONGEST:
        return _("Velg en dag de neste 60 dagene for det endelige svaret.")
    if not is_working_day(final_by):
        return _("Velg en dag kommunen er åpen for det endelige svaret.")
    return ""


def must_be_ahead(reply: Reply) -> None:
    """Raise RefusedError when the day an interim answer promises has come before it was let out."""
    if reply.is_interim and reply.final_by and reply.final_by <= timezone.localdate():
        raise RefusedError(_("Dagen for det endelige svaret er kommet. Velg en ny dag, eller gjør svaret endelig."))
