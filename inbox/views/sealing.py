"""Sealing a comment, opening it for a look, and breaking the seal."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.moves import IllegalMoveError
from inbox import access, sealing
from inbox.actions import sealing as actions
from inbox.actions.errors import RefusedError
from inbox.models import Comment, Seal
from inbox.views.acting import FIRST, act
from team.models import Membership, Role


class SealForm(forms.Form):
    """Why the words are sealed."""

    why = forms.ChoiceField(
        label=gettext_lazy("Hvorfor"),
        choices=Seal.Why.choices,
        error_messages={"required": gettext_lazy("Velg hvorfor innholdet forsegles.")},
    )
    remark = forms.CharField(label=gettext_lazy("Hvis annet: hva"), max_length=actions.LONGEST_REASON, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what sealing does, and do it when a reason was given."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    form = SealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.seal(one, why=form.cleaned_data["why"], remark=form.cleaned_data["remark"], by=member)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        except IllegalMoveError:
            form.add_error(None, str(FIRST))
        else:
            done = _("Innholdet er forseglet. %(what)s") % {"what": sealing.what_to_do(form.cleaned_data["why"])}
            messages.success(request, done)
            return HttpResponseRedirect(_page(one))
    context = {
        "comment": one,
        "form": form,
        "why_not": actions.why_not(one, by=member),
        "choices": [(why.value, why.label, sealing.what_to_do(why)) for why in Seal.Why],
        "leads": leads_of(member),
    }
    return render(request, "inbox/seal.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the words to who may see them; by POST, since that they were seen is written in the log."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    try:
        opened = actions.read(one, by=member)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_page(one))
    context = {
        "comment": one,
        "opened": opened,
        "versions": sorted(opened.versions.all(), key=lambda version: -version.number),
        "attachments": list(opened.attachments.all()),
        "seal": Seal.objects.select_related("sealed_by__user").get(comment=one),
        "what_to_do": sealing.what_to_do(Seal.objects.values_list("why", flat=True).get(comment=one)),
    }
    return render(request, "inbox/sealed_words.html", context)


@require_POST
def unseal(request: HttpRequest, pk: int) -> HttpResponse:
    """Break the seal."""
    member = access.lead_member(request)
    one = access.comment_for(member, pk)
    reason = request.POST.get("reason", "")
    done = _("Forseglingen er opphevet. Alle som svarer for kommunen, ser innholdet igjen.")
    return act(request, lambda: actions.unseal(one, reason=reason, by=member), done=done, back=_page(one))


def seal_of(one: Comment, member: Membership) -> dict[str, Any]:
    """Return what the page of a comment says of its seal (inbox/_sealed.html); nothing of one that is not sealed."""
    may_seal = not actions.why_not(one, by=member) and not one.erased_at
    seal = Seal.objects.select_related("sealed_by__user").filter(comment=one).first() if one.sealed_at else None
    if seal is None:
        return {"may_seal": may_seal}
    later = one.versions.filter(seen_at__gt=seal.sealed_at).order_by("-number")
    return {
        "may_seal": False,
        "seal": seal,
        "seal_what_to_do": sealing.what_to_do(seal.why),
        "seal_may_read": sealing.may_read(one, member),
        "seal_leads": leads_of(member),
        "seal_edited": later.values_list("seen_at", flat=True).first(),
        "longest_reason": actions.LONGEST_REASON,
    }


def leads_of(member: Membership) -> list[str]:
    """Return the names of the municipality's leads today: whom to ask about what is sealed."""
    leads = Membership.objects.current().filter(municipality_id=member.municipality_id, role=Role.LEAD)
    return list(leads.order_by("user__name").values_list("user__name", flat=True))


def _page(one: Comment) -> str:
    return reverse("inbox:comment", args=[one.pk])
