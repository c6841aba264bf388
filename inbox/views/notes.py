"""Internal notes on the conversation page, and the list of where one is named."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox import access, queries
from inbox.actions import notes
from inbox.actions.errors import RefusedError
from inbox.models import Comment
from inbox.views.acting import act
from inbox.views.conversation import conversation, template_for
from team.models import Membership


@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a note; one that is refused stays in its field."""
    member, one = _asked(request, pk)
    wanted = set(request.POST.getlist("nevn"))
    chosen = [person for person in access.colleagues_for(member) if str(person.pk) in wanted]
    text = request.POST.get("text", "")
    return _saved(request, member, one, lambda: notes.write(one, text=text, mention=chosen, by=member), text)


@require_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own note."""
    member = access.team_member(request)
    note = access.note_for(member, pk)
    text, number = request.POST.get("text", ""), request.POST.get("number", "")
    seen = int(number) if number.isdecimal() and len(number) < 9 else None
    one = access.comment_for(member, note.comment_id)
    return _saved(request, member, one, lambda: notes.edit(note, text=text, number=seen, by=member), text)


def _saved(request: HttpRequest, member: Membership, one: Comment, call: Any, text: str) -> HttpResponse:
    try:
        call()
    except RefusedError as refusal:
        context = {**conversation(request, member, one), "note_text": text, "note_problem": str(refusal)}
        return render(request, template_for(context["reply"]), context, status=422)
    messages.success(request, _("Notatet er lagret."))
    return HttpResponseRedirect(f"{reverse('inbox:comment', args=[one.pk])}#notater")


@require_POST
def see(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has seen where one is named."""
    member, one = _asked(request, pk)
    back = f"{reverse('inbox:comment', args=[one.pk])}#notater"
    return act(request, lambda: notes.see(one, by=member), done=_("Merket som sett."), back=back)


@require_safe
def mentions(request: HttpRequest) -> HttpResponse:
    """List the notes one is named in, unseen first."""
    member = access.team_member(request)
    return render(request, "inbox/mentions.html", {"mentions": queries.mentions_of(member)})


def _asked(request: HttpRequest, pk: int) -> tuple[Membership, Comment]:
    member = access.team_member(request)
    return member, access.comment_for(member, pk)
