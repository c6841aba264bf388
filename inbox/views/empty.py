"""What stands where a tab of the queue is empty: why, and what to do next."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inbox import access, queries
from inbox.channel_state import moment_words
from inbox.queue import counts_for
from inbox.queue_choice import Choice
from team.models import Membership

EMPTY = {
    "nye": ("Sun", gettext_lazy("Ingen nye kommentarer")),
    "mine": ("PersonCheckmark", gettext_lazy("Du har ingen kommentarer")),
}


def empty_words(member: Membership, tab: str, choice: Choice) -> dict[str, Any]:
    """Return icon, title and words for an empty tab, and where there is a next step its url and label."""
    if choice.narrows:
        words = _("Fjern et valg for å se flere.")
        return {"icon": "Funnel", "title": _("Ingen kommentarer passer valgene"), "words": words}
    icon, title = EMPTY.get(tab, ("Inbox", _("Ingenting her nå")))
    if tab != "nye":
        return {"icon": icon, "title": title, "words": _("Nye kommentarer kommer av seg selv.")}
    return _nothing_new(member) or {"icon": icon, "title": title, **_all_sorted(member)}


def _nothing_new(member: Membership) -> dict[str, Any] | None:
    """The first days: no channel yet, or nobody has written. In the practice: what is left of it."""
    if member.municipality.is_practice:
        words = _("Se om noen av de fem kommentarene står igjen.")
        return _step("Sun", _("Ingen nye kommentarer"), words, "inbox:practice", _("Oppgavene"))
    channels = [one for one in access.channels_for(member) if one.is_pulled]
    if not channels and member.may_approve:
        words = _("Koble til kommunens første kanal. Så kommer kommentarene hit av seg selv.")
        return _step("Link", _("Ingen kanaler ennå"), words, "inbox:channel_new", _("Koble til en kanal"))
    if not channels:
        words = _("En leder kobler til kanalene. Så lenge kan du øve på fem oppdiktede kommentarer.")
        return _step("Link", _("Ingen kanaler ennå"), words, "inbox:practice", _("Se øvingen"))
    if not any(counts_for(member).values()):
        words = f"{_last_read(member)} {_('Så lenge kan du øve på fem oppdiktede kommentarer.')}".strip()
        return _step("Inbox", _("Ingen kommentarer ennå"), words, "inbox:practice", _("Se øvingen"))
    return None


def _step(icon: str, title: str, words: str, name: str, label: str) -> dict[str, Any]:
    return {"icon": icon, "title": title, "words": words, "url": reverse(name), "label": label}


def _all_sorted(member: Membership) -> dict[str, Any]:
    left = counts_for(member)["skal-besvares"]
    words = f"{_last_read(member)} {_('Nye kommentarer kommer av seg selv.')}".strip()
    if not left:
        return {"words": words}
    label = ngettext("Se den som skal besvares", "Se de %(left)d som skal besvares", left) % {"left": left}
    return {"words": words, "url": reverse("inbox:queue", args=["skal-besvares"]), "label": label}


def _last_read(member: Membership) -> str:
    """When we last pulled, in words; "" before the first time."""
    read_at = queries.last_pull(access.channels_for(member))
    return _("Sist hentet %(when)s.") % {"when": moment_words(read_at)} if read_at else ""
