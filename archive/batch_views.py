"""The exports: ordered, followed, downloaded."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from archive import access, actions, queries, workbench
from archive.models import CaseRecord
from archive.trying import tried
from archive.workflow import BatchStatus, RecordStatus
from files.store import open_stored
from team.models import Membership


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Order an export of the picked records."""
    member = access.archivist_of(request)
    records = _wanted(request, member)
    batch = tried(request, lambda: actions.export(records, by=member), _("Eksporten er bestilt."))
    return redirect("archive:batch", pk=batch.pk) if batch else redirect("archive:list", tab="bekreftet")


def _wanted(request: HttpRequest, member: Membership) -> list[CaseRecord]:
    """Return the picked records; all that are confirmed and not on their way when that was asked for."""
    ours = CaseRecord.objects.filter(municipality_id=member.municipality_id).order_by("pk")
    if request.POST.get("all"):
        under_way = [BatchStatus.WAITING, BatchStatus.RUNNING]
        return list(
            ours.filter(status=RecordStatus.CONFIRMED).exclude(
                batches__problem="", batches__batch__status__in=under_way
            )
        )
    wanted = [int(pk) for pk in request.POST.getlist("records") if pk.isdecimal() and len(pk) < 19]
    return list(ours.filter(pk__in=wanted))


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """List the exports."""
    member = access.archivist_of(request)
    return render(request, "archive/exports.html", _exports_context(member))


def _exports_context(member: Membership) -> dict[str, Any]:
    settings = access.settings_for(member.municipality_id)
    return {"batches": queries.batches_for(member), "oldest": workbench.oldest_for(member, settings)}


@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one export: how far it is, what is in it, and what could not be packed."""
    member = access.archivist_of(request)
    one = access.batch_for(member, pk)
    rows = list(one.records.select_related("record").order_by("record_id"))
    return render(request, "archive/batch.html", {"batch": one, "rows": rows, "size": len(rows)})


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Pack a failed export once more."""
    member = access.archivist_of(request)
    one = access.batch_for(member, pk)
    tried(request, lambda: actions.try_again(one, by=member), _("Eksporten prøves på nytt."))
    return redirect("archive:batch", pk=one.pk)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Hand out the package as a file."""
    member = access.archivist_of(request)
    one = access.batch_for(member, pk)
    if one.package is None:
        raise Http404
    name = f"socialdesk-{one.municipality.slug}-{one.pk}.zip"
    response = FileResponse(open_stored(one.package), as_attachment=True, filename=name, content_type="application/zip")
    response["Content-Security-Policy"] = "sandbox"
    return response
