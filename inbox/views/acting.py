"""How a page turns a click into one call and says how it went."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy

from audit.moves import IllegalMoveError
from inbox.actions.errors import RefusedError

FIRST = gettext_lazy("Noen andre var først ute. Siden viser hvordan det står nå.")
UNDO = "undo"  # the tag of a message that offers to undo what it tells of (parts/toasts.html)


def act(request: HttpRequest, call: Callable[[], Any], *, done: str, back: str, can_undo: bool = False) -> HttpResponse:
    """Make the call; tell the person that it is done, or why not; go back to where they were.

    `can_undo` says that it is one of the acts of inbox.actions.undo: the message offers that.
    """
    try:
        call()
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    except IllegalMoveError:
        messages.error(request, str(FIRST))
    else:
        if done:
            messages.success(request, done, extra_tags=UNDO if can_undo else "")
    return HttpResponseRedirect(where_to(request, back))


def refuse(request: HttpRequest, form: Form, *, back: str) -> HttpResponse:
    """Say what is wrong with a form and go back to where the person was."""
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, str(error))
    return HttpResponseRedirect(where_to(request, back))


def where_to(request: HttpRequest, back: str) -> str:
    """Return the page named by the form's `next`, if it is one of ours, else `back`."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return resolve_url(back)
