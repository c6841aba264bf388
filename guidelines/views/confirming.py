"""Read and confirm: the lead's page, and the personal page behind a link."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from guidelines import invitations
from guidelines.access import guideline_for, invitation_by, lead_member
from guidelines.errors import RefusedError
from guidelines.forms import AskingForm, InviteForm
from guidelines.models import GuidelineVersion
from guidelines.people import PeopleListError, Person, from_csv, from_lines
from guidelines.reading import changes_between, parts_of
from team.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def readers(request: HttpRequest) -> HttpResponse:
    """Show who is asked and how many have confirmed; change whether people are asked."""
    member = lead_member(request)
    version = guideline_for(member)
    if version is None:
        return redirect("guidelines:reader")
    guideline = version.guideline
    form = AskingForm(request.POST or None, instance=guideline, initial={"audiences": version.asked_audiences})
    if request.method == "POST" and form.is_valid():
        _do(request, lambda: _change(form, version, member), _("Innstillingen er lagret."))
        return redirect("guidelines:readers")
    return _page(request, version, form, InviteForm())


@require_POST
@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """Ask more people."""
    member = lead_member(request)
    version = guideline_for(member)
    if version is None:
        return redirect("guidelines:reader")
    form = InviteForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            asked = invitations.invite(_people(form), by=member)
        except (PeopleListError, RefusedError) as refusal:
            for problem in getattr(refusal, "problems", [str(refusal)])[:20]:
                form.add_error(None, problem)
        else:
            words = ngettext("%(count)s person er spurt nå.", "%(count)s personer er spurt nå.", asked)
            messages.success(request, words % {"count": asked})
            return redirect("guidelines:readers")
    asking = AskingForm(instance=version.guideline, initial={"audiences": version.asked_audiences})
    return _page(request, version, asking, form)


@require_POST
@login_required
def remind(request: HttpRequest) -> HttpResponse:
    """Remind everybody who has not confirmed."""
    member = lead_member(request)
    version = guideline_for(member)
    if version is None:
        return redirect("guidelines:reader")
    _do(
        request,
        lambda: invitations.remind(version, by=member),
        _("Påminnelsen er sendt til dem som ikke har bekreftet."),
    )
    return redirect("guidelines:readers")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the text to the person of a link, with one button; keep the answer."""
    invitation = invitation_by(token)
    with override(invitation.municipality.written_language):
        if request.method == "POST":
            invitations.confirm(invitation)
            return redirect("guidelines:confirm", token)
        before = invitations.last_read_before(invitation)
        page = {
            "invitation": invitation,
            "municipality": invitation.municipality,
            "version": invitation.version,
            "parts": parts_of(invitation.version),
            "before": before,
            "changes": changes_between(before, invitation.version) if before else [],
        }
        return render(request, "guidelines/confirm.html", page)


def _change(form: AskingForm, version: GuidelineVersion, member: Membership) -> None:
    if form.cleaned_data["asks_confirmation"] and not version.has_text:
        raise RefusedError(_("Legg inn den vedtatte teksten først. Folk må ha noe å lese."))
    invitations.change_asking(
        version.guideline,
        asks=form.cleaned_data["asks_confirmation"],
        remind_after_days=form.cleaned_data["remind_after_days"],
        audiences=form.cleaned_data["audiences"],
        by=member,
    )


def _people(form: InviteForm) -> list[Person]:
    audience = form.cleaned_data["audience"]
    if file := form.cleaned_data.get("file"):
        return from_csv(file.read(), audience)
    return from_lines(form.cleaned_data["addresses"], audience)


def _do(request: HttpRequest, call: Callable[[], object], done: str) -> None:
    try:
        with transaction.atomic():
            call()
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


def _page(request: HttpRequest, version: GuidelineVersion, form: AskingForm, invite_form: InviteForm) -> HttpResponse:
    counts = invitations.counts(version)
    page = {
        "version": version,
        "form": form,
        "invite_form": invite_form,
        "counts": counts,
        "asked": sum(one.asked for one in counts),
        "confirmed": sum(one.confirmed for one in counts),
        "named": invitations.named(version),
    }
    return render(request, "guidelines/readers.html", page, status=422 if form.errors or invite_form.errors else 200)
