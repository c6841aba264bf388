"""Pictures of comments, from our own store; the page never asks the platform for one."""

from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.wake import wake
from files.store import open_stored
from inbox import access, attachments
from inbox.actions import sealing
from inbox.actions.errors import NotAllowedError
from inbox.models import Attachment
from inbox.tasks import fetch_attachment
from inbox.views.acting import act
from team.models import Membership

SHOWN_TYPES = {"image/jpeg", "image/png"}  # what we draw ourselves, and nothing else


@require_safe
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """Return our own copy of the picture; 404 when there is none (yet), or when it is sealed and not for this person.

    The original is never handed to a browser. A look at a sealed one is logged.
    """
    member = access.team_member(request)
    one = access.attachment_for(member, pk)
    if one.shown is None or one.shown.media_type not in SHOWN_TYPES:
        raise Http404
    if one.comment.sealed_at:
        _log_look(one, member)
    response = as_picture(open_stored(one.shown), one.shown.media_type)
    if one.comment.sealed_at:
        response["Cache-Control"] = "no-store"
    return response


def _log_look(one: Attachment, member: Membership) -> None:
    """Write down who sees a sealed picture; for who may not, it is not there."""
    try:
        sealing.read(one.comment, by=member, attachment=one.pk)
    except NotAllowedError as refusal:
        raise Http404 from refusal


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
