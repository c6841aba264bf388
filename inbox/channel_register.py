"""What the register says of a channel and what it lacks, how the channel stands, and what was done with it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit import log
from inbox.models import Channel
from inbox.models.channel import WITHOUT_ACCOUNT
from inbox.rights import Right, missing_rights
from team.models import Membership

# Risk assessments are looked over each year (digdir's advice for social media); older ones are named.
ASSESSED_WITHIN_DAYS = 365
ASKED = {
    "owner": gettext_lazy("Hvem som eier kanalen"),
    "purpose": gettext_lazy("Hva kanalen er til"),
    "approved_by": gettext_lazy("Hvem som har godkjent den"),
    "approved_on": gettext_lazy("Når den ble godkjent"),
    "risk_assessed_on": gettext_lazy("Når den ble risikovurdert"),
}
ACTS = {
    "channel.change": gettext_lazy("endret registeret"),
    "channel.connect": gettext_lazy("koblet til kanalen"),
    "channel.reconnect": gettext_lazy("koblet til kanalen på nytt"),
    "channel.disconnect": gettext_lazy("koblet fra kanalen"),
    "channel.pause": gettext_lazy("satte kanalen på pause"),
    "channel.resume": gettext_lazy("tok kanalen av pause"),
}
FIELDS = {
    "name": gettext_lazy("navn"),
    "owner": gettext_lazy("eier"),
    "purpose": gettext_lazy("formål"),
    "approved_by": gettext_lazy("godkjent av"),
    "approved_on": gettext_lazy("godkjent dato"),
    "risk_assessed_on": gettext_lazy("risikovurdert dato"),
}
LINES = 50


@dataclass(frozen=True)
class State:
    """How a channel stands, in one word and what to know of it."""

    word: str | Promise
    colour: str
    icon: str
    about: str | Promise = ""


@dataclass(frozen=True)
class Line:
    """One line of the channel's log: who ("" = SocialDesk), what, when, and about what."""

    name: str
    words: str
    at: datetime
    detail: str


def missing_in_register(channel: Channel) -> list[str]:
    """Return what the register lacks, in words; a risk assessment older than a year is named too."""
    missing = [str(words) for name, words in ASKED.items() if not getattr(channel, name)]
    assessed = channel.risk_assessed_on
    if assessed and (timezone.localdate() - assessed).days > ASSESSED_WITHIN_DAYS:
        missing.append(_("En ny risikovurdering: den forrige er mer enn et år gammel"))
    return missing


def rights_lacking(channel: Channel) -> list[Right]:
    """Return the rights that were not given when the channel was connected."""
    return missing_rights(channel.platform, channel.scopes)


def state_of(channel: Channel) -> State:
    """Return how the channel stands: what must be done first goes first."""
    if channel.is_manual:
        return State(_("Skrives inn for hånd"), "neutral", "NotePencil")
    if not channel.token and channel.platform not in WITHOUT_ACCOUNT:
        return State(_("Frakoblet"), "danger", "XMarkOctagon", _("Nye kommentarer leses ikke inn."))
    if not channel.is_active:
        return State(_("På pause"), "warning", "Hourglass", _("Nye kommentarer leses ikke inn før du fortsetter."))
    if channel.problem == Channel.Problem.TOKEN:
        return State(_("Frakoblet"), "danger", "XMarkOctagon", Channel.Problem.TOKEN.label)
    if lacking := rights_lacking(channel):
        about = ngettext("%(count)s rettighet mangler.", "%(count)s rettigheter mangler.", len(lacking))
        return State(_("Ikke helt tilkoblet"), "warning", "ExclamationmarkTriangle", about % {"count": len(lacking)})
    if channel.problem:
        return State(_("Trenger tilsyn"), "warning", "ExclamationmarkTriangle", channel.get_problem_display())
    return State(_("I drift"), "success", "CheckmarkCircleFill")


def access_in_words(channel: Channel) -> str:
    """Return until when we may speak for the account."""
    if channel.platform in WITHOUT_ACCOUNT:
        return _("Krever ingen tilgang")
    if not channel.token:
        return _("Ingen")
    if channel.refresh_token or channel.platform == Channel.Platform.BLUESKY:
        return _("Fornyes automatisk")
    if not channel.token_expires_at:
        return _("Utløper ikke")
    days = (channel.token_expires_at - timezone.now()).days
    if days < 0:
        return _("Utløpt")
    return ngettext("Utløper om %(days)s dag", "Utløper om %(days)s dager", days) % {"days": days}


def history_of(channel: Channel) -> list[Line]:
    """Return what was done with the channel, newest first, at most 50 lines."""
    events = list(log.history(channel).order_by("-id")[:LINES])
    actors = {event.actor_id for event in events if event.actor_id}
    members = Membership.objects.filter(municipality_id=channel.municipality_id, user_id__in=actors)
    names = {member.user_id: member.user.name for member in members.select_related("user")}
    return [
        Line(
            names.get(event.actor_id or 0, ""),
            str(ACTS.get(event.action, event.action)),
            event.at,
            str(FIELDS.get(event.data.get("field", ""), "")),
        )
        for event in events
    ]
