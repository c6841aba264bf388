"""The exports: ordered, followed, downloaded."""

from typing import Any

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from archive import access, actions, delivery, queries, workbench
from archive.models import CaseRecord, ExportBatch, SentMessage
from archive.receipt_forms import ReceiptForm
from archive.trying import tried
from archive.workflow import BatchStatus
from files.store import open_stored
from team.models import Membership

MOST_RECORDS = 5000  # in one package
ROWS = 100  # on a page


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Order an export of the picked records."""
    member = access.archivist_of(request)
    records = _wanted(request, member)
    batch = tried(request, lambda: actions.export(records, by=member), _("Eksporten er bestilt."))
    return redirect("archive:batch", pk=batch.pk) if batch else redirect("archive:list", tab="bekreftet")


def _wanted(request: HttpRequest, member: Membership) -> list[CaseRecord]:
    """Return the picked records; all of a filter that are not on their way already when that was asked for."""
    ours = CaseRecord.objects.filter(municipality_id=member.municipality_id).order_by("pk")
    chosen = request.POST.get("all", "")
    if chosen in {"bekreftet", "nytt"}:
        under_way = Q(batches__problem="", batches__batch__status__in=[BatchStatus.WAITING, BatchStatus.RUNNING])
        busy = CaseRecord.objects.filter(under_way, municipality_id=member.municipality_id).values("pk")
        return list(ours.filter(workbench.FILTERS[chosen][1]).exclude(pk__in=busy)[:MOST_RECORDS])
    wanted = [int(pk) for pk in request.POST.getlist("records") if pk.isdecimal() and len(pk) < 19]
    return list(ours.filter(pk__in=wanted))


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """List the exports."""
    member = access.archivist_of(request)
    return render(request, "archive/exports.html", _exports_context(member))


def _exports_context(member: Membership) -> dict[str, Any]:
    settings = access.settings_for(member.municipality_id)
    batches = queries.batches_for(member)
    running = next((one for one in batches if one.status in {BatchStatus.RUNNING, BatchStatus.WAITING}), None)
    left = _left(running.seconds_left(running.size)) if running else ""  # type: ignore[attr-defined]
    oldest = workbench.oldest_for(member, settings)
    return {"batches": batches, "running": running, "left": left, "oldest": oldest}


@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one export: how far it is, what is in it, and what could not be packed."""
    member = access.archivist_of(request)
    one = access.batch_for(member, pk)
    return render(request, "archive/batch.html", batch_context(one, request.GET.get("fra", "")))


def batch_context(one: ExportBatch, after: str = "", results: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Return what the page of an export shows: its records, some at a time, with their messages and the answers."""
    rows = one.records.select_related("record").order_by("record_id")
    size, failed = rows.count(), rows.exclude(problem="").count()
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(record_id__gt=int(after))
    shown = list(rows[: ROWS + 1])
    messages = SentMessage.objects.filter(batch=one, record__in=[row.record_id for row in shown])
    by_record: dict[int, list[SentMessage]] = {}
    for message in messages:
        by_record.setdefault(message.record_id, []).append(message)
    return {
        "batch": one,
        "rows": [{"row": row, "messages": by_record.get(row.record_id, [])} for row in shown[:ROWS]],
        "size": size,
        "failed": failed,
        "after": shown[ROWS - 1].record_id if len(shown) > ROWS else "",
        "answers": queries.answers_of(one),
        "left": _left(one.seconds_left(size)) if one.status == BatchStatus.RUNNING else "",
        "results": results or [],
        "form": ReceiptForm(),
    }


def _left(seconds: int | None) -> str:
    """Say about how long it will take yet; "" while nobody knows."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("Under ett minutt igjen.")
    minutes = round(seconds / 60)
    return ngettext("Omtrent %(count)d minutt igjen.", "Omtrent %(count)d minutter igjen.", minutes) % {
        "count": minutes
    }


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an export that waits or is being packed."""
    member = access.archivist_of(request)
    one = access.batch_for(member, pk)
    tried(request, lambda: actions.cancel(one, by=member), _("Eksporten avbrytes. Ingenting er sendt."))
    return redirect("archive:batch", pk=one.pk)


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
    name = delivery.package_name(one)
    response = FileResponse(open_stored(one.package), as_attachment=True, filename=name, content_type="application/zip")
    response["Content-Security-Policy"] = "sandbox"
    return response
