"""The lead's page of what is the municipality's own in a text: the checks of drafts and the hints read by it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox import access
from inbox.own_details_form import OwnDetailsForm
from team.actions import OWN_DETAILS, change_municipality


@require_http_methods(["GET", "HEAD", "POST"])
def own_details(request: HttpRequest) -> HttpResponse:
    """Show and change the municipality's own details."""
    member = access.lead_member(request)
    stored = {name: getattr(member.municipality, name) for name in OWN_DETAILS}
    shown = {name: "\n".join(value) if isinstance(value, list) else value for name, value in stored.items()}
    form = OwnDetailsForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        changed = change_municipality(member.municipality, form.cleaned_data, by=member)
        messages.success(
            request, _("Opplysningene er lagret og gjelder fra nå.") if changed else _("Ingenting er endret.")
        )
        return redirect("inbox:own_details")
    return render(request, "inbox/own_details.html", {"form": form}, status=422 if form.errors else 200)
