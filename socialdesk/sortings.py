"""How sortings and flags look: words, colour and icon in one place. Colour never stands alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guidelines.vocabulary import Flag, Sorting


@dataclass(frozen=True)
class Look:
    """What a sorting or a flag looks like. `colour` is a `data-color`, `icon` a name in scripts/build_icons.py."""

    value: str
    label: Promise
    colour: str
    icon: str
    hint: Promise | str = ""
    key: str = ""


SORTINGS = (
    Look(Sorting.PRAISE.value, _("Ros"), "success", "ThumbUp", _("Si takk"), "1"),
    Look(Sorting.NEUTRAL.value, _("Nøytral"), "neutral", "Chat", _("Svar hvis den er til oss"), "2"),
    Look(Sorting.NEGATIVE.value, _("Negativ"), "warning", "FaceFrown", _("Svar alltid"), "3"),
    Look(Sorting.FACTUAL_ERROR.value, _("Faktafeil"), "info", "MagnifyingGlassCheckmark", _("Rett med kilde"), "4"),
    Look(Sorting.CASE_HANDLING.value, _("Saksbehandling"), "plum", "Briefcase", _("Arkiveres alltid"), "5"),
)

FLAGS = (
    Look(Flag.URGENT.value, _("Akutt"), "danger", "ExclamationmarkTriangle"),
    Look(Flag.PERSONAL_DATA.value, _("Personopplysninger"), "danger", "ShieldLock"),
    Look(Flag.HEALTH_DATA.value, _("Helseopplysninger"), "danger", "ShieldLock"),
    Look(Flag.THREAT.value, _("Trussel"), "danger", "XMarkOctagon"),
    Look(Flag.POLITICAL.value, _("Politisk"), "warning", "Branching"),
    Look(Flag.ABOUT_PERSON.value, _("Om en person"), "warning", "PersonCircle"),
    Look(Flag.PRESS.value, _("Presse"), "info", "Newspaper"),
    Look(Flag.ACCESS_REQUEST.value, _("Innsynskrav"), "plum", "FileText"),
    Look(Flag.COMPLAINT.value, _("Klage"), "plum", "GavelSoundBlock"),
    Look("not_to_us", _("Ikke til oss"), "neutral", "ArrowForward"),
)

LOOKS = {look.value: look for look in (*SORTINGS, *FLAGS)}


def look_of(value: str) -> Look:
    """Return the look of a sorting or flag, in any case of letters. KeyError when there is no such thing."""
    return LOOKS[str(value).lower()]
