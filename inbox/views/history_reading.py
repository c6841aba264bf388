"""A channel's history, how far its reading has come; and its posts with the platform's count beside ours."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox import access
from inbox.actions import histories
from inbox.counting import counts_of
from inbox.models import Backfill, Channel, Post
from inbox.views.acting import where_to

POSTS_A_PAGE = 50


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far the reading of the channel's history has come; the part alone when htmx asks for it."""
    member = access.team_member(request)
    channel = access.channel_for(member, pk)
    page = "inbox/_backfill.html" if request.headers.get("HX-Request") else "inbox/channel_history.html"
    return render(request, page, backfill_context(channel, may_steer=member.may_approve))


def backfill_context(channel: Channel, *, may_steer: bool) -> dict[str, Any]:
    """Return what `inbox/_backfill.html` shows: channel, backfill (the latest or None), may_steer."""
    latest = Backfill.objects.filter(channel=channel).select_related("started_by__user").first()
    return {"channel": channel, "backfill": latest, "may_steer": may_steer, "manual": channel.is_manual}


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to read the history."""
    member = access.lead_member(request)
    channel = access.channel_for(member, pk)
    if channel.is_manual or not channel.is_active:
        messages.error(request, _("Denne kanalen har ingen historikk å hente."))
    else:
        histories.start(channel, by=member)
        messages.success(request, _("Historikken hentes. Nye kommentarer kommer først, som før."))
    return _back(request, channel)


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause the reading."""
    return _each_unfinished(
        request, pk, histories.pause, _("Hentingen er satt på pause. Det som er hentet, er lagret.")
    )


@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on after a pause."""
    return _each_unfinished(request, pk, histories.go_on, _("Hentingen fortsetter."))


def _each_unfinished(request: HttpRequest, pk: int, act: Callable[..., None], done: str) -> HttpResponse:
    member = access.lead_member(request)
    channel = access.channel_for(member, pk)
    for backfill in Backfill.objects.filter(channel=channel, finished_at=None).select_related("channel"):
        act(backfill, by=member)
        messages.success(request, done)
    return _back(request, channel)


def _back(request: HttpRequest, channel: Channel) -> HttpResponseRedirect:
    return HttpResponseRedirect(where_to(request, reverse("inbox:history", args=[channel.pk])))


@require_safe
def posts(request: HttpRequest, pk: int) -> HttpResponse:
    """List the channel's posts, newest first, with the platform's count of comments beside ours."""
    member = access.team_member(request)
    channel = access.channel_for(member, pk)
    ordered = Post.objects.filter(channel=channel).select_related("channel")
    page = Paginator(ordered.order_by(F("posted_at").desc(nulls_last=True), "-pk"), POSTS_A_PAGE).get_page(
        request.GET.get("side")
    )
    return render(request, "inbox/channel_posts.html", {"channel": channel, "page": page, "counts": counts_of(page)})
