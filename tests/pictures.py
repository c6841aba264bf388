"""Pictures drawn for tests, and attachments that have been fetched."""

from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from files import pictures, store
from inbox.models import Attachment, Comment
from inbox.workflow import AttachmentStatus


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **saved: Any) -> bytes:
    """A picture file of one colour."""
    target = BytesIO()
    Image.new("RGB", size, (30, 90, 150)).save(target, kind, **saved)
    return target.getvalue()


def attached(comment: Comment, data: bytes | None = None, alt: str = "Et hull i vegen", **fields: Any) -> Attachment:
    """A picture of the comment that lies in our store."""
    original = BytesIO(data or picture())
    copy = pictures.shown_copy(original)
    town = comment.municipality_id
    return Attachment.objects.create(
        municipality_id=town,
        channel_id=comment.channel_id,
        comment=comment,
        comment_version=1,
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
