"""Puts what was written beforehand into the draft of a comment; and leaving a comment to a colleague."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox import access
from inbox.actions import hand_entry
from inbox.actions import inserting as acts
from inbox.forms import AssignForm
from inbox.library_forms import AnswerGivenForm
from inbox.models import Comment
from inbox.views.acting import act, refuse
from inbox.views.reply import open_reply_of, save_then
from team.models import Membership


@require_POST
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and put in a template."""
    member, one = _asked(request, pk)
    wanted = access.template_for(member, _number(request, "template"))
    done = _("Malen er satt inn.")
    if "text" not in request.POST:
        return act(request, lambda: acts.insert_template(one, wanted, by=member), done=done, back=f"{_page(one)}#svar")
    return save_then(request, pk, lambda reply, by: acts.insert_template(one, wanted, by=by), done=done)


@require_POST
def fact(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft, if it came along, and put in a fact with its source."""
    member, one = _asked(request, pk)
    wanted = access.fact_for(member, _number(request, "fact"))
    done = _("Rettelsen er satt inn med kilde.")
    if "text" not in request.POST:
        return act(request, lambda: acts.insert_fact(one, wanted, by=member), done=done, back=f"{_page(one)}#svar")
    return save_then(request, pk, lambda reply, by: acts.insert_fact(one, wanted, by=by), done=done)


@require_POST
def seek_fact(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and look for facts; those found can be put in from there."""
    _member, one = _asked(request, pk)
    words = request.POST.get("sok", "") or one.claim
    response = save_then(request, pk, lambda reply, by: None, done="")
    if isinstance(response, HttpResponseRedirect):
        return HttpResponseRedirect(f"{reverse('inbox:facts')}?{urlencode({'kommentar': one.pk, 'sok': words})}")
    return response


@require_POST
def recommendation(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and put in the recommendation of a matter."""
    member, one = _asked(request, pk)
    wanted = access.matter_for(member, _number(request, "matter"))
    done = _("Innstillingen er satt inn.")
    return save_then(request, pk, lambda reply, by: acts.insert_recommendation(one, wanted, by=by), done=done)


@require_POST
def publish_preapproved(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the pre-approved text that stood on the screen."""
    member, one = _asked(request, pk)
    wanted = access.template_for(member, _number(request, "template"))
    seen = request.POST.get("text_hash", "")
    return act(
        request,
        lambda: acts.publish_preapproved(one, wanted, text_hash=seen, by=member, read=request.POST.get("read", "")),
        done=_("Svaret til %(name)s er på vei ut.") % {"name": one.author},
        back=_page(one),
    )


@require_POST
def we_were_wrong(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the task to correct our post, and thank the sender in the draft."""
    member, one = _asked(request, pk)
    done = _("Oppgaven «Rett vårt innlegg» er laget.")
    if "text" not in request.POST:
        return act(request, lambda: acts.insert_mistake(one, by=member), done=done, back=_page(one))
    return save_then(request, pk, lambda reply, by: acts.insert_mistake(one, by=by), done=done)


@require_POST
def register_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Register that a person has given the approved answer."""
    member, one = _asked(request, pk)
    form = AnswerGivenForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=_page(one))
    reply = open_reply_of(one)
    given = form.cleaned_data
    return act(
        request,
        lambda: hand_entry.register_answer(reply, how=given["how"], link=given["link"], by=member),
        done=_("Svaret er registrert."),
        back=_page(one),
    )


@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the comment to a colleague, or to whoever takes it."""
    member, one = _asked(request, pk)
    to = None
    if request.POST.get("to"):
        form = AssignForm(request.POST, municipality_id=member.municipality_id)
        if not form.is_valid():
            return refuse(request, form, back=_page(one))
        to = form.cleaned_data["to"]
    return act(
        request,
        lambda: hand_entry.hand_over(one, to=to, by=member),
        done=_("Kommentaren er overlatt til en annen."),
        back=reverse("inbox:queue", args=["mine"]),
    )


def _number(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else 0


def _asked(request: HttpRequest, pk: int) -> tuple[Membership, Comment]:
    member = access.team_member(request)
    return member, access.comment_for(member, pk)


def _page(one: Comment) -> str:
    return reverse("inbox:comment", args=[one.pk])
