"""The out-door of a question that belongs to somebody else: a mail with a receipt link, and the reminder to the lead.

Everything here runs inside the caller's transaction; the mail itself leaves through the outbox (`notices`) after the
commit, so a forwarding is sent exactly when the act that releases it is.
"""

import logging
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit import moves
from guidelines.duties import DutyKind, Flag, obligations_for
from guidelines.queries import duties_in_force
from inbox import sealing, workflow
from inbox.models import Comment, Forwarding, token_hash
from inbox.obligations import facts_of
from inbox.workflow import CommentStatus, ForwardingStatus
from notices.actions import cancel, queue
from notices.errors import NoticeError
from notices.models import Notice
from notices.workflow import CANCEL
from team.models import Membership, Role
from team.working_days import after_working_days

log = logging.getLogger(__name__)
LINK_LASTS = timedelta(days=30)
RECEIPT_WITHIN = 2  # working days before the lead is told


class SealedError(NoticeError):
    """What is sealed leaves by no mail; str() is what to do instead."""


def must_go_now(comment: Comment) -> bool:
    """Tell whether a forwarding of this comment waits for nothing: nothing more is published, or the law says today."""
    return comment.status == CommentStatus.DONE or is_same_day(comment)


def is_same_day(comment: Comment) -> bool:
    """Tell whether a duty asks that the comment is forwarded the same day (a request for access, a complaint)."""
    asked = obligations_for(duties_in_force(comment.municipality), facts_of(comment))
    return any(one.kind == DutyKind.FORWARD and one.duty.same_day for one in asked)


def planned_for(comment: Comment) -> Forwarding | None:
    """Return the forwarding that waits to be sent, locked, if there is one."""
    waiting = Forwarding.objects.filter(comment=comment, status=ForwardingStatus.PLANNED)
    return (
        waiting.select_for_update(no_key=True, of=("self",))
        .select_related("unit", "outside_body", "comment", "municipality")
        .first()
    )


@transaction.atomic
def send_planned(comment: Comment, *, by: Membership | None) -> None:
    """Send what was planned for the comment, if anything. An address that cannot be used holds nothing else up: the
    forwarding stays planned and stands in Venter på kvittering until somebody corrects the recipient."""
    Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)  # before its forwarding, as everywhere
    planned = planned_for(comment)
    if planned is None:
        return
    try:
        with transaction.atomic():
            send(planned, by=by)
    except NoticeError:
        log.warning("Forwarding %s: its recipient has no usable address", planned.pk)


@transaction.atomic
def send(forwarding: Forwarding, *, by: Membership | None) -> None:
    """Put the mail in the outbox.

    Raises NoticeError (bad address, or SealedError), IllegalMoveError (it is sent or withdrawn).
    """
    _must_not_be_sealed(forwarding)
    now = timezone.now()
    token = secrets.token_urlsafe(32)
    moves.advance(
        forwarding,
        workflow.FORWARD,
        by=by,
        sent_at=now,
        chase_at=after_working_days(now, RECEIPT_WITHIN),
        text=forwarding.comment.text,
        recipient_email=forwarding.recipient.email,
        notice=_mail(forwarding, token, number=1, by=by),
        sendings=1,
        **_link(token),
    )


@transaction.atomic
def send_again(forwarding: Forwarding, *, by: Membership) -> None:
    """Send the same question with a new link, to the address the recipient has now; the old link stops working."""
    _must_not_be_sealed(forwarding)
    token = secrets.token_urlsafe(32)
    number = forwarding.sendings + 1
    if forwarding.notice and forwarding.notice.status in CANCEL.sources:
        cancel(forwarding.notice, by=by)  # its link is dead: nobody should send it again by hand
    moves.advance(
        forwarding,
        workflow.FORWARD_AGAIN,
        by=by,
        where={"sendings": forwarding.sendings},
        recipient_email=forwarding.recipient.email,
        notice=_mail(forwarding, token, number=number, by=by),
        sendings=number,
        **_link(token),
    )


def _must_not_be_sealed(forwarding: Forwarding) -> None:
    """Hold the comment and read it as it stands now; refuse when it is sealed."""
    comments = Comment.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality")
    forwarding.comment = comments.get(pk=forwarding.comment_id)
    if forwarding.comment.sealed_at:
        raise SealedError(sealing.instead_of_mail(forwarding.comment))


def _link(token: str) -> dict[str, Any]:
    return {"token_hash": token_hash(token), "token_expires_at": timezone.now() + LINK_LASTS}


