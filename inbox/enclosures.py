"""What a picture or a retold story in a reply asks before it is published: a tick list, and a consent reference.

The rows are the guideline's own (`Check.PICTURES`, `STORIES`, `CONSENT`), with their words and clause. A guideline
without such a row is asked the same by law, without a clause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.store import FileDamagedError, open_stored
from guidelines.duties import Check, Duty, duty_for_check
from guidelines.own_words import said_by
from guidelines.queries import duties_in_force
from inbox.channels.base import Picture, PictureRefusedError
from inbox.models import Reply
from team.models import Municipality


class Tick(StrEnum):
    """A line of the tick list."""

    PROTECTED = "protected"
    CAREFUL = "careful"


CHECK_OF = {Tick.PROTECTED: Check.PICTURES, Tick.CAREFUL: Check.STORIES}
WORDS_OF = {
    Tick.PROTECTED: gettext_lazy("Ingen pasienter, pårørende, barn eller elever kan kjennes igjen på bildet."),
    Tick.CAREFUL: gettext_lazy("Historier om folk, også anonyme, er gjengitt med varsomhet."),
}
BY_LAW = {
    Check.PICTURES: gettext_lazy("Ingen gjenkjennelige på bilder"),
    Check.STORIES: gettext_lazy("Vær varsom med historier om folk"),
    Check.CONSENT: gettext_lazy("Samtykke før opplysninger går videre"),
}


@dataclass(frozen=True)
class Answers:
    """What a person answered in the form about a picture or a story."""

    alt: str = ""
    recognisable: str = ""
    tells_story: bool = False
    ticks: Sequence[str] = ()
    consent: str = ""


@dataclass(frozen=True)
class Asked:
    """One thing that is asked: the words on the screen, and the clause's own title and point ("" for the law)."""

    words: str
    title: str
    point: str
    clause: str
    tick: str = ""
    ticked: bool = False


def ticks_for(reply: Reply | None, municipality: Municipality) -> list[Asked]:
    """Return the tick list: all of it, so that the page can show what a story asks before it is saved."""
    duties, ticked = duties_in_force(municipality), reply.ticks if reply else []
    has_picture = bool(reply and reply.picture_id)
    wanted = [tick for tick in Tick if has_picture or tick is not Tick.PROTECTED]
    return [
        _asked(duties, CHECK_OF[tick], municipality, str(WORDS_OF[tick]), tick=tick, ticked=tick in ticked)
        for tick in wanted
    ]


def consent_for(municipality: Municipality) -> Asked:
    """Return what asks for consent."""
    return _asked(duties_in_force(municipality), Check.CONSENT, municipality, _("Hvor finnes samtykket?"))


def missing_in(reply: Reply) -> list[Asked]:
    """Return what is not answered yet about the reply's picture or story; nothing for a reply with neither."""
    if not reply.picture_id and not reply.tells_story:
        return []
    lacking = [one for one in ticks_for(reply, reply.municipality) if not one.ticked]
    if _lacks_consent(reply):
        lacking.append(consent_for(reply.municipality))
    if reply.picture_id and not reply.picture_alt:
        alt = _("Beskrivelse av bildet, for dem som ikke ser det")
        lacking.insert(0, Asked(alt, alt, "", ""))
    return lacking


def _lacks_consent(reply: Reply) -> bool:
    """A story always has an owner who consented; of a picture it must be said whether anybody can be recognised."""
    if reply.picture_id and not reply.recognisable:
        return True
    return (reply.tells_story or reply.recognisable == Reply.Recognisable.YES) and not reply.consent


def missing_words(reply: Reply) -> str:
    """Return what is missing in one line, each with the clause that asks; "" when nothing is."""
    named = [f"{one.title} ({one.point})" if one.point else one.title for one in missing_in(reply)]
    return ", ".join(named)


def picture_of(reply: Reply) -> Picture | None:
    """Return the reply's picture with its bytes, None when it has none. PictureRefusedError when the bytes are hurt."""
    if reply.picture is None:
        return None
    try:
        with open_stored(reply.picture) as stored:
            data = stored.read()
    except (FileDamagedError, OSError) as problem:
        raise PictureRefusedError(message="the stored picture cannot be read") from problem
    size = reply.picture_width or 1, reply.picture_height or 1
    return Picture(data, reply.picture.media_type, reply.picture_alt, *size)


def _asked(
    duties: Sequence[Duty],
    check: Check,
    municipality: Municipality,
    words: str,
    *,
    tick: str = "",
    ticked: bool = False,
) -> Asked:
    duty = duty_for_check(duties, check)
    title = said_by(municipality, duty.title) if duty else str(BY_LAW[check])
    point = said_by(municipality, duty.point) if duty else ""
    return Asked(words, title, point, duty.clause if duty else "", tick, ticked)
