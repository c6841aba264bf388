"""The practice for new members: the five tasks, and the way in and out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox import access
from inbox.actions import practice
from inbox.practice import TASKS, progress_of
from team.access import SESSION_KEY, practice_of


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Show the five tasks: before the practice what it is, in it how far one has come."""
    member = access.team_member(request)
    practising = member.municipality.is_practice
    context = {
        "progress": progress_of(member) if practising else None,
        "tasks": TASKS,
        "under_way": None if practising else practice_of(member),
    }
    return render(request, "inbox/practice.html", context)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Go into the practice: the one under way, or with `pa_nytt` from the beginning."""
    member = access.team_member(request)
    anew = "pa_nytt" in request.POST
    if member.municipality.is_practice:
        if not anew:
            return redirect("inbox:practice")
        real = practice.leave(member)
        if real is None:
            return _out(request, None)
        member = real
    request.session[SESSION_KEY] = practice.begin(member, anew=anew).municipality_id
    return redirect("inbox:practice")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the practice and go back to the real queue."""
    member = access.team_member(request)
    if not member.municipality.is_practice:
        return redirect("inbox:queue")
    finished = progress_of(member).is_finished
    real = practice.leave(member)
    done = _("Du er i gang.") if finished else _("Øvingen er avsluttet. Du finner den igjen under Innstillinger.")
    messages.success(request, done)
    return _out(request, real.municipality_id if real else None)


@require_POST
def put_aside(request: HttpRequest) -> HttpResponse:
    """Offer the practice no more."""
    practice.put_aside(access.team_member(request))
    messages.success(request, _("Du finner øvingen under Innstillinger når du vil."))
    return redirect("inbox:queue")


def _out(request: HttpRequest, municipality_id: int | None) -> HttpResponse:
    """Go back to the real municipality; somebody who is no member there any more starts where they are one."""
    request.session.pop(SESSION_KEY, None)
    if municipality_id is not None:
        request.session[SESSION_KEY] = municipality_id
    return redirect("start")
