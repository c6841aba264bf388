"""What others do while a page is open: asked by live.js every ten seconds, in a handful of statements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from inbox import access, presence, queries
from inbox.actions.replies import open_reply
from inbox.models import Comment, Reply
from inbox.queue import PAGE, TABS, belongs_in
from inbox.workflow import CommentStatus
from team.models import Membership

MOST_ROWS = 4 * PAGE


@dataclass(frozen=True)
class Told:
    """What a colleague did to a row that stands on somebody's screen; `gone`: it belongs in another tab now."""

    pk: int
    words: str
    gone: bool


@require_safe
def news(request: HttpRequest, tab: str) -> HttpResponse:
    """Say how many comments have come since the page was drawn, and what colleagues did to its rows; 204 for nothing.

    `siden`: when the page was drawn (a moment with its zone); `rader`: the numbers of its comments.
    """
    member = access.team_member(request)
    since = _moment(request.GET.get("siden", ""))
    if tab not in TABS or since is None:
        raise Http404
    arrived = queries.arrived_since(member, since) if tab == "nye" else 0
    rows = access.comments_for(member, request.GET.get("rader", "").split(",")[:MOST_ROWS])
    told = list(_told(member, tab, rows, since))
    if not (arrived or told):
        return HttpResponse(status=204)
    context = {"news": arrived, "told": told, "queue_url": reverse("inbox:queue", args=[tab])}
    return render(request, "inbox/_news.html", context)


def _told(member: Membership, tab: str, rows: list[Comment], since: datetime) -> Iterator[Told]:
    names = queries.names_of_what_happened([one for one in rows if not belongs_in(tab, one, member)])
    for one in rows:
        gone = not belongs_in(tab, one, member)
        if gone:
            yield Told(one.pk, _moved_words(one, names.get(one.pk, "")), gone)
        elif one.assignee and one.assignee_id != member.pk and one.claimed_at and one.claimed_at > since:
            yield Told(one.pk, _("Tatt av %(name)s") % {"name": one.assignee.name}, gone)


def _moved_words(one: Comment, name: str) -> str:
    """Say where a comment has come, and by whom when that is known."""
    words = {
        CommentStatus.NEW: _("Usortert igjen"),
        CommentStatus.TO_ANSWER: _("Sortert"),
        CommentStatus.IN_REVIEW: _("Til godkjenning"),
        CommentStatus.WAITING: _("Venter"),
        CommentStatus.GOING_OUT: _("Besvart"),
        CommentStatus.DONE: one.get_ending_display() if one.ending else _("Besvart"),
        CommentStatus.OURS: _("Vår egen"),
    }[CommentStatus(one.status)]
    return _("%(what)s av %(name)s") % {"what": words, "name": name} if name else words


@require_safe
def conversation_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what has changed in the conversation since the page was drawn, and who else looks at it; 204 for nothing.

    `status` and `har`: the comment's status and who had it then; `forseglet`: whether it was sealed; `utkast`: the
    version of the draft on the screen.
    """
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    lines = [*_changes(request, one, member), *_looking(one, member)]
    return render(request, "inbox/_now.html", {"lines": lines}) if lines else HttpResponse(status=204)


def _changes(request: HttpRequest, one: Comment, member: Membership) -> Iterator[dict[str, Any]]:
    if request.GET.get("status", one.status) != one.status:
        name = queries.names_of_what_happened([one]).get(one.pk, "")
        yield {"icon": "ArrowsCirclepath", "words": _moved_words(one, name), "reload": True}
    if request.GET.get("har", str(one.assignee_id or "")) != str(one.assignee_id or ""):
        words = _("%(name)s har tatt kommentaren") % {"name": one.assignee.name} if one.assignee else ""
        yield {"icon": "PersonCheckmark", "words": words or _("Kommentaren er lagt tilbake"), "reload": True}
    if (was := request.GET.get("forseglet")) is not None and was != sealed_mark(one):
        words = _("Innholdet er forseglet.") if one.sealed_at else _("Forseglingen er opphevet.")
        yield {"icon": "PadlockLocked", "words": words, "reload": True}
    if words := _draft_words(request.GET.get("utkast", ""), open_reply(one), member):
        yield {"icon": "Pencil", "words": words, "reload": True}


def sealed_mark(one: Comment) -> str:
    """Return what an address says of a comment that is sealed: "ja", else ""."""
    return "ja" if one.sealed_at else ""


def _draft_words(seen: str, reply: Reply | None, member: Membership) -> str:
    """Return that somebody else has changed the draft since the version on the screen; "" when nobody has."""
    if reply is None or not seen.isdecimal() or int(seen) == reply.version:
        return ""
    latest = reply.versions.select_related("saved_by__user").last()
    if latest is None or latest.saved_by_id == member.pk:
        return ""
    return _("%(name)s har endret utkastet") % {"name": latest.saved_by.name}


def _looking(one: Comment, member: Membership) -> Iterator[dict[str, Any]]:
    people = access.colleagues_among(member, presence.others_at(one.pk, member.pk))
    if people:
        names = get_text_list([person.name for person in people], _("og"))
        words = ngettext("%(names)s ser også på denne", "%(names)s ser også på denne", len(people))
        yield {"icon": "PersonCircle", "words": words % {"names": names}, "reload": False}


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
