"""The pages where a lead changes the duties of a draft version, and the municipality's own policy."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guidelines import access, labels, rule_actions, rule_queries
from guidelines.duties import Duty, Sorting
from guidelines.models import DutyRow, GuidelineVersion
from guidelines.queries import policy_of
from guidelines.rule_actions import RuleRefusedError
from guidelines.rule_forms import DutyForm, PolicyForm, WhenFormSet, previews, whens_of
from guidelines.soundness import check_rules, warn_of_rules
from guidelines.workflow import Status

TABS = [
    ("", gettext_lazy("Alle"), "Tasklist"),
    (Sorting.PRAISE, labels.SORTINGS[Sorting.PRAISE], "ThumbUp"),
    (Sorting.NEUTRAL, labels.SORTINGS[Sorting.NEUTRAL], "Chat"),
    (Sorting.NEGATIVE, labels.SORTINGS[Sorting.NEGATIVE], "FaceFrown"),
    (Sorting.FACTUAL_ERROR, labels.SORTINGS[Sorting.FACTUAL_ERROR], "MagnifyingGlassCheckmark"),
    (Sorting.CASE_HANDLING, labels.SORTINGS[Sorting.CASE_HANDLING], "Briefcase"),
    (rule_queries.DOCUMENTATION, gettext_lazy("Verdi som dokumentasjon"), "FileCheckmark"),
    (rule_queries.OTHERS, gettext_lazy("Merker og kontroller"), "Tag"),
]


@require_safe
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """List the duties of a version; of a draft with what differs from the version in force."""
    member = access.lead_member(request)
    version = access.rules_for(member, pk)
    found = rule_queries.rules_of(version)
    tab = request.GET.get("ved", "")
    url = reverse("guidelines:rules", args=[pk])
    context = {
        "version": version,
        "is_draft": version.status == Status.DRAFT,
        "lines": rule_queries.under(found.lines, tab),
        "removed": found.removed,
        "problems": check_rules(found.duties),
        "warnings": warn_of_rules(found.duties),
        "drafts": rule_queries.drafts_of(version),
        "tabs": [(f"{url}?ved={code}" if code else url, label, icon, tab == code) for code, label, icon in TABS],
    }
    return render(request, "guidelines/rule_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one duty of a draft, and save it."""
    member = access.lead_member(request)
    row = access.duty_for(member, pk)
    if row.version.status != Status.DRAFT:
        messages.error(request, _("Bare et utkast kan endres. Begynn på en ny versjon."))
        return redirect("guidelines:rules", pk=row.version_id)
    form, whens = duty_forms(request, row.version, row)
    if "edit" in request.POST:
        return show_duty(request, row.version, form, whens, row)
    if request.method == "POST" and (changed := asked_for(form, whens)):
        return _saved(request, lambda: rule_actions.save_duty(row.version, changed, by=member, row=row), row.version)
    return show_duty(request, row.version, form, whens, row)


@require_http_methods(["GET", "HEAD", "POST"])
def new_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a duty to a draft."""
    member = access.lead_member(request)
    version = access.rules_for(member, pk)
    if version.status != Status.DRAFT:
        messages.error(request, _("Bare et utkast kan endres. Begynn på en ny versjon."))
        return redirect("guidelines:rules", pk=pk)
    form, whens = duty_forms(request, version, None)
    if request.method == "POST" and (added := asked_for(form, whens)):
        return _saved(request, lambda: rule_actions.save_duty(version, added, by=member), version)
    return show_duty(request, version, form, whens, None)


def duty_forms(request: HttpRequest, version: GuidelineVersion, row: DutyRow | None) -> tuple[DutyForm, Any]:
    """Return the form of a duty and its conditions, filled from what was sent or else from the row."""
    before = row.as_duty() if row else None
    sent = request.POST if request.method == "POST" else None
    form = DutyForm(sent, version=version, duty=before)
    return form, WhenFormSet(sent, prefix="naar", initial=whens_of(before) if before else None)


def asked_for(form: DutyForm, whens: Any) -> Duty | None:
    """Return the duty that was sent; None when something is wrong, which then stands in the form."""
    if not (form.is_valid() and whens.is_valid()):
        return None
    return form.to_duty(one.as_data() for one in whens)


def _saved(request: HttpRequest, call: Callable[[], DutyRow], version: GuidelineVersion) -> HttpResponse:
    """Save, and go to the duty's page, where its preview and what is wrong with it stand."""
    try:
        row = call()
    except RuleRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("guidelines:rules", pk=version.pk)
    messages.success(
        request, _("Plikten er lagret i utkastet. Ingenting er endret for andre før utkastet settes i kraft.")
    )
    return redirect("guidelines:duty", pk=row.pk)


