"""The archive's answers, brought in by the archivist: pasted, uploaded, or typed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from archive import access, receipt_actions
from archive.batch_views import batch_context
from archive.errors import ArchiveRefusedError
from archive.models import SentMessage
from archive.receipt_forms import NumbersForm, ReceiptForm
from archive.receipts import LARGEST, NotAReceiptError, read_receipt
from audit import moves
from team.models import Membership

MOST_FILES = 2000


@require_POST
def bring_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Take any number of receipts; each is told of by its file's name, and one that is wrong stops none."""
    member = access.archivist_of(request)
    one = access.batch_for(member, pk)
    given = _given(request)
    results = [{"name": name, **_told(data, member)} for name, data in given]
    fine = sum(1 for result in results if result["colour"] == "success")
    if given and fine == len(given):
        messages.success(request, _("%(number)s kvitteringer er ført inn.") % {"number": fine})
        return redirect("archive:batch", pk=one.pk)
    if not given:
        results = [{"name": "", "colour": "danger", "words": _("Velg filer, eller lim inn en kvittering.")}]
    elif fine:
        words = _("%(number)s kvitteringer er ført inn. Dette ble ikke ført inn:") % {"number": fine}
        results = [{"name": "", "colour": "info", "words": words}, *results]
    shown = [result for result in results if result["colour"] != "success"]
    return render(request, "archive/batch.html", batch_context(one, results=shown), status=422)


def _given(request: HttpRequest) -> list[tuple[str, bytes]]:
    """Return (name, bytes) of every file and of what was pasted; of a file that is too large no more than shows it."""
    files = [(file.name or "", file.read(LARGEST + 1)) for file in request.FILES.getlist("files")[:MOST_FILES]]
    pasted = request.POST.get("text", "").strip()
    return [*files, *([("", pasted.encode("utf-8", "replace"))] if pasted else [])]


def _told(data: bytes, member: Membership, message: SentMessage | None = None) -> dict[str, str]:
    """Bring in one answer; return the colour and the words of what came of it."""
    try:
        found = receipt_actions.bring_in(read_receipt(data), by=member, message=message)
    except (NotAReceiptError, ArchiveRefusedError) as refusal:
        return {"colour": "danger", "words": str(refusal)}
    except moves.IllegalMoveError:
        return {"colour": "danger", "words": _elsewhere()}
    return {"colour": "success", "words": ", ".join(one.folder for one in found)}


def _elsewhere() -> str:
    return _("Grunnlaget er endret siden meldingen gikk. Se på det først.")


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one message: what it was, and what the archive answered."""
    member = access.archivist_of(request)
    return _page(request, access.message_for(member, pk), NumbersForm())


def _page(request: HttpRequest, one: SentMessage, numbers: NumbersForm, refusal: str = "") -> HttpResponse:
    context = {"message": one, "form": ReceiptForm(), "numbers": numbers, "refusal": refusal}
    wrong = bool(refusal) or numbers.is_bound
    return render(request, "archive/message.html", context, status=422 if wrong else 200)


@require_POST
def bring_in_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the receipt or the error message of this message."""
    member = access.archivist_of(request)
    one = access.message_for(member, pk)
    given = _given(request)
    if not given:
        return _page(request, one, NumbersForm(), _("Velg en fil, eller lim inn kvitteringen."))
    told = _told(given[0][1], member, one)
    if told["colour"] == "danger":
        return _page(request, one, NumbersForm(), told["words"])
    messages.success(request, _("Svaret fra arkivet er ført inn."))
    return redirect("archive:message", pk=one.pk)


@require_POST
def type_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the numbers the archivist read in the archive."""
    member = access.archivist_of(request)
    one = access.message_for(member, pk)
    form = NumbersForm(request.POST)
    if not form.is_valid():
        return _page(request, one, form)
    try:
        receipt_actions.type_in(one, **form.cleaned_data, by=member)
    except ArchiveRefusedError as refusal:
        return _page(request, one, NumbersForm(), str(refusal))
    except moves.IllegalMoveError:
        return _page(request, one, NumbersForm(), _elsewhere())
    messages.success(request, _("Numrene er ført inn."))
    return redirect("archive:message", pk=one.pk)
