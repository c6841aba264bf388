"""Undoing what one has just done."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from inbox import access
from inbox.actions import undo
from inbox.actions.errors import RefusedError
from inbox.views.acting import where_to
from inbox.views.bulk import tell_refused


@require_POST
def undo_last(request: HttpRequest) -> HttpResponse:
    """Undo the person's own last act, and show in the queue what it was done to."""
    member = access.team_member(request)
    back = where_to(request, reverse("inbox:queue"))
    try:
        undone = undo.undo_last(by=member)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    messages.success(request, _words(undone))
    tell_refused(request, undone.outcome)
    return HttpResponseRedirect(_showing(back, undone.outcome.done[0].pk))


def _words(undone: undo.Undone) -> str:
    """Say what was undone, for whom, or for how many."""
    done = undone.outcome.done
    if len(done) == 1:
        return _("Angret: %(what)s (%(author)s).") % {"what": undone.what, "author": done[0].author}
    words = ngettext("Angret: %(what)s, %(count)d kommentar.", "Angret: %(what)s, %(count)d kommentarer.", len(done))
    return words % {"what": undone.what, "count": len(done)}


def _showing(address: str, pk: int) -> str:
    """Return an address of the queue with the comment chosen; any other as it is."""
    path, _mark, query = address.partition("?")
    if not path.startswith(reverse("inbox:queue")):
        return address
    told = {name: value for name, value in QueryDict(query).items() if name != "sortert"}
    return f"{path}?{urlencode({**told, 'valgt': pk})}"