def show_duty(
    request: HttpRequest, version: GuidelineVersion, form: DutyForm, whens: Any, row: DutyRow | None
) -> HttpResponse:
    """Show the form of a duty; with status 422 when what was sent cannot be saved, unless it comes back on purpose."""
    stored = row.as_duty() if row else None
    every = [one.as_duty() for one in version.rows.order_by("position")]
    mine = f"{row.code}: " if row else "\0"
    context = {
        "version": version,
        "row": row,
        "form": form,
        "whens": whens,
        "previews": previews(stored, version.municipality) if stored else [],
        "problems": [one.removeprefix(mine) for one in check_rules(every) if one.startswith(mine)],
        "warnings": [one.removeprefix(mine) for one in warn_of_rules(every) if one.startswith(mine)],
        "has_original": row is not None and _has_original(version, row.code),
    }
    status = 422 if form.errors or whens.total_error_count() else 200
    return render(request, "guidelines/rule_duty.html", context, status=status)


def _has_original(version: GuidelineVersion, code: str) -> bool:
    return version.guideline.versions.filter(status=Status.IN_FORCE, rows__code=code).exists()


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a duty up or down."""
    member = access.lead_member(request)
    row = access.duty_for(member, pk)
    way = request.POST.get("way", "")
    return _act(request, row.version, lambda: rule_actions.move_duty(row, way=way, by=member), "")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a duty out of a draft."""
    member = access.lead_member(request)
    row = access.duty_for(member, pk)
    done = _("Plikten er tatt ut av utkastet.")
    return _act(request, row.version, lambda: rule_actions.remove_duty(row, by=member), done)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a duty back as it stands in the version in force."""
    member = access.lead_member(request)
    version = access.rules_for(member, pk)
    code = request.POST.get("code", "")
    done = _("Plikten er som i versjonen som gjelder.")
    return _act(request, version, lambda: rule_actions.restore_duty(version, code, by=member), done)


@require_POST
def begin_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft from a version."""
    member = access.lead_member(request)
    version = access.rules_for(member, pk)
    try:
        draft = rule_actions.begin_draft(version, by=member)
    except RuleRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("guidelines:rules", pk=pk)
    messages.success(request, _("Versjon %(number)s er begynt som utkast.") % {"number": draft.number})
    return redirect("guidelines:rules", pk=draft.pk)


def _act(request: HttpRequest, version: GuidelineVersion, call: Callable[[], Any], done: str) -> HttpResponse:
    """Make the call, say how it went, and go back to the list where the person was."""
    try:
        call()
    except RuleRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
    return HttpResponseRedirect(reverse("guidelines:rules", args=[version.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """Show and save who may publish alone, and which endings the municipality allows."""
    member = access.lead_member(request)
    mine = policy_of(member.municipality)
    form = PolicyForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        try:
            rule_actions.change_policy(mine, by=member, **form.cleaned_data)
        except RuleRefusedError as refusal:
            form.add_error("alone_until", str(refusal))
        else:
            messages.success(request, _("Reglene er lagret og gjelder fra nå."))
            return redirect("guidelines:policy")
    chosen = set(form["alone_for"].value() or [])
    context = {
        "form": form,
        "sortings": [(code, label, code in chosen) for code, label in labels.SORTINGS.items()],
        "flags": [(code, label, code in chosen) for code, label in labels.FLAGS.items()],
    }
    return render(request, "guidelines/rule_policy.html", context, status=422 if form.errors else 200)
