"""What every page's frame shows: who, where, the menu and its counts."""

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from archive import queries as archive_queries
from inbox import queries as inbox_queries
from inbox import queue
from team.models import Membership


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu; `badge` is a count, 0 shows none."""

    label: str
    short: str
    url: str
    icon: str
    current: bool
    badge: int = 0


@dataclass(frozen=True)
class Frame:
    """The frame of one page for one member (None: nobody is signed in, or is nobody's member)."""

    member: Membership | None = None
    menu: list[MenuItem] = field(default_factory=list)
    others: list[Membership] = field(default_factory=list)


def frame(request: HttpRequest) -> dict[str, object]:
    """Give every template `frame`; built only when a template asks."""
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> Frame:
    member: Membership | None = getattr(request, "member", None)
    if member is None:
        return Frame()
    return Frame(member=member, menu=menu_for(member, request.path), others=getattr(request, "memberships", []))


def menu_for(member: Membership, path: str) -> list[MenuItem]:
    """Return the pages this member may open, in order."""
    items = []
    if member.may_answer:
        items.append(_item(_("Kø"), _("Kø"), "inbox:queue", "Inbox", path, queue.new_count(member.municipality_id)))
        items.append(_item(_("Til godkjenning"), _("Godkjenn"), "inbox:review", "SealCheckmark", path))
    if member.sees_content:
        waiting = archive_queries.waiting_count(member.municipality_id) if member.may_archive else 0
        items.append(_item(_("Arkiv"), _("Arkiv"), "archive:list", "Archive", path, waiting))
    items.append(_item(_("Retningslinjer"), _("Regler"), "guidelines:reader", "OpenBook", path))
    if member.may_answer:
        items.append(_item(_("Maler og fakta"), _("Maler"), "inbox:templates", "Files", path))
        late = inbox_queries.late_receipts(member.municipality_id)
        items.append(_item(_("Videresendt"), _("Videresendt"), "inbox:receipts", "ArrowForward", path, late))
    return items


def _item(label: str, short: str, name: str, icon: str, path: str, badge: int = 0) -> MenuItem:
    url = reverse(name)
    return MenuItem(label, short, url, icon, current=path.startswith(url), badge=badge)
