"""The archivist's records: the list, one record, and what is decided about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive import access, actions, attached, handling, history, intake, sealing, workbench
from archive.chain import chain_of
from archive.code_lists import Codes
from archive.errors import ArchiveRefusedError, QuestionError
from archive.forms import ErasingForm, HoldForm, RecordForm
from archive.models import CaseRecord
from archive.proposals import proposal_for
from archive.trying import tried
from archive.workflow import RecordStatus
from audit import moves


@require_safe
def record_list(request: HttpRequest, tab: str = "alle") -> HttpResponse:
    """List the records of one state, or those that a search finds."""
    member = access.reader_of(request)
    if tab not in workbench.FILTERS:
        raise Http404
    words = request.GET.get("q", "")
    page = workbench.records_for(member, tab, words=words, after=request.GET.get("etter", ""))
    counts = workbench.counts_for(member)
    context = {
        "tab": tab,
        "filters": [
            {"code": code, "label": label, "count": counts[code]} for code, (label, _q) in workbench.FILTERS.items()
        ],
        "rows": [{"record": one, "missing": workbench.missing_of(one)} for one in page.rows],
        "pick": tab in {"bekreftet", "nytt"},
        "after": page.after,
        "words": words,
        "oldest": workbench.oldest_for(member, access.settings_for(member.municipality_id)),
        "lag": history.lag(member.municipality),
        "lags_since": history.lags_since(member.municipality),
    }
    return render(request, "archive/list.html", context)


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one record: what was copied, what we propose, what is confirmed."""
    member = access.reader_of(request)
    one = access.record_for(member, pk)
    return render(request, "archive/record.html", record_context(one))


def record_context(one: CaseRecord) -> dict[str, Any]:
    """Return what the record page shows."""
    events = list(one.events.all())
    proposal = proposal_for(one, access.settings_for(one.municipality_id))
    return {
        "record": one,
        "form": RecordForm(record=one, codes=Codes(one.municipality_id), proposed=proposal),
        "proposal": proposal,
        "proposed_case": CaseRecord.CaseChoice(proposal.case_choice).label,
        "versions": list(one.versions.all()),
        "seal": sealing.seal_of(one),
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
        "interventions": list(one.interventions.all()),
        "behind": intake.behind(one),
        "attachments": attached.lines_of(one),
        "notes": list(one.notes.all()),
        "batches": list(one.batches.select_related("batch")),
        "messages_out": list(one.messages.all()),
        "merged": list(one.merged.all()),
        "hold_form": HoldForm(initial={"reason": one.hold_reason}),
        "erasing_form": ErasingForm(),
        "may_allow_erasing": one.status not in {RecordStatus.RECEIPTED, RecordStatus.ERASED},
        "lag": history.lag(one.municipality),
        "lags_since": history.lags_since(one.municipality),
        "next": CaseRecord.objects.filter(municipality_id=one.municipality_id, pk__lt=one.pk).order_by("-pk").first(),
        "previous": CaseRecord.objects.filter(municipality_id=one.municipality_id, pk__gt=one.pk)
        .order_by("pk")
        .first(),
    }


@require_safe
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of the decision, filled with what is decided or proposed."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    return render(request, "archive/edit.html", edit_context(one, _form_for(one)))


def _form_for(one: CaseRecord, data: Any = None) -> RecordForm:
    proposed = proposal_for(one, access.settings_for(one.municipality_id))
    return RecordForm(data, record=one, codes=Codes(one.municipality_id), proposed=proposed)


def edit_context(one: CaseRecord, form: RecordForm) -> dict[str, Any]:
    """Return what the page of the decision shows; ticks are as sent, else as decided."""
    ticked = {name: _ticked(one, form, name) for name in ("left_out", "left_out_context")}
    sent = form.data.getlist("picked_notes") if form.is_bound else one.notes.values_list("source", flat=True)  # type: ignore[attr-defined]
    picked = set(sent)
    return {
        "record": one,
        "form": form,
        "attachments": [{**line, "ticked": line["pk"] in ticked["left_out"]} for line in attached.lines_of(one)],
        "context": [
            {**part, "ticked": part["id"] in ticked["left_out_context"]} for part in one.context if "id" in part
        ],
        "notes": [{"note": note, "ticked": note.key in picked} for note in intake.notes_about(one)],
    }


def _ticked(one: CaseRecord, form: RecordForm, name: str) -> set[int]:
    if not form.is_bound:
        return set(getattr(one, name))
    sent = form.data.getlist(name)  # type: ignore[attr-defined]  # a QueryDict
    return {int(value) for value in sent if value.isdecimal() and len(value) < 19}


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the record; a wrong field or a question is said on the form's page with what was typed kept."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    form = _form_for(one, request.POST)
    if form.is_valid():
        try:
            actions.complete(one, form.decision(), by=member)
        except QuestionError as asked:
            form.questions = asked.questions
        except ArchiveRefusedError as refusal:
            form.add_error(None, str(refusal))
        except moves.IllegalMoveError:
            form.add_error(None, _("Arkivgrunnlaget er allerede eksportert."))
        else:
            messages.success(request, _("Arkivgrunnlaget er bekreftet."))
            return redirect("archive:record", pk=one.pk)
    return render(request, "archive/edit.html", edit_context(one, form), status=422)


@require_POST
@never_cache
def read_sealed(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the archivist the sealed part; by POST, since that it was seen is written in the log."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    try:
        opened = actions.read_sealed(one, by=member)
    except ArchiveRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("archive:record", pk=one.pk)
    context = {
        "record": one,
        "opened": opened,
        "versions": list(opened.versions.all())[::-1],
        "attachments": [part for part in opened.attachments.all() if part.alt],
        "seal": sealing.seal_of(one),
    }
    return render(request, "archive/sealed_words.html", context)


@require_POST
def unconfirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the confirmation back."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    tried(request, lambda: actions.unconfirm(one, by=member), _("Bekreftelsen er tatt tilbake."))
    return redirect("archive:record", pk=one.pk)


@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a legal hold on the record, or lift it."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    form = HoldForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else request.POST.get("reason", "")[:200]
    done = _("Ingenting av dette blir slettet.") if reason.strip() else _("Slettingen følger reglene igjen.")
    tried(request, lambda: actions.hold(one, reason=reason, by=member), done)
    return redirect("archive:record", pk=one.pk)


@require_POST
def allow_erasing(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that the record may be erased although the archive has not receipted it."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    reason = request.POST.get("reason", "")
    done = _("En leder kan nå slette innholdet. Avgjørelsen og begrunnelsen er ført i loggen.")
    tried(request, lambda: actions.allow_erasing(one, reason=reason, by=member), done)
    return redirect("archive:record", pk=one.pk)


@require_POST
def keep_after_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Take that decision back."""
    member = access.archivist_of(request)
    one = access.record_for(member, pk)
    tried(request, lambda: actions.keep_after_all(one, by=member), _("Dette slettes ikke før arkivet har kvittert."))
    return redirect("archive:record", pk=one.pk)
