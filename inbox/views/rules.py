"""«Prøv»: what a draft of the rules would change for the comments we have, before anything is saved or in force."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from guidelines import access
from guidelines.duties import Duty
from guidelines.models import GuidelineVersion
from guidelines.queries import duties_in_force, duties_of
from guidelines.rule_views import asked_for, duty_forms, show_duty
from inbox.try_rules import try_rules


@require_safe
def try_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a version would change on the latest comments if it came into force."""
    version = access.rules_for(access.lead_member(request), pk)
    return _trial(request, version, duties_of(version), back=reverse("guidelines:rules", args=[pk]))


@require_POST
def try_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the draft would change with this duty as it stands in the form, unsaved. Nothing is written."""
    row = access.duty_for(access.lead_member(request), pk)
    form, whens = duty_forms(request, row.version, row)
    changed = asked_for(form, whens)
    if changed is None:
        return show_duty(request, row.version, form, whens, row)
    duties = [changed if one.code == row.code else one for one in duties_of(row.version)]
    return _trial(request, row.version, duties, back=reverse("guidelines:duty", args=[pk]), unsaved=changed)


def _trial(
    request: HttpRequest,
    version: GuidelineVersion,
    duties: Sequence[Duty],
    *,
    back: str,
    unsaved: Duty | None = None,
) -> HttpResponse:
    trial = try_rules(version.municipality, duties_in_force(version.municipality), duties)
    context = {
        "version": version,
        "trial": trial,
        "back_url": back,
        "unsaved": unsaved,
        # The form once more, hidden: going back to it must not lose what was written.
        "sent": [(name, value) for name, values in request.POST.lists() for value in values if name not in _OURS],
    }
    return render(request, "inbox/try_rules.html", context)


_OURS = {"csrfmiddlewaretoken"}
