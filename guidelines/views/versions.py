"""The lead's pages: versions, bringing a text in, correcting it, and putting it in force."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from audit.moves import IllegalMoveError
from guidelines import texts
from guidelines.access import guideline_for, lead_member, section_for, version_for
from guidelines.actions import UnsoundRulesError, delete_draft, put_in_force
from guidelines.errors import RefusedError
from guidelines.extraction import UnreadableFileError
from guidelines.forms import AdoptionForm, NewVersionForm, SectionForm
from guidelines.invitations import ask_again
from guidelines.models import Audience, GuidelineVersion, TextSection
from guidelines.queries import versions_of
from guidelines.reading import changes_between
from guidelines.rule_queries import rules_of
from guidelines.soundness import check_rules, warn_of_rules
from guidelines.workflow import Status
from team.models import Membership

ACT = re.compile(r"(cut|join|propose):(\d{1,18})")


@require_safe
@login_required
def versions(request: HttpRequest) -> HttpResponse:
    """List the versions, newest first."""
    member = lead_member(request)
    return render(request, "guidelines/versions.html", {"versions": versions_of(member.municipality)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_version(request: HttpRequest) -> HttpResponse:
    """Bring a text in as the next draft."""
    member = lead_member(request)
    current = guideline_for(member)
    form = NewVersionForm(request.POST or None, request.FILES or None, initial=_initial(current))
    if request.method == "POST" and form.is_valid():
        try:
            draft = _start(form, member)
        except (UnreadableFileError, RefusedError) as refusal:
            form.add_error("file" if form.cleaned_data.get("file") else "text", str(refusal))
        else:
            messages.success(request, _("Utkastet er laget. Se over delene."))
            return redirect("guidelines:edit_text", draft.pk)
    status = 422 if form.errors else 200
    return render(request, "guidelines/new_version.html", {"form": form, "current": current}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the sections of a draft side by side with the source."""
    member = lead_member(request)
    version = version_for(member, pk)
    if version.status != Status.DRAFT:
        return redirect("guidelines:version", version.pk)
    form = AdoptionForm(request.POST or None, instance=version)
    sections = [(one, SectionForm.of(one, request.POST or None)) for one in version.text_sections.all()]
    if request.method == "POST" and form.is_valid() and all(one.is_valid() for _section, one in sections):
        return _save(request, member, version, form, sections)
    page = {"version": version, "form": form, "sections": sections, "audiences": Audience.choices}
    page["unsure"] = sum(section.is_unsure for section, _form in sections)
    return render(request, "guidelines/edit_text.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def in_force(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, saying what changes; then put a draft in force."""
    member = lead_member(request)
    version = version_for(member, pk)
    if version.status != Status.DRAFT:
        return redirect("guidelines:version", version.pk)
    current = guideline_for(member)
    rules = rules_of(version)
    problems = check_rules(rules.duties)
    if request.method == "POST" and not problems:
        return _put_in_force(request, member, version)
    page = {
        "version": version,
        "current": current,
        "problems": problems,
        "warnings": warn_of_rules(rules.duties),
        "new_duties": [line.duty for line in rules.lines if line.change == "new"],
        "changed_duties": [line.duty for line in rules.lines if line.change == "changed"],
        "removed_duties": rules.removed,
        "unsure": version.text_sections.filter(is_unsure=True).count(),
        "first_text": bool(current and version.has_text and not current.has_text),
        "changes": changes_between(current, version) if current and current.has_text else [],
    }
    return render(request, "guidelines/put_in_force.html", page, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then delete a draft."""
    member = lead_member(request)
    version = version_for(member, pk)
    if request.method != "POST":
        return render(request, "guidelines/delete_draft.html", {"version": version, "duties": version.rows.count()})
    number = version.number
    try:
        delete_draft(version, by=member)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Utkastet til versjon %(number)s er slettet.") % {"number": number})
    return redirect("guidelines:versions")


def _initial(current: GuidelineVersion | None) -> dict[str, object]:
    return {name: getattr(current, name) for name in AdoptionForm.Meta.fields} if current else {}


def _start(form: NewVersionForm, member: Membership) -> GuidelineVersion:
    """Make the draft; the file is read before anything is written."""
    text, file = form.cleaned_data["text"], form.cleaned_data["file"]
    with transaction.atomic():
        source = texts.uploaded(file, by=member) if file else texts.pasted(text) if text.strip() else None
        return texts.start_version(form.adoption(), source, by=member)


def _save(
    request: HttpRequest,
    member: Membership,
    version: GuidelineVersion,
    form: AdoptionForm,
    sections: list[tuple[TextSection, SectionForm]],
) -> HttpResponse:
    act = ACT.fullmatch(request.POST.get("act", ""))
    try:
        with transaction.atomic():
            changes = {section.pk: one.change() for section, one in sections}
            texts.save_sections(version, form.adoption(), changes, by=member)
            if act:
                _act(request, member, section_for(version, int(act.group(2))), act.group(1))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Utkastet er lagret."))
    if not act and request.POST.get("act") == "next":
        return redirect("guidelines:put_in_force", version.pk)
    place = f"#del-{act.group(2)}" if act else ""
    return redirect(f"{request.path}{place}")


def _act(request: HttpRequest, member: Membership, section: TextSection, act: str) -> None:
    acts: dict[str, Callable[[], None]] = {
        "cut": lambda: texts.cut_section(section, request.POST.get(f"{section.pk}-before", ""), by=member),
        "join": lambda: texts.join_with_next(section, by=member),
        "propose": lambda: texts.use_proposal(section, by=member),
    }
    acts[act]()


def _put_in_force(request: HttpRequest, member: Membership, version: GuidelineVersion) -> HttpResponse:
    try:
        with transaction.atomic():
            put_in_force(version, by=member)
            asked = ask_again(version, by=member)
    except (UnsoundRulesError, RefusedError, IllegalMoveError) as refusal:
        messages.error(request, str(refusal))
        return redirect("guidelines:versions")
    messages.success(request, _("Versjonen gjelder nå."))
    if asked:
        words = ngettext(
            "%(count)s person blir bedt om å lese den nye versjonen.",
            "%(count)s personer blir bedt om å lese den nye versjonen.",
            asked,
        )
        messages.success(request, words % {"count": asked})
    return redirect("guidelines:reader")
