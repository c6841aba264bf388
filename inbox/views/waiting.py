"""Waiting, and coming back."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox import access
from inbox.actions import waiting
from inbox.forms import WaitForm
from inbox.views.acting import act, refuse


@require_POST
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the comment wait until a day."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    back = reverse("inbox:comment", args=[one.pk])
    form = WaitForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=back)
    until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
    done = _("Kommentaren venter til %(day)s.") % {"day": date_format(until, "LONG_DAY_FORMAT")}
    return act(
        request, lambda: waiting.wait(one, until=until, reason=reason, by=member), done=done, back=back, can_undo=True
    )


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the comment up again."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    done = _("Kommentaren er tatt fram igjen.")
    back = reverse("inbox:comment", args=[one.pk])
    return act(request, lambda: waiting.resume(one, by=member), done=done, back=back)
