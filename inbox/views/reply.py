"""What can be done to the reply of a comment, and the list of what waits for review."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.moves import IllegalMoveError
from guidelines.duties import Check
from inbox import access, queries
from inbox.actions import facts, replies, too_long, unclear
from inbox.actions import interim as interim_acts
from inbox.actions.errors import ChangedMeanwhileError, RefusedError
from inbox.forms import DraftForm, FinalByForm, FoundForm, RemarkForm
from inbox.models import Comment, Reply
from inbox.views.acting import FIRST, act, refuse
from inbox.views.conversation import conversation, template_for
from inbox.views.outgoing import holding
from inbox.workflow import ReplyStatus
from team.models import Membership


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """List the replies that wait for approval, and those a person must look at."""
    member = access.team_member(request)
    waiting = queries.waiting_for_review(member)
    mine = [one for one in waiting if one.author_id == member.pk or not member.may_approve]
    context = {
        "waiting": [one for one in waiting if one not in mine],
        "by_others": mine,
        "troubled": queries.troubled_replies(member),
        "holding": [held for held in map(holding, queries.replies_to_watch(member)[0]) if held],
    }
    return render(request, "inbox/review_list.html", context)


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft."""
    return save_then(request, pk, lambda reply, member: None, done=_("Utkastet er lagret."))


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and hand it in for review."""
    done = _("Svaret er sendt til godkjenning.")
    return save_then(request, pk, lambda reply, member: replies.submit(reply, by=member), done=done)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the reviewer changed, if anything, and approve: it goes out after the hold.

    A reviewer goes on to the next that waits for them, so that a batch is read one by one; the way back stands there.
    """
    approved: list[int] = []

    def let_out(reply: Reply, member: Membership) -> None:
        if reply.status == ReplyStatus.IN_REVIEW:
            approved.append(reply.pk)
        replies.approve(reply, by=member, read=request.POST.get("read", ""))

    response = save_then(request, pk, let_out, done=_("Svaret er godkjent."))
    if not approved or not isinstance(response, HttpResponseRedirect) or response.url.endswith("#svar"):
        return response
    return HttpResponseRedirect(_next_to_review(access.team_member(request)) or response.url)


def _next_to_review(member: Membership) -> str:
    """Return the page of the next reply of somebody else's that waits for this reviewer; "" when none does."""
    waiting = queries.waiting_for_review(member) if member.may_approve else []
    return next((reverse("inbox:comment", args=[one.comment_id]) for one in waiting if one.author_id != member.pk), "")


