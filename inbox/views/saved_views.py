"""Choices in the queue, kept under a name."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox import access
from inbox.actions import saved_views
from inbox.queue_choice import Choice
from inbox.views.acting import act


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what is chosen; the form carries it as the address does, and only what is known of it is kept."""
    member = access.team_member(request)
    return act(
        request,
        lambda: saved_views.save(
            name=request.POST.get("name", ""),
            tab=request.POST.get("tab", ""),
            choice=Choice.read(request.POST),
            is_shared="is_shared" in request.POST,
            by=member,
        ),
        done=_("Utvalget er lagret. Du finner det under «Lagrede utvalg»."),
        back=reverse("inbox:queue"),
    )


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a kept choice."""
    member = access.team_member(request)
    view = access.saved_view_for(member, pk)
    return act(
        request,
        lambda: saved_views.delete(view, by=member),
        done=_("Utvalget «%(name)s» er slettet.") % {"name": view.name},
        back=reverse("inbox:queue"),
    )
