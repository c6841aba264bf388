"""The code lists and the settings of the archive, for the archivist."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive import access, code_actions
from archive.code_forms import CodeForm, ImportForm, SettingsForm
from archive.code_lists import Codes, NotACodeListError, seed
from archive.errors import ArchiveRefusedError
from archive.models import CodeValue

Lists = CodeValue.List


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change what the archive calls things, and how long a record may wait."""
    member = access.archivist_of(request)
    one = access.settings_for(member.municipality_id)
    codes = Codes(member.municipality_id)
    form = SettingsForm(request.POST or None, instance=one, codes=codes)
    if request.method == "POST" and form.is_valid():
        before = access.settings_for(member.municipality_id)
        code_actions.change_settings(before, form.cleaned_data, by=member)
        messages.success(request, _("Innstillingene er lagret."))
        return redirect("archive:settings")
    lists = [{"code": code, "label": label, "size": len(codes.choices(code))} for code, label in Lists.choices]
    status = 422 if request.method == "POST" else 200
    return render(request, "archive/settings.html", {"form": form, "lists": lists}, status=status)


@require_safe
def code_list(request: HttpRequest, name: str) -> HttpResponse:
    """Show one list: its values, a form for a new one, and where to bring in the archive's own."""
    member = access.archivist_of(request)
    access.known_list(name)
    seed(member.municipality_id)
    return render(request, "archive/codes.html", _list_context(member.municipality_id, name, CodeForm(name=name)))


def _list_context(
    municipality_id: int, name: str, form: CodeForm, import_form: ImportForm | None = None
) -> dict[str, Any]:
    values = list(CodeValue.objects.filter(municipality_id=municipality_id, list=name))
    return {
        "name": name,
        "label": Lists(name).label,
        "values": values,
        "form": form,
        "import_form": import_form or ImportForm(),
        "has_ours": any(one.ours for one in values),
    }


@require_POST
def code_new(request: HttpRequest, name: str) -> HttpResponse:
    """Add a value to a list."""
    member = access.archivist_of(request)
    access.known_list(name)
    form = CodeForm(request.POST, name=name)
    if form.is_valid() and _kept(request, form, name=name, by=member, value=None):
        return redirect("archive:codes", name=name)
    return render(request, "archive/codes.html", _list_context(member.municipality_id, name, form), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change one value."""
    member = access.archivist_of(request)
    one = access.code_for(member, pk)
    initial = {name: getattr(one, name) for name in ("code", "description", "ours", "is_active")}
    form = CodeForm(request.POST or None, name=one.list, initial=initial, value=one)
    if request.method == "POST" and form.is_valid() and _kept(request, form, name=one.list, by=member, value=one):
        return redirect("archive:codes", name=one.list)
    context = {"one": one, "form": form, "label": Lists(one.list).label}
    return render(request, "archive/code.html", context, status=422 if request.method == "POST" else 200)


def _kept(request: HttpRequest, form: CodeForm, **where: Any) -> bool:
    try:
        code_actions.keep_code(**form.cleaned_data, **where)
    except ArchiveRefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Koden er lagret."))
    return True


@require_POST
def code_import(request: HttpRequest, name: str) -> HttpResponse:
    """Bring in a JSON list of KS, from a file or pasted."""
    member = access.archivist_of(request)
    access.known_list(name)
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            came = code_actions.import_codes(name, form.data_bytes, by=member)
        except NotACodeListError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("%(new)s nye, %(changed)s endret, %(same)s som før. %(missing)s sto ikke i filen og er beholdt.")
            counts = {"new": came.new, "changed": came.changed, "same": came.same, "missing": came.not_in_file}
            messages.success(request, words % counts)
            return redirect("archive:codes", name=name)
    context = _list_context(member.municipality_id, name, CodeForm(name=name), form)
    return render(request, "archive/codes.html", context, status=422)
