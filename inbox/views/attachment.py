"""Pictures of comments, from our own store; the page never asks the platform for one."""

from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.wake import wake
from files.store import open_stored
from inbox import access, attachments
from inbox.models import Attachment
from inbox.tasks import fetch_attachment
from inbox.views.acting import act
from team.models import Membership

SHOWN_TYPES = {"image/jpeg", "image/png"}  # what we draw ourselves, and nothing else


@require_safe
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """Return our own copy of the picture; 404 when there is none (yet). The original is never handed to a browser."""
    one = access.attachment_for(access.team_member(request), pk)
    if one.shown is None or one.shown.media_type not in SHOWN_TYPES:
        raise Http404
    return as_picture(open_stored(one.shown), one.shown.media_type)


def as_picture(content: IO[bytes], media_type: str) -> FileResponse:
    """Return the answer that hands a picture of our own drawing to a browser, and nothing else it could be."""
    response = FileResponse(content, content_type=media_type)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
def fetch_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a failed attachment once more."""
    member = access.team_member(request)
    one = access.attachment_for(member, pk)
    back = reverse("inbox:comment", args=[one.comment_id])
    return act(request, lambda: _again(one, member), done=_("Vi henter bildet på nytt. Last siden om litt."), back=back)


def _again(one: Attachment, member: Membership) -> None:
    attachments.fetch_again(one, by=member)
    wake(fetch_attachment, one.pk)
