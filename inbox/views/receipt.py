"""The recipient's page: one forwarding, opened by its link, without signing in. Seeing it changes nothing."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.moves import IllegalMoveError
from inbox import access
from inbox.actions import forwardings
from inbox.forms import NameForm
from inbox.forwarding import own_words
from inbox.models import Forwarding


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was forwarded, and let the recipient confirm it with a name. Used, expired and unknown look alike.

    In the language of the mail that the link came in: the municipality's.
    """
    if not _may_try(request):
        return _closed(_page(request, "inbox/receipt_wait.html", status=429))
    forwarding = access.forwarding_by_link(token)
    if forwarding is None:
        return _closed(_page(request, "inbox/receipt_gone.html", status=404))
    with override(forwarding.municipality.written_language):
        form = NameForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return _closed(_confirm(request, forwarding, form.cleaned_data["name"]))
        status = 422 if request.method == "POST" else 200
        return _closed(_page(request, "inbox/receipt.html", status=status, **_shown(forwarding), form=form))


def _may_try(request: HttpRequest) -> bool:
    """Count this try against the address it comes from, looking too: a link can be guessed without confirming."""
    rates = {"receipt": settings.RECEIPT_RATE}
    return bool(ratelimit.consume(request, app="inbox", action="receipt", config=rates, limit_get=True))


def _confirm(request: HttpRequest, forwarding: Forwarding, name: str) -> HttpResponse:
    try:
        forwardings.register_receipt(forwarding, name=name)
    except IllegalMoveError:
        return _page(request, "inbox/receipt_gone.html", status=404)
    return _page(request, "inbox/receipt_done.html", status=200, forwarding=forwarding)


def _shown(forwarding: Forwarding) -> dict[str, object]:
    return {"forwarding": forwarding, "own_words": own_words(forwarding.comment)}


def _page(request: HttpRequest, template: str, *, status: int, **context: object) -> HttpResponse:
    return render(request, template, context, status=status)


def _closed(response: HttpResponse) -> HttpResponse:
    """Keep the page out of search engines and caches: its address is the key to it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store, private"
    return response
