"""What can be done to a forwarding, and the list of those that wait for a receipt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox import access, queries
from inbox.actions import forwardings
from inbox.forms import AnswerForm, NameForm, RecipientForm
from inbox.models import Forwarding
from inbox.views.acting import act, refuse
from team.models import Membership


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List what was forwarded and is not confirmed yet, and what lately was."""
    member = access.team_member(request)
    return render(
        request,
        "inbox/receipts.html",
        {
            "troubled": queries.troubled_forwardings(member),
            "waiting": queries.waiting_for_receipt(member),
            "settled": queries.settled_forwardings(member),
        },
    )


@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who the question belongs to; it goes out with the publishing, or at once when nothing is published.

    Of a sealed comment: note who took it on the phone.
    """
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    back = reverse("inbox:comment", args=[one.pk])
    form = RecipientForm(request.POST, municipality_id=member.municipality_id)
    if not form.is_valid():
        return refuse(request, form, back=back)
    to = form.recipient()
    if one.sealed_at and to:
        who, done = request.POST.get("name", ""), _("Ført inn: overlevert på telefon.")
        return act(request, lambda: forwardings.phone(one, to=to, name=who, by=member), done=done, back=back)
    return act(
        request,
        lambda: forwardings.plan(one, to=to, remark=form.cleaned_data["remark"], by=member),
        done=_("Mottakeren er valgt.") if to else _("Videresendingen er tatt tilbake."),
        back=back,
    )


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it now."""
    member, one = _asked(request, pk)
    return act(
        request,
        lambda: forwardings.send(one, by=member),
        done=_("Spørsmålet er videresendt til %(name)s.") % {"name": one.recipient.name},
        back=_page(one),
    )


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it with a new link."""
    member, one = _asked(request, pk)
    return act(
        request,
        lambda: forwardings.send_again(one, by=member),
        done=_("Spørsmålet er sendt på nytt. Den gamle lenken virker ikke lenger."),
        back=reverse("inbox:receipts"),
    )


@require_POST
def received(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a receipt that came another way."""
    member, one = _asked(request, pk)
    form = NameForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=reverse("inbox:receipts"))
    name = form.cleaned_data["name"]
    return act(
        request,
        lambda: forwardings.register_receipt(one, name=name, by=member),
        done=_("Mottaket er ført inn."),
        back=reverse("inbox:receipts"),
    )


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what the recipient answered."""
    member, one = _asked(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return refuse(request, form, back=reverse("inbox:receipts"))
    words = form.cleaned_data["answer"]
    return act(
        request,
        lambda: forwardings.record_answer(one, answer=words, by=member),
        done=_("Svaret er ført inn."),
        back=reverse("inbox:receipts"),
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back."""
    member, one = _asked(request, pk)
    return act(
        request,
        lambda: forwardings.withdraw(one, by=member),
        done=_("Videresendingen er trukket tilbake."),
        back=_page(one),
    )


def _asked(request: HttpRequest, pk: int) -> tuple[Membership, Forwarding]:
    member = access.team_member(request)
    return member, access.forwarding_for(member, pk)


def _page(one: Forwarding) -> str:
    return reverse("inbox:comment", args=[one.comment_id])
