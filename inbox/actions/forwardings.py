"""What a person can do about passing a question on: plan it, send it, take it back, note the receipt and the answer."""

from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit import log, moves
from inbox import forwarding as outdoor
from inbox import sealing, workflow
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Comment, Forwarding, OutsideBody
from inbox.workflow import CommentStatus, ForwardingStatus
from notices import actions as mail
from notices.errors import NoticeError
from notices.workflow import NoticeStatus
from team.models import Membership, Unit


def _must_answer(by: Membership) -> None:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))


@transaction.atomic
def plan(comment: Comment, *, to: Unit | OutsideBody | None, by: Membership, remark: str = "") -> Forwarding | None:
    """Choose who the question belongs to (guideline point 5); None takes a plan back.

    It goes out with the publishing. When nothing more is published, or the law asks for the same day, it goes at once.
    """
    _must_answer(by)
    if comment.status == CommentStatus.OURS:
        raise RefusedError(_("Dette har kommunen skrevet selv."))
    held = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    planned = outdoor.planned_for(comment)
    if to is None:
        if planned:
            withdraw(planned, by=by)
        return None
    if held.sealed_at:
        raise RefusedError(sealing.instead_of_mail(held))
    _must_be_ours(comment, to)
    forwarding = _change(planned, to, remark, by) if planned else _begin(comment, to, remark, by)
    send_if_due(comment, by=by)
    forwarding.refresh_from_db()
    return forwarding


@transaction.atomic
def phone(comment: Comment, *, to: Unit | OutsideBody, name: str, by: Membership) -> Forwarding:
    """Note that the question of a sealed comment was handed over by phone, and who took it: no mail, no words."""
    _must_answer(by)
    if not Comment.objects.select_for_update(no_key=True).get(pk=comment.pk).sealed_at:
        raise RefusedError(_("Innholdet er ikke forseglet. Videresend det på vanlig måte."))
    if not name.strip():
        raise RefusedError(_("Skriv hvem du snakket med."))
    _must_be_ours(comment, to)
    forwarding, now = _begin(comment, to, "", by), timezone.now()
    moves.advance(forwarding, workflow.PHONE, by=by, sent_at=now, received_at=now, received_by=name.strip()[:100])
    return forwarding


def _must_be_ours(comment: Comment, to: Unit | OutsideBody) -> None:
    if to.municipality_id != comment.municipality_id or not to.is_active:
        raise RefusedError(_("Velg en av kommunens enheter, eller en godkjent mottaker."))
    sent = Forwarding.objects.filter(comment=comment, status__in=[ForwardingStatus.SENT, ForwardingStatus.RECEIVED])
    if sent.filter(**_to(to)).exists():
        raise RefusedError(_("Spørsmålet er allerede sendt til %(name)s.") % {"name": to.name})


def _to(to: Unit | OutsideBody) -> dict[str, Any]:
    is_unit = isinstance(to, Unit)
    return {"unit": to if is_unit else None, "outside_body": None if is_unit else to}


def _begin(comment: Comment, to: Unit | OutsideBody, remark: str, by: Membership) -> Forwarding:
    forwarding = Forwarding.objects.create(
        municipality=comment.municipality,
        comment=comment,
        legal_basis=to.legal_basis,
        remark=remark.strip(),
        planned_by=by,
        **_to(to),
    )
    log.record(
        "forwarding.plan",
        subject=forwarding,
        by=by,
        comment=comment.pk,
        unit=forwarding.unit_id,
        outside_body=forwarding.outside_body_id,
    )
    return forwarding


def _change(planned: Forwarding, to: Unit | OutsideBody, remark: str, by: Membership) -> Forwarding:
    moves.advance(
        planned, workflow.CHANGE_RECIPIENT, by=by, legal_basis=to.legal_basis, remark=remark.strip(), **_to(to)
    )
    return planned


