"""The lead's page of the municipality's published rules."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox import access, queries
from inbox.actions import house_rules
from inbox.actions.errors import RefusedError
from inbox.models import HouseRule
from inbox.moderation_forms import RuleForm
from inbox.views.acting import act
from team.models import Membership

FIELDS = ("title", "code", "text", "link", "allows")


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the rules, those in force first."""
    member = access.lead_member(request)
    rules = list(HouseRule.objects.filter(municipality_id=member.municipality_id))
    context = {
        "rules": rules,
        "proposals": any(one.is_proposal and one.is_active for one in rules),
        "to_look_at": queries.count_to_look_at(member),
    }
    return render(request, "inbox/house_rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Enter a rule."""
    return _edit(request, access.lead_member(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    member = access.lead_member(request)
    return _edit(request, member, access.house_rule_for(member, pk))


@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule out of use, or take it up again."""
    member = access.lead_member(request)
    rule, active = access.house_rule_for(member, pk), request.POST.get("active") == "yes"
    done = _("Regelen er i bruk igjen.") if active else _("Regelen er tatt ut av bruk.")
    return act(
        request, lambda: house_rules.set_active(rule, active=active, by=member), done=done, back="inbox:house_rules"
    )


def _edit(request: HttpRequest, member: Membership, rule: HouseRule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, initial={name: getattr(rule, name) for name in FIELDS} if rule else None)
    if request.method == "POST" and form.is_valid():
        try:
            house_rules.keep(**form.cleaned_data, rule=rule, by=member)
        except RefusedError as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("Regelen er lagret."))
            return redirect("inbox:house_rules")
    context = {
        "form": form,
        "title": rule.title if rule else _("Ny husregel"),
        "back_url": reverse("inbox:house_rules"),
        "state": _("Dette er vårt forslag. Når du lagrer, er det kommunens egen regel.")
        if rule and rule.is_proposal
        else "",
        "acts": _acts(rule),
    }
    return render(request, "inbox/library_form.html", context, status=422 if form.errors else 200)


def _acts(rule: HouseRule | None) -> list[dict[str, object]]:
    if rule is None:
        return []
    label, active = (_("Ta ut av bruk"), "no") if rule.is_active else (_("Ta i bruk igjen"), "yes")
    url = reverse("inbox:house_rule_active", args=[rule.pk])
    return [{"url": url, "label": label, "primary": False, "fields": {"active": active}}]
