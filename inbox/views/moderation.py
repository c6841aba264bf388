"""Hide, delete, ban, show again and like: the forms, and what a lead settles afterwards."""

from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import log
from files.store import FileDamagedError
from inbox import abilities, access, queries
from inbox.actions import comments, interventions, replies, telling
from inbox.actions.errors import RefusedError
from inbox.actions.interventions import Order
from inbox.evidence_package import write_package
from inbox.models import Comment, Intervention
from inbox.moderation_forms import InterventionForm, LookAgainForm
from inbox.views.acting import act, refuse
from team.models import Membership

Kind = Intervention.Kind


def _titles(kind: str) -> dict[str, str]:
    """Return the words of the page for each kind: its heading, its button, and what is said when it is on its way."""
    return {
        Kind.HIDE: {
            "title": _("Skjul kommentaren"),
            "button": _("Lagre beviset og skjul"),
            "done": _("Beviset er lagret. Kommentaren skjules nå."),
        },
        Kind.DELETE: {
            "title": _("Slett kommentaren"),
            "button": _("Lagre beviset og slett"),
            "done": _("Beviset er lagret. Kommentaren slettes nå."),
        },
        Kind.BAN: {
            "title": _("Utesteng avsenderen"),
            "button": _("Lagre beviset og utesteng"),
            "done": _("Beviset er lagret. Avsenderen utestenges nå."),
        },
        Kind.UNHIDE: {
            "title": _("Vis kommentaren igjen"),
            "button": _("Vis kommentaren igjen"),
            "done": _("Kommentaren vises igjen nå."),
        },
    }[Kind(kind)]


@require_http_methods(["GET", "HEAD", "POST"])
def intervene(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show the form of one act with what the platform will do, or plan it."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    words, why_not = _titles(kind), interventions.why_not(one, kind, by=member)
    form = _form(request, one, kind)
    if request.method == "POST" and not why_not and form.is_valid():
        try:
            interventions.intervene(one, kind=kind, order=_order(one, kind, form), by=member)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, words["done"])
            return HttpResponseRedirect(_page(one))
    context = {
        **words,
        "comment": one,
        "kind": kind,
        "form": form,
        "why_not": why_not,
        "what_happens": abilities.what_happens(one, kind),
        "tells": "message" in form.fields,
        "cannot_tell": abilities.why_not_tell(one),
        "others": [] if kind == Kind.UNHIDE else _others(one, kind, member),
        "rules_needed": kind in interventions.BY_RULE and not interventions.rules_for(one.municipality_id, kind),
    }
    return render(request, "inbox/intervene.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, one: Comment, kind: str) -> InterventionForm:
    rules = interventions.rules_for(one.municipality_id, kind) if kind in interventions.BY_RULE else []
    initial: dict[str, Any] = {"rule": rules[0].pk} if len(rules) == 1 else {}
    if kind in interventions.BY_RULE:
        initial["message"] = telling.message_for(one, kind, rules[0] if len(rules) == 1 else None)
    return InterventionForm(
        request.POST or None,
        kind=kind,
        rules=rules,
        can_tell=not abilities.why_not_tell(one),
        urgent=one.looks_urgent,
        initial=initial,
    )


def _order(one: Comment, kind: str, form: InterventionForm) -> Order:
    data = form.cleaned_data
    return Order(
        rule=data.get("rule"),
        reason=data.get("reason", ""),
        message=_message(one, kind, form),
        look_again_on=data.get("look_again_on"),
        ends_on=data.get("ends_on"),
        ends_comment=bool(data.get("ends_comment")),
        considered=bool(data.get("considered")),
    )


def _message(one: Comment, kind: str, form: InterventionForm) -> str:
    """Return the message as written; prepared words that were left alone name the rule that was chosen."""
    written, rule = str(form.cleaned_data.get("message", "")), form.cleaned_data.get("rule")
    if kind not in interventions.BY_RULE or not written:
        return written
    rules = [None, *interventions.rules_for(one.municipality_id, kind)]
    untouched = {telling.message_for(one, kind, other) for other in rules}
    return telling.message_for(one, kind, rule) if written in untouched else written


def _others(one: Comment, kind: str, member: Membership) -> list[dict[str, str]]:
    """Return the other acts this person may do to the comment, for the foot of the form."""
    return [row for row in acts_for(one, member) if row["kind"] != kind]


def acts_for(one: Comment, member: Membership) -> list[dict[str, str]]:
    """Return the forms of hiding, deleting and banning this person may open now: kind, label, url."""
    labels = {Kind.HIDE: _("Skjul …"), Kind.DELETE: _("Slett …"), Kind.BAN: _("Utesteng avsenderen …")}
    return [
        {"kind": str(kind), "label": label, "url": reverse(f"inbox:{kind}", args=[one.pk])}
        for kind, label in labels.items()
        if not interventions.why_not(one, kind, by=member)
    ]


@require_POST
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """Like it; for praise of emoji only that is the thanks."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    return act(request, lambda: interventions.like(one, by=member), done=_("Kommentaren likes nå."), back=_page(one))


@require_POST
def not_spam(request: HttpRequest, pk: int) -> HttpResponse:
    """It was no spam: open it again, and show it again where it was hidden."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    return act(
        request,
        lambda: comments.not_spam(one, by=member),
        done=_("Kommentaren er åpnet igjen, og vises igjen."),
        back=reverse("inbox:spam"),
    )


