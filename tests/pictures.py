"""Pictures drawn for tests, and attachments that have been fetched."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from files import pictures, store
from inbox.actions import comments, enclosing, replies
from inbox.enclosures import Answers, Tick
from inbox.models import Attachment, Comment, Reply
from inbox.workflow import AttachmentStatus, CommentStatus
from team.models import Membership


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **saved: Any) -> bytes:
    """A picture file of one colour."""
    target = BytesIO()
    Image.new("RGB", size, (30, 90, 150)).save(target, kind, **saved)
    return target.getvalue()


def with_picture(comment: Comment, *, by: Membership, text: str = "Slik ser det ut nå.", **picture_of: Any) -> Reply:
    """A draft in answer to the comment with a picture, nothing answered about it; sorts what is unsorted."""
    if comment.status == CommentStatus.NEW:
        comments.sort(comment, sortings=["praise"], by=by)
    reply = replies.draft(comment, text=text, by=by)
    data = picture(**picture_of)
    enclosing.attach(reply, BytesIO(data), size=len(data), by=by)
    return reply


def answered(reply: Reply, *, by: Membership, **changed: Any) -> Reply:
    """The draft with everything answered about its picture, but for what is changed."""
    answers = Answers(alt="En brøytet veg", recognisable="no", ticks=[*Tick])
    return replies.draft(reply.comment, text=reply.text, answers=replace(answers, **changed), by=by)


def attached(comment: Comment, data: bytes | None = None, alt: str = "Et hull i vegen", **fields: Any) -> Attachment:
    """A picture of the comment that lies in our store."""
    original = BytesIO(data or picture())
    copy = pictures.shown_copy(original)
    town = comment.municipality_id
    return Attachment.objects.create(
        municipality_id=town,
        channel_id=comment.channel_id,
        comment=comment,
        comment_version=fields.pop("version", 1),
        position=fields.pop("position", 0),
        kind=Attachment.Kind.PICTURE,
        url="https://files.snabelen.example/1.png",
        source_url="https://files.snabelen.example/1.png",
        alt=alt,
        status=AttachmentStatus.FETCHED,
        fetched_at=timezone.now(),
        original=store.put(original, municipality_id=town, media_type=pictures.media_type_of(original)),
        shown=store.put(BytesIO(copy.data), municipality_id=town, media_type=copy.media_type),
        width=copy.width,
        height=copy.height,
        **fields,
    )
