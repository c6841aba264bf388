"""Attachments: written down with their comment, fetched afterwards, once, from the platform alone.

The row is the truth: a worker claims it by a lease, fetches outside any transaction, and settles. A worker that dies
leaves a lease that runs out; the sweep takes it up again, and the store keeps the same bytes once.
"""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import timedelta
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import ngettext

from audit import moves
from audit.moves import Move
from files import pictures, store
from inbox import workflow
from inbox.channels import media
from inbox.channels.base import Attachment as Told
from inbox.channels.base import ChannelError, GoneError, RejectedError, TransientError
from inbox.models import Attachment, Comment
from inbox.workflow import AttachmentStatus
from team.models import Membership

LEASE = timedelta(seconds=180)  # longer than media.SECONDS for the address and each of its redirects
MOST_TRIES = 5
AT_ONCE = 200
MOST_OF_A_COMMENT = 20
KINDS = {
    **dict.fromkeys(("image", "photo", "sticker", "animated_image_share"), Attachment.Kind.PICTURE),
    **dict.fromkeys(("video", "gifv", "video_inline", "video_share_youtube"), Attachment.Kind.VIDEO),
    **dict.fromkeys(("link", "share"), Attachment.Kind.LINK),
}
Reason = Attachment.Reason


def keep(found: Iterable[tuple[Comment, int, Sequence[Told]]]) -> None:
    """Write down what versions of comments carry (comment, version number, attachments): one INSERT.

    What an earlier version of the same comment had is not fetched again.
    """
    found = [one for one in found if one[2]]
    known = _known([comment.pk for comment, number, _ in found if number > 1])
    Attachment.objects.bulk_create(
        _row(comment, number, place, told, known.get((comment.pk, told.url)))
        for comment, number, all_told in found
        for place, told in enumerate(all_told[:MOST_OF_A_COMMENT])
    )


def _known(comment_ids: list[int]) -> dict[tuple[int, str], Attachment]:
    if not comment_ids:
        return {}
    have = Attachment.objects.filter(comment_id__in=comment_ids, status=AttachmentStatus.FETCHED)
    return {(one.comment_id, one.url): one for one in have}


def _row(comment: Comment, number: int, place: int, told: Told, known: Attachment | None) -> Attachment:
    kind = KINDS.get(told.kind, Attachment.Kind.OTHER)
    source = told.url if kind == Attachment.Kind.PICTURE else told.preview
    row = Attachment(
        municipality_id=comment.municipality_id,
        channel_id=comment.channel_id,
        comment=comment,
        comment_version=number,
        position=place,
        kind=kind,
        url=told.url,
        source_url=source,
        alt=told.alt,
        media_type_told=told.media_type[:100],
        status=AttachmentStatus.WAITING if source else AttachmentStatus.LISTED,
    )
    if known:
        for name in ("status", "original_id", "shown_id", "width", "height", "fetched_at"):
            setattr(row, name, getattr(known, name))
    return row


def due(channel_id: int | None = None) -> list[int]:
    """Return ids of attachments to fetch now, of one channel or of all; at most 200."""
    waiting = Attachment.objects.filter(status=AttachmentStatus.WAITING, next_try_at__lte=timezone.now())
    if channel_id is not None:
        waiting = waiting.filter(channel_id=channel_id)
    return list(waiting.order_by("next_try_at", "id").values_list("pk", flat=True)[:AT_ONCE])


def fetch(attachment_id: int) -> None:
    """Fetch one attachment if it is due and nobody else is at it. Harmless twice; what is wrong is told on the row."""
    now = timezone.now()
    mine = Attachment.objects.filter(pk=attachment_id, status=AttachmentStatus.WAITING, next_try_at__lte=now)
    if not mine.update(attempts=F("attempts") + 1, next_try_at=now + LEASE):
        return
    one = Attachment.objects.select_related("channel").get(pk=attachment_id)
    try:
        kept = _fetched(one)
    except TransientError:
        _wait_or_stop(one)
    except (ChannelError, pictures.NotAPictureError, pictures.TooManyPixelsError) as problem:
        move, reason = _outcome(problem)
        _settle(one, move, reason=reason)
    else:
        _settle(one, workflow.KEEP, reason="", fetched_at=timezone.now(), **kept)


