"""The picture in a reply: put in, taken out, shown."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from files.store import open_stored
from inbox import access
from inbox.actions import enclosing
from inbox.views.attachment import as_picture
from inbox.views.reply import save_then


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and put the chosen picture into it."""
    file = request.FILES.get("picture")
    size = (file.size or 0) if file else 0
    done = _("Bildet er lagt ved. Beskriv det, og svar på listen under det.")
    return save_then(
        request,
        pk,
        lambda reply, member: enclosing.attach(reply, file, size=size, by=member),
        done=done,
        back="#bilde",
    )


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and take the picture out of it."""
    done = _("Bildet er fjernet.")
    return save_then(request, pk, lambda reply, member: enclosing.take_out(reply, by=member), done=done, back="#bilde")


@require_safe
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """Return the picture of a reply, the very bytes that go out; 404 when it has none."""
    one = access.reply_for(access.team_member(request), pk)
    if one.picture is None:
        raise Http404
    return as_picture(open_stored(one.picture), one.picture.media_type)
