"""The archivist's pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from archive import access, actions, attached, handling, intake, queries
from archive.chain import chain_of
from archive.errors import ArchiveRefusedError
from archive.forms import RecordForm
from archive.models import CaseRecord
from archive.proposals import proposal_for
from audit import moves
from files.store import open_stored


@require_safe
def record_list(request: HttpRequest, tab: str = "foreslatt") -> HttpResponse:
    """List the records of one state."""
    member = access.reader_of(request)
    if tab not in queries.TABS:
        raise Http404
    counts = queries.counts_for(member)
    context = {
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "count": counts[code]} for code, (label, _status) in queries.TABS.items()
        ],
        "page": queries.records_for(member, tab, after=request.GET.get("etter", "")),
        "oldest": queries.oldest_unexported(member),
        "lag": intake.lag(member.municipality),
        "lags_since": intake.lags_since(member.municipality),
    }
    return render(request, "archive/list.html", context)


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one record: what was copied, what we propose, what is confirmed."""
    member = access.reader_of(request)
    one = access.record_for(member, pk)
    return render(request, "archive/record.html", record_context(one, _form_for(one)))


def record_context(one: CaseRecord, form: RecordForm) -> dict[str, Any]:
    """Return what the record page shows."""
    events = list(one.events.all())
    return {
        "record": one,
        "form": form,
        "versions": list(one.versions.all()),
        "replies": list(one.replies.select_related("guideline_version__guideline__municipality")),
        "history": [
            {
                "at": event.at,
                "who": event.actor,
                "role": handling.ROLES.get(event.role, ""),
                "what": handling.act_of(event),
                "detail": handling.detail_of(event),
                "number": event.number,
            }
            for event in events
        ],
        "chain": chain_of(one),
        "answers": handling.answers_in(events),
        "forwardings": list(one.forwardings.all()),
        "proposal": proposal_for(one, access.settings_for(one.municipality_id)),
        "behind": intake.behind(one),
        "attachments": attached.lines_of(one),
        "batches": list(one.batches.select_related("batch")),
        "lag": intake.lag(one.municipality),
        "lags_since": intake.lags_since(one.municipality),
        "sorting_names": [handling.SORTINGS.get(sorting, sorting) for sorting in one.sortings],
    }


def _form_for(one: CaseRecord) -> RecordForm:
    """Return the form filled with what is confirmed, else with what we propose."""
    proposed = proposal_for(one, access.settings_for(one.municipality_id))
    decided = bool(one.title)
    return RecordForm(
        initial={
            "title": one.title or proposed.title,
            "public_title": one.public_title or proposed.public_title,
            "class_code": one.class_code or proposed.class_code,
            "shield": one.shield if decided else proposed.shield,
            "shield_basis": one.shield_basis if decided else proposed.shield_basis,
        }
    )


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the record; a wrong field is said on the same page with what was typed kept."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    form = RecordForm(request.POST)
    if form.is_valid():
        try:
            actions.complete(one, by=member, **form.cleaned_data)
        except ArchiveRefusedError as refusal:
            form.add_error(None, str(refusal))
        except moves.IllegalMoveError:
            form.add_error(None, _("Arkivgrunnlaget er allerede eksportert."))
        else:
            messages.success(request, _("Arkivgrunnlaget er bekreftet."))
            return redirect("archive:record", pk=one.pk)
    return render(request, "archive/record.html", record_context(one, form), status=422)


@require_POST
def unconfirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the confirmation back."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    _try(request, lambda: actions.unconfirm(one, by=member), _("Bekreftelsen er tatt tilbake."))
    return redirect("archive:record", pk=one.pk)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Order an export of the picked records."""
    member = access.archivist_of(request)
    wanted = [int(pk) for pk in request.POST.getlist("records") if pk.isdecimal() and len(pk) < 19]
    records = list(CaseRecord.objects.filter(municipality_id=member.municipality_id, pk__in=wanted).order_by("pk"))
    batch = _try(request, lambda: actions.export(records, by=member), _("Eksporten er bestilt."))
    return redirect("archive:batch", pk=batch.pk) if batch else redirect("archive:list", tab="bekreftet")


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """List the exports."""
    member = access.archivist_of(request)
    return render(request, "archive/exports.html", {"batches": queries.batches_for(member)})


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
    _try(request, lambda: actions.try_again(one, by=member), _("Eksporten prøves på nytt."))
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


def _try(request: HttpRequest, call: Callable[[], Any], done: str) -> Any:
    """Make the call; tell the archivist that it is done, or why not. Returns what the call returned, or None."""
    try:
        result = call()
    except ArchiveRefusedError as refusal:
        messages.error(request, str(refusal))
    except moves.IllegalMoveError:
        messages.error(request, _("Noen andre var først ute. Siden viser hvordan det står nå."))
    else:
        messages.success(request, done)
        return result
    return None
