"""The lead's pages for whom questions may be forwarded to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inbox import access
from inbox.actions import recipients
from inbox.actions.errors import RefusedError
from inbox.forms import OutsideBodyForm, UnitDetailsForm
from inbox.models import OutsideBody
from team.models import Membership, Unit

KINDS = {"enhet": (Unit, UnitDetailsForm), "utenfor": (OutsideBody, OutsideBodyForm)}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the units and the approved bodies outside."""
    member = access.lead_member(request)
    of = {"municipality_id": member.municipality_id}
    context = {
        "units": Unit.objects.filter(**of).order_by("-is_active", "name"),
        "bodies": OutsideBody.objects.filter(**of).order_by("-is_active", "name"),
    }
    return render(request, "inbox/recipients.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_unit(request: HttpRequest) -> HttpResponse:
    """Add a unit."""
    member = access.lead_member(request)
    return _edit(request, member, "enhet", Unit(municipality=member.municipality))


@require_http_methods(["GET", "HEAD", "POST"])
def add_body(request: HttpRequest) -> HttpResponse:
    """Approve a body outside the municipality."""
    member = access.lead_member(request)
    return _edit(request, member, "utenfor", OutsideBody(municipality=member.municipality))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Change a recipient, take it off the list, or put it back."""
    member = access.lead_member(request)
    recipient = access.recipient_for(member, kind, pk)
    if request.POST.get("active") in {"yes", "no"}:
        active = request.POST["active"] == "yes"
        recipients.set_active(recipient, active=active, by=member)
        messages.success(request, _("Mottakeren er i bruk igjen.") if active else _("Mottakeren er tatt ut av bruk."))
        return redirect("inbox:recipients")
    return _edit(request, member, kind, recipient)


def _edit(request: HttpRequest, member: Membership, kind: str, recipient: Unit | OutsideBody) -> HttpResponse:
    form = KINDS[kind][1](request.POST or None, initial=_initial(recipient))
    if request.method == "POST" and form.is_valid():
        try:
            recipients.save(recipient, fields=form.cleaned_data, by=member)
        except RefusedError as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Mottakeren er lagret."))
            return redirect("inbox:recipients")
    status = 422 if form.errors else 200
    return render(request, "inbox/recipient.html", {"form": form, "recipient": recipient, "kind": kind}, status=status)


def _initial(recipient: Unit | OutsideBody) -> dict[str, str]:
    return {name: getattr(recipient, name) for name in recipients.FIELDS[type(recipient)]}