@require_POST
def ask_override(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft, ask a lead to let it stand, and hand it in with the block shown."""

    def ask(reply: Reply, member: Membership) -> None:
        replies.ask_override(reply, reason=request.POST.get("reason", ""), by=member)
        replies.submit(reply, by=member)

    return save_then(request, pk, ask, done=_("Svaret er sendt til leder med spørsmålet."))


@require_POST
def override(request: HttpRequest, pk: int) -> HttpResponse:
    """A lead lets the text stand against a check, with the reason."""
    check, reason = request.POST.get("check", Check.PERSONAL_DATA.value), request.POST.get("reason", "")
    done = _("Teksten kan stå. Begrunnelsen er lagret.")
    return save_then(
        request, pk, lambda reply, member: replies.override(reply, check=check, reason=reason, by=member), done=done
    )


@require_POST
def ask_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the words that ask the sender to take personal data out into the draft."""
    member, one = _asked(request, pk)
    done = _("Teksten ligger i utkastet. Les over før du sender.")
    return act(request, lambda: replies.ask_removal(one, by=member), done=done, back=f"{_page(one)}#svar")


@require_POST
def insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and put in the notice of a duty."""
    code = request.POST.get("duty", "")
    done = _("Teksten er satt inn sist i svaret.")
    return save_then(request, pk, lambda reply, member: replies.insert_notice(reply, code=code, by=member), done=done)


@require_POST
def choose_length(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and choose how it goes out when it is too long: in parts, with short notices, or undecided."""
    choice = request.POST.get("too_long", "")
    done = _("Valget er lagret.")
    return save_then(
        request, pk, lambda reply, member: too_long.choose(reply, choice=choice, by=member), done=done, back="#svar"
    )


@require_POST
def interim(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and let it be an interim answer with a day for the final one, or a final one again."""
    form = FinalByForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=f"{reverse('inbox:comment', args=[pk])}#svar")
    day = form.cleaned_data["day"]
    done = _("Svaret er endelig igjen.")
    if day:
        done = _("Svaret er foreløpig. Det endelige kommer innen %(day)s.") % {
            "day": date_format(day, "LONG_DAY_FORMAT")
        }
    return save_then(
        request, pk, lambda reply, by: interim_acts.promise(reply, final_by=day, by=by), done=done, back="#svar"
    )


def save_then(
    request: HttpRequest, pk: int, call: Callable[[Reply, Membership], Any], *, done: str, back: str = ""
) -> HttpResponse:
    """Save the text that came along, then make the call; a refusal keeps the text and says why."""
    member, one = _asked(request, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=_page(one))
    try:
        reply = _saved(one, member, form)
        call(reply, member)
    except ChangedMeanwhileError as conflict:
        return _both_texts(request, member, one, str(conflict))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(f"{_page(one)}#svar")
    except IllegalMoveError:  # what was written is saved: only the act came too late
        messages.error(request, str(FIRST))
        return HttpResponseRedirect(f"{_page(one)}#svar")
    messages.success(request, done)
    return HttpResponseRedirect(f"{_page(one)}{back}")


def _saved(one: Comment, member: Membership, form: DraftForm) -> Reply:
    """Return the reply with what the form holds saved; a form without a text only names the version that was seen."""
    data = form.cleaned_data
    if "claim" in form.data:
        facts.mark_claim(one, claim=data["claim"], by=member)
    if "text" in form.data:
        return replies.draft(
            one,
            text=data["text"],
            source=data["source"] if "source" in form.data else None,
            enquiry_choice=data["enquiry_choice"] if "enquiry_choice" in form.data else None,
            answers=form.answers,
            base_version=data["version"],
            lost=data["sent"] or None,
            by=member,
        )
    reply = open_reply_of(one)
    if data["version"] not in {None, reply.version}:
        raise ChangedMeanwhileError(_("Svaret ble endret etter at du åpnet det. Les det på nytt før du går videre."))
    return reply


def open_reply_of(one: Comment) -> Reply:
    """Return the reply that is under way for the comment; 404 when there is none."""
    reply = replies.open_reply(one)
    if reply is None:
        raise Http404
    return reply


def _both_texts(request: HttpRequest, member: Membership, one: Comment, why: str) -> HttpResponse:
    """Show the saved text and the one that was not saved, so that neither is lost."""
    context = conversation(request, member, one)
    context |= {"conflict": {"why": why, "unsaved": request.POST.get("text", "")}}
    return render(request, template_for(context["reply"]), context, status=409)


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft quietly while somebody writes; answers with the new version."""
    member, one = _asked(request, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": _("Utkastet kunne ikke lagres: se over teksten.")}, status=400)
    try:
        reply = _saved(one, member, form)
    except RefusedError as refusal:
        return JsonResponse({"error": str(refusal), **_stored(one)}, status=409)
    except IllegalMoveError:
        return JsonResponse({"error": str(FIRST), **_stored(one)}, status=409)
    at = date_format(timezone.localtime(), "TIME_FORMAT")
    return JsonResponse({"version": reply.version, "message": _("Utkast lagret kl. %(time)s") % {"time": at}})


def _stored(one: Comment) -> dict[str, Any]:
    """Return the text as it is stored, so that the page can tell a lost answer from somebody else's text."""
    reply = replies.open_reply(one)
    return {"text": reply.text, "version": reply.version} if reply else {}


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it back with a remark."""
    member, one = _asked(request, pk)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=_page(one))
    reply = open_reply_of(one)
    remark = form.cleaned_data["remark"]
    done = _("Svaret er sendt tilbake til %(name)s.") % {"name": reply.author.name}
    return act(request, lambda: replies.send_back(reply, remark=remark, by=member), done=done, back=_page(one))


@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back while it is held."""
    return _act_on_reply(request, pk, replies.recall, done=_("Svaret er tatt tilbake og ligger som utkast."))


@require_POST
def rework(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a refused reply as a draft."""
    return _act_on_reply(request, pk, replies.rework, done=_("Svaret er et utkast igjen."))


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    return _act_on_reply(request, pk, replies.discard, done=_("Utkastet er forkastet."))


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A person says that the unclear reply does not stand on the platform."""
    return _act_on_reply(request, pk, unclear.send_again, done=_("Svaret sendes på nytt."))


@require_POST
def take_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the parts that stand on the platform, where the rest did not come out."""
    return _act_on_reply(request, pk, unclear.take_down, done=_("Det som står på plattformen, blir slettet."))


@require_POST
def settle_found(request: HttpRequest, pk: int) -> HttpResponse:
    """A person says that the unclear reply stands on the platform, and where."""
    member, one = _asked(request, pk)
    form = FoundForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=_page(one))
    reply = open_reply_of(one)
    address = form.cleaned_data["permalink"]
    done = _("Svaret er registrert som publisert.")
    return act(request, lambda: unclear.settle_found(reply, permalink=address, by=member), done=done, back=_page(one))


def _act_on_reply(request: HttpRequest, pk: int, call: Callable[..., None], *, done: str) -> HttpResponse:
    member, one = _asked(request, pk)
    reply = open_reply_of(one)
    return act(request, lambda: call(reply, by=member), done=done, back=_page(one))


def _asked(request: HttpRequest, pk: int) -> tuple[Membership, Comment]:
    member = access.team_member(request)
    return member, access.comment_for(member, pk)


def _page(one: Comment) -> str:
    return reverse("inbox:comment", args=[one.pk])
