"""What can be done to a comment."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox import access, queries
from inbox.actions import comments
from inbox.forms import AssignForm, EndForm, FlagForm, SortForm, yes_no
from inbox.models import Comment
from inbox.views.acting import act, refuse
from team.models import Membership


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the comment."""
    member, one = _asked(request, pk)
    return act(
        request,
        lambda: comments.claim(one, by=member),
        done=_("Du har tatt kommentaren."),
        back=_page(one),
        can_undo=True,
    )


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it back."""
    member, one = _asked(request, pk)
    return act(
        request,
        lambda: comments.release(one, by=member),
        done=_("Kommentaren er lagt tilbake."),
        back=_page(one),
        can_undo=True,
    )


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it to a colleague."""
    member, one = _asked(request, pk)
    form = AssignForm(request.POST, municipality_id=member.municipality_id)
    if not form.is_valid():
        return refuse(request, form, back=_page(one))
    to = form.cleaned_data["to"]
    done = _("Kommentaren er tildelt %(name)s.") % {"name": to.name}
    return act(request, lambda: comments.assign(one, to=to, by=member), done=done, back=_page(one), can_undo=True)


@require_POST
def sort(request: HttpRequest, pk: int) -> HttpResponse:
    """Sort it."""
    member, one = _asked(request, pk)
    form = SortForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=_page(one))
    data = form.cleaned_data
    return act(
        request,
        lambda: comments.sort(
            one,
            sortings=data["sortings"],
            addressed_to_us=yes_no(data["addressed_to_us"]),
            documentation_value=yes_no(data["documentation_value"]),
            only_unsorted=data["unsorted"],
            by=member,
        ),
        done=_("Kommentaren er sortert."),
        back=_page(one),
        can_undo=True,
    )


@require_POST
def unsort(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the sorting back."""
    member, one = _asked(request, pk)
    return act(request, lambda: comments.unsort(one, by=member), done=_("Sorteringen er angret."), back=_page(one))


@require_POST
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """Set its flags."""
    member, one = _asked(request, pk)
    form = FlagForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=_page(one))
    flags = form.cleaned_data["flags"]
    return act(
        request,
        lambda: comments.flag(one, flags=flags, by=member),
        done=_("Merkingen er lagret."),
        back=_page(one),
        can_undo=True,
    )


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End it without an answer."""
    member, one = _asked(request, pk)
    form = EndForm(request.POST, comment=one)
    if not form.is_valid():
        return refuse(request, form, back=_page(one))
    data = form.cleaned_data

    def end_it() -> None:
        not_hidden = comments.end(
            one, ending=data["ending"], reason=data["reason"], joint_reply=data["joint_reply"], by=member
        )
        if not_hidden:
            messages.warning(request, not_hidden)

    return act(request, end_it, done=_("Kommentaren er ferdig."), back=_page(one), can_undo=True)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it up again."""
    member, one = _asked(request, pk)
    return act(request, lambda: comments.reopen(one, by=member), done=_("Kommentaren er åpnet igjen."), back=_page(one))


@require_POST
def see_ending(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an ending stand that one person made alone."""
    member, one = _asked(request, pk)
    return act(
        request, lambda: comments.see_ending(one, by=member), done=_("Avslutningen står."), back=reverse("inbox:spam")
    )


@require_safe
def spam(request: HttpRequest) -> HttpResponse:
    """List what was ended as spam and no lead has looked over yet."""
    member = access.team_member(request)
    if not member.may_approve:
        raise PermissionDenied
    return render(request, "inbox/spam.html", {"spam": queries.spam_to_see(member)})


def _asked(request: HttpRequest, pk: int) -> tuple[Membership, Comment]:
    member = access.team_member(request)
    return member, access.comment_for(member, pk)


def _page(one: Comment) -> str:
    return reverse("inbox:comment", args=[one.pk])
