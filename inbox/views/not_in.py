"""What did not get in: the list, the bytes for a lead, and what can be done about each."""

import unicodedata

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from inbox import access, stuck
from inbox.actions import not_in
from inbox.models import UnreadItem
from inbox.views.acting import act
from inbox.views.channels import mark_of

MOST_SHOWN = 20_000
LINE_BREAKS = "\n\t"


# What a connector's reason (English, for the log) means to people.
REASONS = (
    ("without a usable id", gettext_lazy("Den har ikke noe nummer vi kan kjenne den igjen på.")),
    ("nested", gettext_lazy("Den er bygd opp dypere enn vi leser.")),
    ("is no object", gettext_lazy("Den er ikke bygd opp som en kommentar eller et innlegg.")),
    (
        "not JSON",
        gettext_lazy("Svaret er ikke i formatet plattformen ellers bruker. Det skjer når den har driftsfeil."),
    ),
    ("empty", gettext_lazy("Svaret er tomt.")),
)
UNKNOWN_REASON = gettext_lazy("Plattformen sendte noe vi ikke kjenner. Den kan ha endret seg.")


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List what we could not read: single pieces, and whole answers; or, with ?vis=ferdig, what was settled."""
    member = access.team_member(request)
    settled = request.GET.get("vis") == "ferdig"
    items = stuck.unread_items(member, settled=settled, after=mark_of(request))
    pages = stuck.odd_pages(member, settled=settled, after=mark_of(request, "svar-etter"))
    context = {
        "settled": settled,
        "items": items,
        "item_rows": [(one, plain_reason(one.reason)) for one in items.rows],
        "pages": pages,
        "page_rows": [(one, plain_reason(one.problem)) for one in pages.rows],
        "longest_reason": not_in.LONGEST_REASON,
    }
    return render(request, "inbox/not_in.html", context)


@require_POST
def show(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show a lead what the platform sent, as text; by POST, since that it was seen is written in the log."""
    member = access.lead_member(request)
    one = access.not_in_for(member, kind, pk)
    body = not_in.show(one, by=member)
    text, is_cut = shown_bytes(body)
    context = {"one": one, "kind": kind, "text": text, "is_cut": is_cut, "size": len(body)}
    return render(request, "inbox/not_in_shown.html", context)


@require_POST
def read_again(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Read it once more."""
    member = access.team_member(request)
    one = access.not_in_for(member, kind, pk)
    if isinstance(one, UnreadItem):
        done = _("Den er lest inn.")
        return act(request, lambda: not_in.read_item_again(one, by=member), done=done, back=_back())
    done = _("Kanalen leses på nytt. Svaret forsvinner fra lista når den er lest til ende.")
    return act(request, lambda: not_in.read_channel_again(one, by=member), done=done, back=_back())


@require_POST
def settle(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say that it is dealt with, and how."""
    member = access.lead_member(request)
    one = access.not_in_for(member, kind, pk)
    reason = request.POST.get("reason", "")
    done = _("Den står under Ferdig behandlet.")
    return act(request, lambda: not_in.settle(one, reason=reason, by=member), done=done, back=_back())


def plain_reason(reason: str) -> str:
    """Return why something was not read, in words for people; the reason itself stands beside for support."""
    return str(next((words for part, words in REASONS if part in reason), UNKNOWN_REASON))


def shown_bytes(body: bytes) -> tuple[str, bool]:
    """Return bytes as text that is safe to look at, and whether it was cut.

    What is no text, or would hide or turn other text (control signs, direction marks), is written out as its code.
    """
    text = body[:MOST_SHOWN].decode("utf-8", "backslashreplace")
    return "".join(map(_visible, text)), len(body) > MOST_SHOWN


def _visible(sign: str) -> str:
    if sign in LINE_BREAKS or not unicodedata.category(sign).startswith("C"):
        return sign
    return f"\\u{{{ord(sign):x}}}"


def _back() -> str:
    return reverse("inbox:not_in")
