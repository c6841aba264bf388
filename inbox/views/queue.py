"""The shared queue."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inbox import access, library, queries
from inbox.endings import closed_threads
from inbox.models import Comment
from inbox.views.conversation import holding
from inbox.views.seen import shown_words
from inbox.workflow import CommentStatus
from team.models import Membership

EMPTY = {
    "nye": ("Sun", gettext_lazy("Ingen nye kommentarer")),
    "mine": ("PersonCheckmark", gettext_lazy("Du har ingen kommentarer")),
}


@dataclass(frozen=True)
class Tab:
    """One tab of the queue."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True)
class Group:
    """Rows of one day, under its heading."""

    label: str
    rows: list[Comment]
    icon: str = ""
    danger: bool = False

    @property
    def count(self) -> int:
        return len(self.rows)


@require_safe
def queue(request: HttpRequest, tab: str = "nye") -> HttpResponse:
    """Show one tab of the queue, with the chosen comment in the reading pane; to htmx only the rows or the pane."""
    member = access.team_member(request)
    if tab not in queries.TABS:
        raise Http404
    page = queries.queue_for(member, tab, after=request.GET.get("etter", ""), before=request.GET.get("for", ""))
    selected = _selected(request, member, page.rows)
    context = {
        **{"tab": tab, "selected": selected, "comment": selected},
        **_list(tab, page),
        **_strip(request, selected),
        **(shown_words(selected) if selected else {}),
    }
    if getattr(request, "htmx", False) and not request.htmx.boosted:  # type: ignore[attr-defined]
        part = "inbox/_pane.html" if "valgt" in request.GET else "inbox/_queue_rows.html"
        return render(request, part, context)
    return render(request, "inbox/queue.html", {**context, **_around(member, tab)})


@require_safe
def news(request: HttpRequest, tab: str) -> HttpResponse:
    """Say how many comments have come since the page was drawn; 204 when none has."""
    member = access.team_member(request)
    since = _moment(request.GET.get("siden", ""))
    if tab not in queries.TABS or since is None:
        raise Http404
    count = queries.arrived_since(member, since) if tab == "nye" else 0
    if not count:
        return HttpResponse(status=204)
    return render(request, "inbox/_news.html", {"news": count, "queue_url": reverse("inbox:queue", args=[tab])})


def _around(member: Membership, tab: str) -> dict[str, Any]:
    """Return what stands around the list: tabs with counts, when we last pulled, replies of mine in their hold."""
    counts = queries.counts_for(member)
    drawn = timezone.now()
    return {
        "tabs": [
            Tab(str(label), reverse("inbox:queue", args=[code]), counts[code], code == tab)
            for code, label in queries.TABS.items()
        ],
        "updated_at": queries.last_pull(member),
        "news_url": f"{reverse('inbox:news', args=[tab])}?{urlencode({'siden': drawn.isoformat()})}",
        "holding": [held for held in map(holding, queries.held_replies(member)) if held],
        "ill_channels": queries.ill_channels(member),
        "troubled": queries.troubled_replies(member),
        "spam": queries.spam_to_see(member),
        "to_look_at": queries.count_to_look_at(member) if member.may_approve else 0,
    }


def _list(tab: str, page: queries.QueuePage) -> dict[str, Any]:
    url = reverse("inbox:queue", args=[tab])
    icon, title = EMPTY.get(tab, ("Inbox", _("Ingenting her nå")))
    rows = _with_closed_threads(page.rows)
    return {
        "groups": grouped(rows) if tab == "nye" else group_by_day(rows),
        "total": len(page.rows),
        "queue_url": url,
        "next_url": f"{url}?{urlencode({'etter': page.after})}" if page.after else "",
        "previous_url": f"{url}?{urlencode({'for': page.before})}" if page.before else "",
        "empty": {"icon": icon, "title": title, "words": _("Nye kommentarer kommer av seg selv.")},
    }


def _with_closed_threads(rows: list[Comment]) -> list[Comment]:
    """Mark what came after we ended the dialogue: it raises no alarm, and stays visible."""
    closed = closed_threads(rows)
    for row in rows:
        row.thread_closed = row.pk in closed  # type: ignore[attr-defined]
    return rows


def grouped(comments: list[Comment]) -> list[Group]:
    """Put what looks urgent under its own heading on top, the rest by day."""
    urgent = [one for one in comments if one.looks_urgent]
    top = [Group(_("Akutt?"), urgent, "ExclamationmarkTriangleFill", danger=True)] if urgent else []
    return top + group_by_day([one for one in comments if not one.looks_urgent])


def group_by_day(comments: list[Comment]) -> list[Group]:
    """Put rows under I dag, I går and Eldre, in the order they came."""
    today = timezone.localdate()
    headed = groupby(comments, key=lambda one: _day(timezone.localdate(one.posted_at), today))
    return [Group(heading, list(group)) for heading, group in headed]


def _day(day: date, today: date) -> str:
    if day >= today:
        return _("I dag")
    return _("I går") if day == today - timedelta(days=1) else _("Eldre")


def _selected(request: HttpRequest, member: Membership, page: list[Comment]) -> Comment | None:
    """Return the comment of the reading pane: the one asked for, else the first on the page."""
    wanted = request.GET.get("valgt", "")
    if wanted.isdecimal() and len(wanted) < 19:
        return access.comment_for(member, int(wanted))
    return access.comment_for(member, page[0].pk) if page else None


def _strip(request: HttpRequest, selected: Comment | None) -> dict[str, Any]:
    """Return the strip under a row that has just been sorted: the next act."""
    if selected is None or "sortert" not in request.GET or selected.status != CommentStatus.TO_ANSWER:
        return {}
    strip: dict[str, Any] = {"pk": selected.pk, "words": _("Sortert. Svar nå, eller gå videre med j.")}
    if thanks := library.thanks_for(selected):
        strip |= {"thanks": thanks, "hold": selected.municipality.hold_seconds}
    return {"strip": strip}


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
