"""The lead's page of mail that did not get away, and what can be done about it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.moves import IllegalMoveError
from notices import access, actions, queries


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List what must be settled, and what is on its way."""
    member = access.lead_member(request)
    context = {"troubled": queries.troubled(member), "waiting": queries.on_their_way(member)}
    return render(request, "notices/list.html", context)


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more."""
    member = access.lead_member(request)
    notice = access.notice_for(member, pk)
    return _act(request, lambda: actions.send_again(notice, by=member), done=_("E-posten sendes på nytt."))


@require_POST
def arrived(request: HttpRequest, pk: int) -> HttpResponse:
    """The recipient says that it did arrive."""
    member = access.lead_member(request)
    notice = access.notice_for(member, pk)
    return _act(request, lambda: actions.settle_arrived(notice, by=member), done=_("E-posten er merket som sendt."))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not send it."""
    member = access.lead_member(request)
    notice = access.notice_for(member, pk)
    return _act(request, lambda: actions.cancel(notice, by=member), done=_("E-posten er stoppet."))


def _act(request: HttpRequest, call: Callable[[], None], *, done: str) -> HttpResponse:
    try:
        call()
    except IllegalMoveError:
        messages.error(request, _("Noen andre var først ute. Siden viser hvordan det står nå."))
    else:
        messages.success(request, done)
    return redirect("notices:list")
