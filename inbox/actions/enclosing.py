"""A picture in a reply: attached, taken out, and refused while what it asks is unanswered."""

from io import BytesIO
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import moves
from files import pictures, store
from inbox import abilities, workflow
from inbox.actions import versions
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.enclosures import Answers, Tick, missing_in, missing_words
from inbox.models import Comment, Reply
from inbox.rights import may_send_pictures
from inbox.workflow import ReplyStatus
from team.models import Membership

MOST_BYTES = 15 * 1024 * 1024
OPEN = {ReplyStatus.DRAFT, ReplyStatus.IN_REVIEW}
NO_PICTURE: dict[str, Any] = {
    "picture": None,
    "picture_alt": "",
    "picture_width": None,
    "picture_height": None,
    "recognisable": "",
}


def changes_for(reply: Reply, answers: Answers) -> dict[str, Any]:
    """Return the reply's fields as answered; what is asked of a picture is kept only where there is one."""
    asked = {Tick.CAREFUL} if answers.tells_story else set()
    asked |= set(Tick) if reply.picture_id else set()
    return {
        "picture_alt": answers.alt.strip() if reply.picture_id else "",
        "recognisable": answers.recognisable if reply.picture_id else "",
        "tells_story": answers.tells_story,
        "ticks": [tick.value for tick in Tick if tick in asked and tick.value in answers.ticks],
        "consent": answers.consent.strip() if asked else "",
    }


@transaction.atomic
def attach(reply: Reply, file: IO[bytes] | None, *, size: int, by: Membership) -> None:
    """Put a picture into the draft, drawn anew: no place, camera or whatever else lay in the file goes out.

    `size` is the file's, in bytes. The answers about an earlier picture do not hold for this one.
    """
    _must_edit(reply, by)
    if why := why_no_picture(reply.comment, reply.place):
        raise RefusedError(why)
    copy = _clean(file, size)
    stored = store.put(BytesIO(copy.data), municipality_id=reply.municipality_id, media_type=copy.media_type)
    changes = {
        **NO_PICTURE,
        "picture": stored,
        "picture_width": copy.width,
        "picture_height": copy.height,
        "ticks": [],
    }
    versions.keep(reply, changes, by=by)
    moves.advance(reply, workflow.ENCLOSE, by=by, **changes)


@transaction.atomic
def take_out(reply: Reply, *, by: Membership) -> None:
    """Take the picture out of the draft, with what was answered about it; a story keeps its own answers."""
    _must_edit(reply, by)
    if reply.picture_id is None:
        raise RefusedError(_("Svaret har ikke noe bilde."))
    keeps = {"ticks": [one for one in reply.ticks if one != Tick.PROTECTED], "consent": reply.consent}
    changes = {**NO_PICTURE, **(keeps if reply.tells_story else {"ticks": [], "consent": ""})}
    versions.keep(reply, changes, by=by)
    moves.advance(reply, workflow.TAKE_OUT, by=by, **changes)


def why_no_picture(comment: Comment, place: str) -> str:
    """Return why a reply to the comment cannot carry a picture there; "" when it can."""
    if not abilities.capabilities_of(comment.channel).picture:
        return _("%(platform)s tar ikke imot bilder i svar herfra.") % {
            "platform": comment.channel.get_platform_display()
        }
    if not may_send_pictures(comment.channel.platform, comment.channel.scopes):
        return _("Kanalen har ikke lov til å legge ved bilder. En leder kan koble den til på nytt og be om det.")
    if place == Reply.Place.PRIVATE:
        return _("Et privat svar kan ikke ha bilde.")
    return ""


def refuse_unanswered(reply: Reply) -> None:
    """Refuse a reply whose picture cannot go out, or whose picture or story lacks an answer, clause by clause."""
    if reply.picture_id and (why := why_no_picture(reply.comment, reply.place)):
        raise RefusedError(f"{why} {_('Fjern bildet først.')}")
    if missing_in(reply):
        about = _("Bildet") if reply.picture_id else _("Historien i svaret")
        raise RefusedError(
            _("%(about)s kan ikke publiseres ennå. Mangler: %(missing)s.")
            % {"about": about, "missing": missing_words(reply)}
        )


def _must_edit(reply: Reply, by: Membership) -> None:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))
    if reply.status not in OPEN:
        raise RefusedError(_("Svaret er ikke lenger et utkast."))
    if reply.status == ReplyStatus.IN_REVIEW and not by.may_approve and by.pk != reply.author_id:
        raise NotAllowedError(_("Svaret er til godkjenning. Bare en leder eller den som skrev det kan rette det nå."))


def _clean(file: IO[bytes] | None, size: int) -> pictures.Copy:
    if file is None or size == 0:
        raise RefusedError(_("Velg et bilde først."))
    if size > MOST_BYTES:
        raise RefusedError(_("Bildet er større enn 15 MB. Velg et mindre, eller lagre det i lavere kvalitet."))
    try:
        return pictures.sent_copy(file)
    except pictures.NotAPictureError as problem:
        raise RefusedError(_("Filen er ikke et bilde vi kan lese. Bruk JPEG, PNG, WebP eller GIF.")) from problem
    except pictures.TooManyPixelsError as problem:
        raise RefusedError(_("Bildet er for stort til å sendes. Gjør det mindre, og prøv igjen.")) from problem
