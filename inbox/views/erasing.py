"""Erasing: what the lead asks for is shown first, with what must stay and why, then done."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from inbox import access
from inbox import erasing as rules
from inbox.actions import bulk
from inbox.actions import erasing as actions
from inbox.actions.errors import RefusedError
from inbox.models import Comment, Erasure
from inbox.search import cleaned, find
from inbox.views.acting import act
from inbox.views.bulk import tell_refused
from team.models import Membership, Municipality

SHOWN = 50  # at once: each is tried for real before it is done
COUNTED = 2000


@require_http_methods(["GET", "HEAD", "POST"])
def erasing(request: HttpRequest) -> HttpResponse:
    """Show what can be erased (GET), what would happen to what was picked (POST), and do it when that was confirmed."""
    member = access.lead_member(request)
    if request.method != "POST":
        return render(request, "inbox/erasing.html", _choices(request, member))
    picked = access.comments_for(member, request.POST.getlist("valgte"))[:SHOWN]
    ground = request.POST.get("grunn", "")

    def erase(one: Comment) -> None:
        actions.erase(one, ground=ground, by=member)

    try:
        if "bekreft" in request.POST:
            _tell(request, bulk.each(picked, erase))
            return redirect("inbox:erasing")
        outcome = bulk.tried(picked, erase)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("inbox:erasing")
    context = {"outcome": _read_anew(member, outcome), "ground": ground}
    return render(request, "inbox/erasing_preview.html", context)


def _read_anew(member: Membership, outcome: bulk.Outcome) -> bulk.Outcome:
    """Return the outcome of a try with the comments as they still stand."""
    done = access.comments_for(member, [str(one.pk) for one in outcome.done])
    return bulk.Outcome(done, outcome.refused)


def _choices(request: HttpRequest, member: Membership) -> dict[str, Any]:
    """Return what the page shows: what a search found, and what has been kept too long."""
    words = cleaned(request.GET.get("q", ""))
    one = access.comments_for(member, [request.GET.get("kommentar", "")])
    found = find(member, words, after=request.GET.get("etter", "")) if words else None
    return {
        "words": words,
        "found": [row for row in [*found.still_open, *found.older] if not row.erased_at] if found else one,
        "more": {part: urlencode({"q": words, "etter": mark}) for part, mark in found.after.items()} if found else {},
        "asked": bool(found or one),
        **_too_old(member),
        "orders": list(
            Erasure.objects.filter(municipality_id=member.municipality_id).select_related("asked_by__user")[:5]
        ),
    }


def _too_old(member: Membership) -> dict[str, Any]:
    before = rules.too_old(Municipality.objects.get(pk=member.municipality_id))
    if before is None:
        return {"before": None}
    found = rules.kept_too_long(member.municipality_id, before)
    rows = list(found.select_related("channel", "post").order_by("posted_at", "pk")[:COUNTED])
    return {"before": before, "old": rows[:SHOWN], "old_count": found.count(), "reasons": actions.reasons(rows)}


@require_POST
def erase_all(request: HttpRequest) -> HttpResponse:
    """Order that everything whose keeping time is over is erased."""
    member = access.lead_member(request)
    done = _("Slettingen er bestilt. Siden viser hvor langt den er kommet.")
    return act(request, lambda: actions.order(by=member), done=done, back="inbox:erasing")


def _tell(request: HttpRequest, outcome: bulk.Outcome) -> None:
    if outcome.done:
        done = ngettext(
            "Innholdet i %(count)d kommentar er slettet.",
            "Innholdet i %(count)d kommentarer er slettet.",
            len(outcome.done),
        )
        messages.success(request, done % {"count": len(outcome.done)})
    tell_refused(request, outcome)
