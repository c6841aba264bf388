"""What can be done to a mail: put it in the outbox, stop it, and settle one that went wrong."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log, moves
from audit.log import OutsideTransactionError
from audit.wake import wake
from notices import tasks, workflow
from notices.addresses import message_id_for
from notices.errors import NoticeError
from notices.models import Notice
from team.models import Membership, Municipality

PATIENCE = timedelta(hours=48)
LONGEST_KEY = 200


def queue(
    municipality: Municipality,
    *,
    kind: str,
    to: str,
    subject: str,
    body: str,
    key: str,
    reply_to: str = "",
    send_after: datetime | None = None,
    by: Membership | None = None,
) -> Notice:
    """Put a mail in the outbox, inside the caller's transaction; it leaves after the commit.

    `key` names the mail (at most 200 characters): with a key that has been used the first row is returned and nothing
    new is sent, whatever the other arguments say. `kind` is a short noun.verb. Raises NoticeError for what cannot be
    sent, ValueError for a key that cannot name one, and OutsideTransactionError.
    """
    if not connection.in_atomic_block:
        raise OutsideTransactionError("notice.queue")
    if not 0 < len(key) <= LONGEST_KEY:
        raise ValueError(f"The key of a mail has 1 to {LONGEST_KEY} characters.")
    for address in filter(None, [to, reply_to]):
        _check_address(address)
    _check_text(subject, body)
    start = send_after or timezone.now()
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "municipality": municipality,
            "kind": kind,
            "message_id": message_id_for(key, municipality),
            "to": to,
            "subject": subject.strip(),
            "body": body,
            "body_hash": log.content_hash(body),
            "reply_to": reply_to,
            "send_after": start,
            "give_up_at": start + PATIENCE,
        },
    )
    if is_new:
        log.record("notice.queue", subject=notice, by=by, kind=kind, key_hash=log.content_hash(key))
        wake(tasks.send_notice, notice.pk)
    return notice


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise NoticeError(_("E-postadressen er ikke gyldig.")) from error


def _check_text(subject: str, body: str) -> None:
    if not subject.strip() or len(subject) > LONGEST_KEY or any(sign in subject for sign in "\r\n"):
        raise NoticeError(_("Emnet må være én linje med høyst 200 tegn."))
    if not body.strip():
        raise NoticeError(_("E-posten er tom."))


@transaction.atomic
def cancel(notice: Notice, *, by: Membership | None) -> None:
    """Stop a mail that has not been sent, or that went wrong. Raises IllegalMoveError when it is being sent, or is."""
    moves.advance(notice, workflow.CANCEL, by=by, body="", problem="")


@transaction.atomic
def send_again(notice: Notice, *, by: Membership) -> None:
    """Try once more, with the same Message-ID: a person has changed what was wrong, or knows that it did not arrive."""
    _must_lead(by)
    now = timezone.now()
    moves.advance(
        notice,
        workflow.SEND_AGAIN,
        by=by,
        send_after=now,
        give_up_at=now + PATIENCE,
        unclear=0,
        lease_until=None,
        problem="",
    )
    wake(tasks.send_notice, notice.pk)


@transaction.atomic
def settle_arrived(notice: Notice, *, by: Membership) -> None:
    """A person has asked the recipient: the mail that was unclear did arrive."""
    _must_lead(by)
    moves.advance(notice, workflow.ARRIVED, by=by, sent_at=timezone.now(), body="", problem="")


def _must_lead(by: Membership) -> None:
    if not by.may_approve:
        raise NoticeError(_("Bare en leder kan avklare dette."))
