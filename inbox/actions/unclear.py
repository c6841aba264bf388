"""What a lead does with a reply that came out unclearly, or only in part: it stands there, go on, or delete it."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import moves
from audit.wake import wake
from inbox import forwarding, publishing, tasks, workflow
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.channels.base import Capabilities, Published
from inbox.models import Reply
from inbox.workflow import ReplyStatus
from team.models import Membership


def _must_settle(by: Membership) -> None:
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan avklare dette."))


@transaction.atomic
def settle_found(reply: Reply, *, permalink: str, by: Membership) -> None:
    """A person has seen that the unclear text stands on the platform: its address there ends with its id.

    Of a reply in parts that is the part which was on its way; the next one follows.
    """
    _must_settle(by)
    external_id = permalink.rstrip("/").rpartition("/")[2]
    if not external_id:
        raise RefusedError(_("Lim inn adressen til svaret på plattformen."))
    piece = publishing.next_piece(reply, Capabilities())
    found = Published(external_id, permalink, timezone.now())
    rows = Reply.objects.filter(pk=reply.pk)
    try:
        with transaction.atomic():
            settled = publishing.stands(rows, piece, found, by=by, last=workflow.FOUND, between=workflow.FOUND_PART)
    except IntegrityError as error:
        raise RefusedError(_("Adressen er alt registrert for noe annet. Lim inn adressen til dette.")) from error
    if settled is None:
        raise RefusedError(_("Svaret er allerede avklart."))
    if settled.status == ReplyStatus.APPROVED:
        wake(tasks.publish_reply, reply.pk)
        return
    if settled.is_awaited:
        moves.advance(settled.comment, workflow.ANSWERED, by=by)
        forwarding.send_planned(settled.comment, by=by)


@transaction.atomic
def send_again(reply: Reply, *, by: Membership) -> None:
    """Send the unclear text once more, and then what is left: it does not stand there, or its hindrance is gone.

    It is looked for first all the same.
    """
    _must_settle(by)
    moves.advance(
        reply, workflow.SEND_AGAIN, by=by, publish_after=timezone.now(), attempt=1, lease_until=None, problem=""
    )
    wake(tasks.publish_reply, reply.pk)


@transaction.atomic
def take_down(reply: Reply, *, by: Membership) -> None:
    """Delete the parts that stand on the platform; the reply is a draft again when they are gone."""
    _must_settle(by)
    if not reply.standing_parts:
        raise RefusedError(_("Ingen del av svaret står på plattformen."))
    moves.advance(reply, workflow.TAKE_DOWN, by=by, problem="")
    wake(tasks.take_down_reply, reply.pk)
