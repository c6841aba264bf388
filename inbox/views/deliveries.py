"""The lead's page of deliveries from platforms that could not be read, and what can be done about it."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from inbox import access
from inbox import deliveries as reading
from inbox.actions import deliveries
from inbox.channels.graph_webhook import said_of

LONGEST_SHOWN = 20_000


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List what could not be read of ours, and how much came for pages nobody here speaks for."""
    member = access.lead_member(request)
    context = {
        "unread": reading.unread_parts(member.municipality),
        "count": reading.unread_deliveries(member.municipality),
        "unknown": reading.unknown_pages(),
        "odd": reading.not_understood(),
    }
    return render(request, "inbox/deliveries.html", context)


@require_safe
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one delivery: what it says of our account, and no other's."""
    part = access.delivery_part_for(access.lead_member(request), pk)
    words = json.dumps(said_of(bytes(part.delivery.body), part.account_id), ensure_ascii=False, indent=2)
    context = {"part": part, "said": words[:LONGEST_SHOWN], "is_cut": len(words) > LONGEST_SHOWN}
    return render(request, "inbox/delivery.html", context)


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one delivery again."""
    member = access.lead_member(request)
    begun = deliveries.try_again([access.delivery_part_for(member, pk)], by=member)
    return _told(request, begun)


@require_POST
def try_all_again(request: HttpRequest) -> HttpResponse:
    """Read all of ours again, the 100 that the page shows."""
    member = access.lead_member(request)
    return _told(request, deliveries.try_again(reading.unread_parts(member.municipality), by=member))


def _told(request: HttpRequest, begun: int) -> HttpResponse:
    if begun:
        messages.success(
            request,
            ngettext("Varselet leses på nytt.", "%(count)s varsler leses på nytt.", begun) % {"count": begun},
        )
    else:
        messages.info(request, _("Ingenting å lese på nytt. Siden viser hvordan det står nå."))
    return redirect("inbox:deliveries")
