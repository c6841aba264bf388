"""What every page's frame shows: who, where, the menu and its counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive import queries as archive_queries
from inbox import queries as inbox_queries
from inbox import queue
from inbox.health import stopped_among, stopped_channels
from inbox.models import Channel
from inbox.practice import Progress, progress_of
from team.models import Membership, Role


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu; `badge` is a count, 0 shows none; `alert` says what must be looked at, "" nothing."""

    label: str
    short: str
    url: str
    icon: str
    current: bool
    badge: int = 0
    alert: str = ""


@dataclass(frozen=True)
class Frame:
    """The frame of one page for one member (None: nobody is signed in, or is nobody's member).

    `stopped`: the channels that stand still, for those who can do something about it. `named`: in how many internal
    notes the member is named and has not said that they saw it. `practice`: how far they have come,
    where they practise; else None.
    """

    member: Membership | None = None
    menu: list[MenuItem] = field(default_factory=list)
    others: list[Membership] = field(default_factory=list)
    stopped: list[Channel] = field(default_factory=list)
    named: int = 0
    practice: Progress | None = None


def frame(request: HttpRequest) -> dict[str, object]:
    """Give every template `frame`; built only when a template asks."""
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> Frame:
    member: Membership | None = getattr(request, "member", None)
    if member is None:
        return Frame()
    watches = member.may_answer or member.role == Role.SYSADMIN
    known = getattr(request, "known", {})  # what the view has read already
    channels = known.get("channels")
    stopped = stopped_channels(member.municipality_id) if channels is None else stopped_among(channels)
    stopped = stopped if watches else []
    named = inbox_queries.unseen_mentions(member) if member.may_answer else 0
    menu = menu_for(member, request.path, stopped, named, new=known.get("new"))
    practice = progress_of(member) if member.municipality.is_practice else None
    return Frame(member, menu, getattr(request, "memberships", []), stopped, named, practice)


def menu_for(
    member: Membership, path: str, stopped: Sequence[Channel] = (), named: int = 0, *, new: int | None = None
) -> list[MenuItem]:
    """Return the pages this member may open, in order; `stopped`: the channels that stand still, `named`: see Frame.

    `new` is how many comments are unsorted, when the page has counted them already.
    """
    items = []
    if member.may_answer:
        new = queue.new_count(member.municipality_id) if new is None else new
        items.append(_item(_("Kø"), _("Kø"), "inbox:queue", "Inbox", path, new))
        items.append(_item(_("Til godkjenning"), _("Godkjenn"), "inbox:review", "SealCheckmark", path))
    practises = member.municipality.is_practice  # there is no archive behind it, and no platform
    if member.sees_content and not practises:
        waiting = archive_queries.waiting_count(member.municipality_id) if member.may_archive else 0
        items.append(_item(_("Arkiv"), _("Arkiv"), "archive:list", "Archive", path, waiting))
    items.append(_item(_("Retningslinjer"), _("Regler"), "guidelines:reader", "OpenBook", path))
    if member.may_answer:
        items.append(_item(_("Maler og fakta"), _("Maler"), "inbox:templates", "Files", path))
        late = inbox_queries.late_receipts(member.municipality_id)
        items.append(_item(_("Videresendt"), _("Videresendt"), "inbox:receipts", "ArrowForward", path, late))
        if named:
            items.append(_item(_("Nevnt"), _("Nevnt"), "inbox:mentions", "Chat", path, named))
    if (member.may_answer or member.role == Role.SYSADMIN) and not practises:
        items.append(_item(_("Kanaler"), _("Kanaler"), "inbox:channels", "Link", path, alert=_alert(stopped)))
    return items


def _alert(stopped: Sequence[Channel]) -> str:
    words = ngettext("%(number)d kanal trenger tilsyn", "%(number)d kanaler trenger tilsyn", len(stopped))
    return words % {"number": len(stopped)} if stopped else ""


_INSIDE = {"inbox:queue": ("/kommentar/",)}  # pages that belong to an entry without standing under its address


def _item(label: str, short: str, name: str, icon: str, path: str, badge: int = 0, alert: str = "") -> MenuItem:
    url = reverse(name)
    return MenuItem(
        label, short, url, icon, current=path.startswith((url, *_INSIDE.get(name, ()))), badge=badge, alert=alert
    )