def keep_given(comment: Comment, file: IO[bytes]) -> Attachment:
    """Keep a picture that a person brought with an enquiry: nobody fetches it, it lies here from the start.

    Raises pictures.NotAPictureError and TooManyPixelsError.
    """
    media_type, copy = pictures.media_type_of(file), pictures.shown_copy(file)
    row = Attachment(
        municipality_id=comment.municipality_id,
        channel_id=comment.channel_id,
        comment=comment,
        comment_version=1,
        position=0,
        kind=Attachment.Kind.PICTURE,
        media_type_told=media_type,
        status=AttachmentStatus.FETCHED,
        fetched_at=timezone.now(),
        width=copy.width,
        height=copy.height,
    )
    row.original = _put(row, file, media_type)
    row.shown = _put(row, BytesIO(copy.data), copy.media_type)
    row.save()
    return row


def _outcome(problem: Exception) -> tuple[Move, str]:
    """Return what becomes of the attachment, and the reason people are told."""
    if isinstance(problem, pictures.NotAPictureError):
        return workflow.TURN_AWAY, Reason.NO_PICTURE
    if isinstance(problem, pictures.TooManyPixelsError):
        return workflow.TURN_AWAY, Reason.TOO_MANY_PIXELS
    if isinstance(problem, RejectedError):
        return workflow.TURN_AWAY, problem.code if problem.code in Reason.values else Reason.ADDRESS
    if isinstance(problem, GoneError):
        return workflow.MISS, Reason.GONE
    return workflow.STOP_TRYING, Reason.ODD_ANSWER


def _fetched(one: Attachment) -> dict[str, Any]:
    """Fetch and store, and return the row's fields: the original as it came, and our copy of it."""
    hosts = (*settings.ATTACHMENT_HOSTS, *one.channel.media_hosts)
    source = media.Source(one.channel.platform, one.channel.base_url, hosts)
    with tempfile.TemporaryFile() as body:
        media.fetch(one.source_url, body, source)
        media_type = pictures.media_type_of(body)
        copy = pictures.shown_copy(body)
        return {
            "original": _put(one, body, media_type),
            "shown": _put(one, BytesIO(copy.data), copy.media_type),
            "width": copy.width,
            "height": copy.height,
        }


def _put(one: Attachment, content: IO[bytes], media_type: str) -> Any:
    return store.put(content, municipality_id=one.municipality_id, media_type=media_type)


def _wait_or_stop(one: Attachment) -> None:
    """Try again in 1, 2, 4 and 8 minutes, then leave it to a person."""
    if one.attempts >= MOST_TRIES:
        _settle(one, workflow.STOP_TRYING, reason=Reason.UNREACHABLE)
        return
    wait = timedelta(minutes=2 ** (one.attempts - 1))
    mine = Attachment.objects.filter(pk=one.pk, attempts=one.attempts, status=AttachmentStatus.WAITING)
    mine.update(next_try_at=timezone.now() + wait)


@transaction.atomic
def _settle(one: Attachment, move: Move, **fields: Any) -> None:
    """Write the outcome, unless the lease ran out meanwhile and somebody else has it now."""
    moves.advance_where(Attachment.objects.filter(pk=one.pk, attempts=one.attempts), move, **fields)


@transaction.atomic
def fetch_again(one: Attachment, *, by: Membership) -> None:
    """Put a failed attachment back in the line. Raises IllegalMoveError when it is not failed (any more)."""
    moves.advance(one, workflow.FETCH_AGAIN, by=by, reason="", attempts=0, next_try_at=timezone.now())


def put_beside(comments: Iterable[Comment]) -> None:
    """Give each comment `shown_attachments`: those of its latest version, none of a sealed one. One query for all."""
    rows = list(comments)
    of: dict[int, list[Attachment]] = {one.pk: [] for one in rows}
    for one in Attachment.objects.filter(comment_id__in=of, comment__sealed_at=None):
        beside = of[one.comment_id]
        if beside and beside[0].comment_version != one.comment_version:
            beside.clear()
        beside.append(one)
    for row in rows:
        row.shown_attachments = of[row.pk]  # type: ignore[attr-defined]
        row.attached_words = words_for(of[row.pk])  # type: ignore[attr-defined]


def words_for(found: Sequence[Attachment]) -> str:
    """Return the few words of a row: «1 bilde», «2 vedlegg»; "" for none."""
    only_pictures = all(one.kind == Attachment.Kind.PICTURE for one in found)
    if not found:
        return ""
    if only_pictures:
        return ngettext("%d bilde", "%d bilder", len(found)) % len(found)
    return ngettext("%d vedlegg", "%d vedlegg", len(found)) % len(found)