@require_POST
def reply_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose where the reply to a hidden comment stands."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    place = request.POST.get("place", "")
    return act(request, lambda: replies.choose_place(one, place=place, by=member), done="", back=f"{_page(one)}#svar")


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more what failed."""
    return _settle(request, pk, interventions.try_again, _("Vi prøver igjen nå."))


@require_POST
def seen_done(request: HttpRequest, pk: int) -> HttpResponse:
    """It is done at the platform."""
    return _settle(request, pk, interventions.seen_done, _("Ført inn som gjort."))


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""
    return _settle(request, pk, interventions.drop, _("Tiltaket er gitt opp."))


@require_POST
def lift_ban(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the person in again."""
    return _settle(request, pk, interventions.lift_ban, _("Utestengingen oppheves."))


@require_POST
def let_stand(request: HttpRequest, pk: int) -> HttpResponse:
    """The comment stays hidden."""
    member = access.team_member(request)
    one = access.intervention_for(member, pk)
    form = LookAgainForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=reverse("inbox:look_again"))
    day = form.cleaned_data["look_again_on"]
    return act(
        request,
        lambda: interventions.let_stand(one, look_again_on=day, by=member),
        done=_("Kommentaren er fortsatt skjult."),
        back=reverse("inbox:look_again"),
    )


def _settle(request: HttpRequest, pk: int, call: Callable[..., None], done: str) -> HttpResponse:
    member = access.team_member(request)
    one = access.intervention_for(member, pk)
    return act(request, lambda: call(one, by=member), done=done, back=_page(one.comment))


@require_safe
def look_again(request: HttpRequest) -> HttpResponse:
    """List for the lead what failed, what is hidden and should be looked at again, and who is banned."""
    member = access.lead_member(request)
    context = {
        "troubled": queries.troubled_interventions(member),
        "hidden": queries.hidden_to_look_at(member),
        "banned": queries.standing_bans(member),
    }
    return render(request, "inbox/look_again.html", context)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the lead the evidence as it was stored, with a page to read and the pictures; each look is logged."""
    member = access.lead_member(request)
    one = access.intervention_for(member, pk)
    if one.evidence is None:
        raise Http404
    package = TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    try:
        write_package(one, package)
    except FileDamagedError:
        package.close()
        messages.error(
            request,
            _("Beviset er skadet i lageret. Be systemansvarlig hente det fra sikkerhetskopien. Ingenting er endret."),
        )
        return HttpResponseRedirect(_page(one.comment))
    with transaction.atomic():
        log.record("intervention.see_evidence", subject=one, by=member, sha256=one.evidence.sha256)
    package.seek(0)
    return FileResponse(package, as_attachment=True, filename=f"bevis-{one.pk}.zip")


def _page(one: Comment) -> str:
    return reverse("inbox:comment", args=[one.pk])
