"""The shared queue."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inbox import access, attachments, library, queries
from inbox.actions.replies import open_reply
from inbox.endings import closed_threads
from inbox.models import Comment
from inbox.queue import TABS, QueuePage, counts_for, queue_for
from inbox.queue_choice import Choice
from inbox.together import answered_here
from inbox.views.choosing import Around, choosing
from inbox.views.empty import empty_words
from inbox.views.outgoing import holding
from inbox.views.prepared import fixed_answers
from inbox.views.seen import shown_words
from inbox.views.strip import strip_for
from inbox.workflow import CommentStatus, ReplyStatus
from team.models import Membership


@dataclass(frozen=True)
class Tab:
    """One tab of the queue."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True)
class Group:
    """Rows that stand together, under their heading."""

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
    if tab not in TABS:
        raise Http404
    choice = Choice.read(request.GET)
    page = queue_for(member, tab, choice, after=request.GET.get("etter", ""), before=request.GET.get("for", ""))
    selected = _selected(request, member, page.rows)
    attachments.put_beside([*page.rows, *filter(None, [selected])])
    shown = _list(member, tab, choice, page)
    context = {
        **{"tab": tab, "selected": selected, "comment": selected},
        **shown,
        **strip_for(request, selected, shown["back_here"]),
        **(_beside(selected) if selected else {}),
    }
    if getattr(request, "htmx", False) and not request.htmx.boosted:  # type: ignore[attr-defined]
        part = "inbox/_pane.html" if "valgt" in request.GET else "inbox/_queue_rows.html"
        return render(request, part, context)
    known = Around(
        channels=access.channels_for(member),
        colleagues=access.colleagues_for(member),
        crowds={} if {"etter", "for"} & set(request.GET) else page.crowds,
    )
    counts = counts_for(member)
    request.known = {"channels": known.channels, "new": counts["nye"]}  # type: ignore[attr-defined]  # for the frame
    around = {**_around(member, tab, counts, known), **choosing(member, tab, choice, known)}
    return render(request, "inbox/queue.html", {**context, **around})


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show the sheet of single keys; to a script only the dialog."""
    access.team_member(request)
    is_part = getattr(request, "htmx", False)
    return render(request, "inbox/_keys.html" if is_part else "inbox/keys.html")


def _around(member: Membership, tab: str, counts: dict[str, int], known: Around) -> dict[str, Any]:
    """Return what stands around the list: tabs with counts, when we last pulled, replies of mine in their hold."""
    drawn = timezone.now()
    held, troubled = queries.replies_to_watch(member)
    return {
        "tabs": [
            Tab(str(label), reverse("inbox:queue", args=[code]), counts[code], code == tab)
            for code, label in TABS.items()
        ],
        "updated_at": queries.last_pull(known.channels),
        "news_url": f"{reverse('inbox:news', args=[tab])}?{urlencode({'siden': drawn.isoformat()})}",
        "holding": [held for held in map(holding, held) if held],
        "troubled": troubled,
        "spam": queries.spam_to_see(member),
        "to_look_at": queries.count_to_look_at(member) if member.may_approve else 0,
    }


def _list(member: Membership, tab: str, choice: Choice, page: QueuePage) -> dict[str, Any]:
    url = reverse("inbox:queue", args=[tab])
    return {
        "groups": grouped(_with_closed_threads(page.rows)),
        "total": len(page.rows),
        "queue_url": url,
        "back_here": f"{url}?{choice.query}" if choice.query else url,
        "choice_query": choice.query,
        "row_query": urlencode({"i": tab, **choice.parameters}) if choice.parameters or tab == "mine" else "",
        "next_url": f"{url}?{urlencode({**choice.parameters, 'etter': page.after})}" if page.after else "",
        "previous_url": f"{url}?{urlencode({**choice.parameters, 'for': page.before})}" if page.before else "",
        "empty": {} if page.rows else empty_words(member, tab, choice),
    }


def _with_closed_threads(rows: list[Comment]) -> list[Comment]:
    """Mark what came after we ended the dialogue, or answered many at once: it stays visible, with a hint."""
    closed, answered = closed_threads(rows), answered_here(rows)
    for row in rows:
        row.thread_closed = row.pk in closed  # type: ignore[attr-defined]
        row.answered_here = answered.get(row.pk)  # type: ignore[attr-defined]
    return rows


def grouped(rows: list[Comment]) -> list[Group]:
    """Put rows under their headings, in the order they came: Akutt?, Over fristen, a post, a day, the history."""
    today = timezone.localdate()
    found: list[Group] = []
    for heading, group in groupby(rows, key=lambda one: _heading(one, today)):
        found.append(Group(heading[0], list(group), *heading[1:]))
    return found


def _heading(one: Comment, today: date) -> tuple[str, str, bool]:
    """Return the words, the icon and whether it is pressing, of the group a row stands in."""
    section = one.section.name  # type: ignore[attr-defined]
    if section == "akutt":
        return _("Akutt?"), "ExclamationmarkTriangleFill", True
    if section == "over":
        return _("Over fristen"), "HourglassBottomFilled", True
    if section == "historikk":
        return _("Eldre, fra historikken"), "Clock", False
    if section == "innlegg" and one.post:
        return one.post.title or _("Innlegg uten tekst"), "FileText", False
    return _day(timezone.localdate(one.posted_at), today), "", False


def _day(day: date, today: date) -> str:
    if day >= today:
        return _("I dag")
    return _("I går") if day == today - timedelta(days=1) else _("Eldre")


def _selected(request: HttpRequest, member: Membership, page: list[Comment]) -> Comment | None:
    """Return the comment of the reading pane: the one asked for, else the first on the page."""
    wanted = request.GET.get("valgt", "")
    if not (wanted.isdecimal() and len(wanted) < 19):
        wanted = str(page[0].pk) if page else ""
    here = next((one for one in page if str(one.pk) == wanted), None)
    if here is None:
        return access.comment_for(member, int(wanted)) if wanted else None
    here.municipality = member.municipality
    return here


def _beside(selected: Comment) -> dict[str, Any]:
    """Return what the reading pane says of the comment: its words marked, and the fixed answers of an emergency."""
    if selected.status != CommentStatus.NEW:
        return shown_words(selected)
    if not library.may_be_urgent(selected):
        return shown_words(selected)
    answered = selected.replies.filter(status=ReplyStatus.PUBLISHED).exists()
    return {**shown_words(selected), "prepared": fixed_answers(selected, open_reply(selected)), "answered": answered}