def _mail(forwarding: Forwarding, token: str, *, number: int, by: Membership | None) -> Notice:
    town = forwarding.municipality
    with translation.override(town.written_language):
        return queue(
            town,
            kind="forwarding.send",
            to=forwarding.recipient.email,
            subject=_subject(forwarding),
            body=_body(forwarding, token),
            key=f"forwarding.send:{forwarding.key}:{number}",
            reply_to=town.enquiry_email,
            by=by,
        )


def _subject(forwarding: Forwarding) -> str:
    """Return a subject without the sender's words: subjects stand in lists, notifications and other systems' logs."""
    flags = forwarding.comment.flags
    if Flag.ACCESS_REQUEST in flags:
        kind = _("Innsynskrav fra sosiale medier")
    elif Flag.COMPLAINT in flags:
        kind = _("Klage fra sosiale medier")
    else:
        kind = _("Spørsmål fra sosiale medier")
    return f"{kind} – {forwarding.municipality.name}"


def own_words(comment: Comment) -> str:
    """Return what the law asks of the recipient for a request for access or a complaint, "" for a plain question."""
    said = []
    if Flag.ACCESS_REQUEST in comment.flags:
        said.append(
            _(
                "Avsenderen krever innsyn. Kravet skal avgjøres uten ugrunnet opphold (offentleglova § 29). "
                "Avsenderen trenger ikke sende det på nytt."
            )
        )
    if Flag.COMPLAINT in comment.flags:
        said.append(
            _(
                "Avsenderen klager. Vurder klagefristen ut fra når kommentaren ble skrevet (forvaltningsloven § 29). "
                "Avsenderen trenger ikke sende klagen på nytt."
            )
        )
    return "\n\n".join(said)


def _body(forwarding: Forwarding, token: str) -> str:
    """Return the mail: the one comment with its link, never the thread; the name as shown, never a guessed person."""
    comment = forwarding.comment
    written = date_format(timezone.localtime(comment.posted_at), "SHORT_MOMENT_FORMAT")
    parts = [
        _("%(name)s har fått et spørsmål i sosiale medier som hører til hos %(recipient)s.")
        % {"name": forwarding.municipality.name, "recipient": forwarding.recipient.name},
        own_words(comment),
        _("%(author)s skrev %(at)s:") % {"author": comment.author, "at": written},
        "\n".join(f"> {line}" for line in comment.text.splitlines()),
        comment.permalink,
        _("Fra den som videresender: %(remark)s") % {"remark": forwarding.remark} if forwarding.remark else "",
        _("Grunnlag for å sende det videre: %(basis)s") % {"basis": forwarding.legal_basis}
        if forwarding.legal_basis
        else "",
        _("Bekreft at dere har mottatt det (lenken virker én gang, i 30 dager):"),
        settings.SITE_URL + reverse("inbox:receipt", args=[token]),
    ]
    return "\n\n".join(part for part in parts if part)


def chase() -> int:
    """Tell the leads once of each forwarding without a receipt after two working days. Returns how many there were."""
    late = _to_chase()
    for forwarding in late:
        _tell_leads(forwarding)
    return len(late)


def _to_chase() -> QuerySet[Forwarding]:
    late = Forwarding.objects.filter(status=ForwardingStatus.SENT, chased_at__isnull=True, chase_at__lte=timezone.now())
    return late.select_related("municipality", "unit", "outside_body").order_by("chase_at", "pk")[:200]


@transaction.atomic
def _tell_leads(forwarding: Forwarding) -> None:
    mine = Forwarding.objects.filter(pk=forwarding.pk, chased_at__isnull=True)
    if not moves.advance_where(mine, workflow.CHASE, chased_at=timezone.now()):
        return  # a second sweep was first
    town = forwarding.municipality
    leads = Membership.objects.current().filter(municipality=town, role=Role.LEAD).select_related("user")
    for lead in leads:
        with translation.override(lead.user.language):
            queue(
                town,
                kind="forwarding.chase",
                to=lead.user.email,
                subject=_("Ingen kvittering fra %(recipient)s") % {"recipient": forwarding.recipient.name},
                body=_(
                    "Et spørsmål ble videresendt til %(recipient)s for to virkedager siden, "
                    "og mottaket er ikke bekreftet."
                )
                % {"recipient": forwarding.recipient.name}
                + f"\n\n{settings.SITE_URL}{reverse('inbox:receipts')}",
                key=f"forwarding.chase:{forwarding.key}:{lead.pk}",
            )