@transaction.atomic
def send_if_due(comment: Comment, *, by: Membership) -> None:
    """Send what is planned for the comment when it waits for nothing more; called after acts that may change that."""
    if outdoor.must_go_now(comment):
        outdoor.send_planned(comment, by=by)


@transaction.atomic
def send(forwarding: Forwarding, *, by: Membership) -> None:
    """Videresend nå: do not wait for the publishing."""
    _must_answer(by)
    try:
        outdoor.send(forwarding, by=by)
    except NoticeError as error:
        raise RefusedError(str(error)) from error


@transaction.atomic
def send_again(forwarding: Forwarding, *, by: Membership) -> None:
    """Send the question with a new link; the old one stops working."""
    _must_answer(by)
    try:
        outdoor.send_again(forwarding, by=by)
    except NoticeError as error:
        raise RefusedError(str(error)) from error


@transaction.atomic
def withdraw(forwarding: Forwarding, *, by: Membership) -> None:
    """Take a forwarding back. A mail that has left is followed by one that says so; the link stops working."""
    _must_answer(by)
    was_sent = forwarding.status == ForwardingStatus.SENT
    moves.advance(forwarding, workflow.WITHDRAW, by=by, token_hash="", token_expires_at=None)
    if was_sent and not _stopped(forwarding, by):
        _say_withdrawn(forwarding, by)


def _stopped(forwarding: Forwarding, by: Membership) -> bool:
    """Stop the mail if it has not left; tell whether that went well."""
    notice = forwarding.notice
    if notice is None or notice.status in {NoticeStatus.SENT, NoticeStatus.SENDING}:
        return False
    try:
        with transaction.atomic():
            mail.cancel(notice, by=by)
    except moves.IllegalMoveError:
        return False
    # An unclear mail may have arrived, and so may an earlier one of several.
    return notice.attempt == 0 and forwarding.sendings == 1


def _say_withdrawn(forwarding: Forwarding, by: Membership) -> None:
    town = forwarding.municipality
    with translation.override(town.written_language):
        sent = date_format(timezone.localtime(forwarding.sent_at or timezone.now()), "SHORT_MOMENT_FORMAT")
        mail.queue(
            town,
            kind="forwarding.withdraw",
            to=forwarding.recipient_email,
            subject=_("Trukket tilbake: spørsmål fra sosiale medier – %(name)s") % {"name": town.name},
            body=_(
                "Spørsmålet som ble sendt dere %(at)s, er trukket tilbake. Dere trenger ikke gjøre noe, "
                "og lenken for å bekrefte mottaket virker ikke lenger."
            )
            % {"at": sent},
            key=f"forwarding.withdraw:{forwarding.key}",
            by=by,
        )


@transaction.atomic
def register_receipt(forwarding: Forwarding, *, name: str, by: Membership | None = None) -> None:
    """Note that the recipient has it: by their own link (`by` None, the link is used up) or by a team member."""
    if by:
        _must_answer(by)
    if not name.strip():
        raise RefusedError(_("Skriv navnet på den som bekrefter."))
    moves.advance(
        forwarding,
        workflow.RECEIVE,
        by=by,
        where=None if by else {"token_hash": forwarding.token_hash, "token_expires_at__gt": timezone.now()},
        note={"via": "hand" if by else "link"},
        received_at=timezone.now(),
        received_by=name.strip()[:100],
        token_hash="",
        token_expires_at=None,
    )


@transaction.atomic
def record_answer(forwarding: Forwarding, *, answer: str, by: Membership) -> None:
    """Note what the recipient answered; that they answered is receipt enough."""
    _must_answer(by)
    if not answer.strip():
        raise RefusedError(_("Skriv hva mottakeren svarte."))
    now = timezone.now()
    moves.advance(
        forwarding,
        workflow.RECORD_ANSWER,
        by=by,
        answer=answer.strip(),
        answered_at=now,
        received_at=forwarding.received_at or now,
        token_hash="",
        token_expires_at=None,
    )
