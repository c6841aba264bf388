"""A reply that is too long for its channel: the member chooses numbered parts or short notices with a link."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from audit import moves
from inbox import lengths, workflow
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Reply, ReplyPart
from inbox.workflow import ReplyStatus
from team.models import Membership


@transaction.atomic
def choose(reply: Reply, *, choice: str, by: Membership) -> None:
    """Choose how a reply that is too long goes out; "" takes the choice back. Kept until the text fits again."""
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))
    if choice not in {"", *(way.choice for way in lengths.ways_out(reply))}:
        raise RefusedError(_("Denne utveien finnes ikke for svaret slik det er nå."))
    if choice != reply.too_long:
        move = workflow.EDIT_IN_REVIEW if reply.status == ReplyStatus.IN_REVIEW else workflow.SAVE
        moves.advance(reply, move, by=by, too_long=choice)


def choice_for(reply: Reply, text: str) -> str:
    """Return the choice to keep with this text: none once it fits."""
    return reply.too_long if reply.too_long and lengths.is_too_long(reply, text) else ""


def must_fit(reply: Reply) -> None:
    """Refuse a reply of which a text is longer than the channel takes, with the numbers and what can be done."""
    for text in lengths.texts_of(reply):
        if lengths.is_too_long(reply, text):
            count = lengths.length_of(reply, text)
            said = _("Svaret er for langt: %(used)s av %(limit)s tegn.") % {"used": count.used, "limit": count.limit}
            raise RefusedError(f"{said} {_what_helps(reply)}")


def _what_helps(reply: Reply) -> str:
    if lengths.ways_out(reply):
        return _("Velg under svaret hvordan det skal ut, eller kort det ned.")
    return _("Det lar seg ikke dele. Kort det ned.")


def texts_apart(reply: Reply) -> list[str]:
    """Return the texts in which the reply goes out when they are not its own; none when it goes out as written."""
    texts = lengths.texts_of(reply)
    return [] if texts == [reply.text] else texts


def lay_out(reply: Reply, texts: Sequence[str]) -> None:
    """Make the rows in which a reply goes out that was just approved."""
    take_up(reply)
    ReplyPart.objects.bulk_create(
        ReplyPart(reply=reply, channel_id=reply.channel_id, number=number, text=text)
        for number, text in enumerate(texts, 1)
    )


def take_up(reply: Reply) -> None:
    """Drop the rows of a reply that is not on its way any more; what has stood on the platform is kept."""
    reply.parts.filter(external_id="").delete()
