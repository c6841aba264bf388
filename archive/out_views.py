"""What leaves the archive's pages for other tools: the list as CSV or JSON, and one record's redacted copy."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from archive import access, listing, workbench
from archive.documents import FontsMissingError, TypesettingError, font_paths_in
from archive.errors import ArchiveRefusedError
from archive.models import CaseRecord
from archive.redaction import found_in, pieces_of, redacted_paper
from archive.redaction_actions import redact
from audit import log

LONGEST = 20_000  # characters of passages
KINDS = {
    "csv": ("text/csv; charset=utf-8", listing.as_csv),
    "json": ("application/json; charset=utf-8", listing.as_json),
}


@require_safe
def list_out(request: HttpRequest, tab: str, kind: str) -> StreamingHttpResponse:
    """Hand out the records of a filter as CSV or JSON; the log says who took it."""
    member = access.archivist_of(request)
    if tab not in workbench.FILTERS or kind not in KINDS:
        raise Http404
    with transaction.atomic():
        log.record("archive.list_out", subject=member.municipality, by=member, filter=tab, kind=kind)
    media_type, write = KINDS[kind]
    rows = listing.rows_for(member.municipality, workbench.FILTERS[tab][1])
    response = StreamingHttpResponse(write(rows), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="arkivgrunnlag-{tab}.{kind}"'
    response["Content-Security-Policy"] = "sandbox"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def redaction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is marked to be taken out of the redacted copy, and change it: one passage more or less, or all."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    refusal = ""
    if request.method == "POST":
        try:
            redact(one, _wanted_passages(request, one), by=member)
        except ArchiveRefusedError as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Det som skal sladdes, er lagret. Originalen er urørt."))
            return redirect("archive:redaction", pk=one.pk)
    context = {
        "record": one,
        "passages": request.POST.get("passages", "\n".join(one.redactions))[:LONGEST],
        "refusal": refusal,
        "parts": _parts_of(one),
        "unfound": [passage for passage in one.redactions if not found_in(one, passage)],
    }
    return render(request, "archive/redaction.html", context, status=422 if refusal else 200)


def _wanted_passages(request: HttpRequest, one: CaseRecord) -> list[str]:
    """Return the passages as they are to be: with one added, without one, or those of the whole field."""
    if "add" in request.POST:
        return [*one.redactions, request.POST["add"][:LONGEST]]
    if "remove" in request.POST:
        return [passage for passage in one.redactions if passage != request.POST["remove"]]
    return request.POST.get("passages", "")[:LONGEST].splitlines()


def _parts_of(one: CaseRecord) -> list[dict[str, Any]]:
    """Return the texts the copy shows, the latest version first, each with its hidden pieces: label, pieces, text."""
    versions = list(one.versions.order_by("-number"))
    said = [(_("Avsender"), one.author), (_("Konto"), one.author_handle)]
    said += [(_("Versjon %(number)s") % {"number": each.number}, each.text) for each in versions]
    said += [(_("Over kommentaren: %(author)s") % {"author": each["author"]}, each["text"]) for each in one.context]
    said += [(_("Innlegget"), one.post_text)]
    return [{"label": label, "pieces": pieces_of(text, one.redactions), "text": text} for label, text in said if text]


@require_safe
def redacted(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the redacted copy as PDF/A."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    if not one.redactions:
        messages.error(request, _("Merk først hva som skal sladdes."))
        return redirect("archive:redaction", pk=one.pk)
    try:
        file = redacted_paper(one, font_paths=font_paths_in(Path(settings.NODE_MODULES)))
    except (FontsMissingError, TypesettingError) as error:
        messages.error(request, str(error))
        return redirect("archive:redaction", pk=one.pk)
    with transaction.atomic():
        log.record("record.redacted_out", subject=one, by=member, sha256=file.facts.sha256)
    response = HttpResponse(file.data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{one}-sladdet.pdf"'
    response["Content-Security-Policy"] = "sandbox"
    return response
