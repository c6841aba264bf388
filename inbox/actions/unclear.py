"""What a lead does with a reply that came out unclearly, or only in part: it stands there, go on, or delete it."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import moves
from audit.wake import wake
from inbox import following, publishing, tasks, workflow
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.channels.base import AuthExpiredError, ChannelError, PermissionMissingError
from inbox.models import Reply
from inbox.recognising import Standing, is_taken, standing_at
from inbox.workflow import ReplyStatus
from team.models import Membership

TAKEN = gettext_lazy("Adressen er alt registrert for noe annet. Lim inn adressen til dette.")


def _must_settle(by: Membership) -> None:
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan avklare dette."))


def settle_found(reply: Reply, *, permalink: str, by: Membership) -> None:
    """A person has seen that the unclear text stands on the platform, and gives its address or id there.

    The platform is asked for it first: what is not ours, or not in the thread, is refused. Of a reply in parts that is
    the part which was on its way; the next one follows.
    """
    _must_settle(by)
    reply = Reply.objects.select_related("comment__post", "channel").get(pk=reply.pk)
    if reply.status != ReplyStatus.UNCLEAR:
        raise RefusedError(_("Svaret er allerede avklart."))
    try:
        standing = standing_at(reply, permalink)
    except ChannelError as error:
        raise RefusedError(_cannot_ask(error)) from error
    if standing is None:
        raise RefusedError(
            _(
                "Vi fant ikke noe kommunen har skrevet på den adressen, i tråden til kommentaren. Åpne svaret på "
                "plattformen, kopier adressen derfra, og prøv igjen. Står det ikke der, kan det sendes på nytt."
            )
        )
    _settle_standing(reply, standing, by)


def _cannot_ask(error: ChannelError) -> str:
    if isinstance(error, AuthExpiredError | PermissionMissingError):
        return _("Kanalen er frakoblet, så vi kan ikke se etter svaret. Koble den til på nytt, og prøv igjen.")
    return _("Plattformen svarte ikke da vi så etter svaret. Prøv igjen om litt. Ingenting er endret.")


@transaction.atomic
def _settle_standing(reply: Reply, standing: Standing, by: Membership) -> None:
    following.hold(reply)
    rows = Reply.objects.filter(pk=reply.pk, version=reply.version)  # nobody settled it while we looked
    found, moved = standing.published, {"last": workflow.FOUND, "between": workflow.FOUND_PART}
    if is_taken(reply, found.external_id):
        raise RefusedError(str(TAKEN))
    try:
        with transaction.atomic():
            settled = publishing.stands(rows, standing.piece, found, by=by, **moved)
    except IntegrityError as error:
        raise RefusedError(str(TAKEN)) from error
    if settled is None:
        raise RefusedError(_("Svaret er allerede avklart."))
    if settled.status == ReplyStatus.APPROVED:
        wake(tasks.publish_reply, reply.pk)
        return
    following.finish(settled, by=by)


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
