"""Sealing what must not be seen by all who work here: closed with a reason, opened for a look, broken by a lead."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log, moves
from guidelines.vocabulary import Flag
from inbox import sealing, workflow
from inbox.actions import forwardings
from inbox.actions.errors import NotAllowedError, RefusedError, refuse_erased
from inbox.models import Channel, Comment, Forwarding, Seal
from inbox.workflow import CommentStatus, ForwardingStatus
from notices.models import Notice
from notices.workflow import NoticeStatus
from team.models import Membership

SHORTEST_REASON = 5
LONGEST_REASON = 200


def why_not(comment: Comment, *, by: Membership) -> str:
    """Return what keeps this person from sealing the comment, and what to do; "" when nothing does."""
    if not by.may_answer:
        return _("Bare de som svarer for kommunen kan gjøre dette.")
    if comment.status == CommentStatus.OURS:
        return _("Dette har kommunen skrevet selv.")
    if comment.sealed_at:
        return _("Innholdet er alt forseglet.")
    if Flag.URGENT in comment.flags:
        return _("Kommentaren er merket akutt. Hjelp først: ingenting forsegles før faren er avklart.")
    return ""


@transaction.atomic
def seal(comment: Comment, *, why: str, by: Membership, remark: str = "") -> None:
    """Seal the comment: from now on only a lead, this person and who has the comment can open it, and the log says so.

    `why` is one of Seal.Why, `remark` the person's own words for «Annet». What was to be forwarded by mail and has not
    left is taken back. RefusedError says what stands in the way.
    """
    refuse_erased(comment)
    held = _held(comment)
    if reason := why_not(held, by=by):
        raise (RefusedError if by.may_answer else NotAllowedError)(reason)
    if why not in Seal.Why.values:
        raise RefusedError(_("Velg hvorfor innholdet forsegles."))
    remark = " ".join(remark.split())[:LONGEST_REASON] if why == Seal.Why.OTHER else ""
    if why == Seal.Why.OTHER and len(remark) < SHORTEST_REASON:
        raise RefusedError(_("Skriv hvorfor innholdet forsegles."))
    _stop_mails(held, by)
    made = sealing.close(held, why=why, remark=remark, by=by)
    moves.advance(comment, workflow.SEAL, by=by, where={"sealed_at": None}, note={"why": why}, sealed_at=made.sealed_at)


def _held(comment: Comment) -> Comment:
    """Return the comment as it stands, with its channel held: what arrives meanwhile waits (inbox.intake)."""
    Channel.objects.select_for_update(no_key=True).get(pk=comment.channel_id)
    return (
        Comment.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality").get(pk=comment.pk)
    )


def _stop_mails(comment: Comment, by: Membership) -> None:
    """Take back what would leave by mail, or may leave once more; what has arrived has arrived."""
    for one in comment.forwardings.filter(status__in=[ForwardingStatus.PLANNED, ForwardingStatus.SENT]):
        if one.status == ForwardingStatus.PLANNED or _may_still_leave(one):
            forwardings.withdraw(one, by=by)


def _may_still_leave(forwarding: Forwarding) -> bool:
    if forwarding.notice_id is None:
        return False
    notice = Notice.objects.select_for_update(no_key=True).get(pk=forwarding.notice_id)
    if notice.status == NoticeStatus.SENDING:
        raise RefusedError(_("En e-post med innholdet sendes akkurat nå. Prøv igjen om litt."))
    return notice.status not in {NoticeStatus.SENT, NoticeStatus.CANCELLED}


@transaction.atomic
def read(comment: Comment, *, by: Membership, attachment: int | None = None) -> Comment:
    """Open the seal for a look, and write in the log that this person did. Returns the comment with its words.

    It is in memory alone, never to be saved. `attachment` is the id of the picture that is looked at.
    """
    if not comment.sealed_at:
        raise RefusedError(_("Innholdet er ikke forseglet."))
    if not sealing.may_read(comment, by):
        raise NotAllowedError(_("Innholdet er forseglet. Spør en leder."))
    more = {} if attachment is None else {"attachment": attachment}
    log.record("comment.view_sealed", subject=comment, by=by, **more)
    return sealing.opened(comment)


@transaction.atomic
def unseal(comment: Comment, *, reason: str, by: Membership) -> None:
    """Break the seal: the words stand again where they stood. A lead does, with a reason that the log keeps."""
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan oppheve en forsegling."))
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise RefusedError(_("Skriv hvorfor forseglingen oppheves."))
    held = _held(comment)
    if not held.sealed_at:
        raise RefusedError(_("Innholdet er ikke forseglet."))
    sealing.break_open(held)
    moves.advance(
        comment, workflow.UNSEAL, by=by, where={"sealed_at__isnull": False}, note={"reason": reason}, sealed_at=None
    )
