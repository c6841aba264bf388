"""Evidence of a comment, kept before anything is done to it: what was written, all versions, the thread, by whom.

The bytes are stored by their hash (`files.store`) and never changed. Pictures are in the store already: the evidence
names their bytes by hash, and `hold_pictures` ties them to the act, so that nothing can remove them while it stands.
"""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils import timezone

from files import store
from files.models import StoredFile
from inbox import queries, sealing
from inbox.models import Attachment, Comment, EvidencePicture, Intervention, Reply
from inbox.workflow import AttachmentStatus, ReplyStatus

FORMAT = "socialdesk-evidence-3"  # 2: with attachments; 3: with our replies to others in the thread
MEDIA_TYPE = "application/json"


def keep_evidence(comment: Comment) -> StoredFile:
    """Store the evidence of the comment as it is known now and return its row, inside the caller's transaction."""
    content = json.dumps(evidence_of(comment), ensure_ascii=False, indent=1, sort_keys=True).encode(
        "utf-8", "backslashreplace"
    )
    return store.put(BytesIO(content), municipality_id=comment.municipality_id, media_type=MEDIA_TYPE)


def hold_pictures(act: Intervention) -> None:
    """Tie the original pictures of all versions of the comment to the act, each file once."""
    files = act.comment.attachments.exclude(original=None).values_list("original_id", flat=True)
    EvidencePicture.objects.bulk_create(
        [EvidencePicture(intervention=act, original_id=one) for one in sorted(set(files))], ignore_conflicts=True
    )


def lacks_pictures(comment: Comment) -> bool:
    """Tell whether a picture of the comment is still on its way in: an evidence made now would not have it."""
    return comment.attachments.filter(status=AttachmentStatus.WAITING).exists()


def evidence_of(comment: Comment) -> dict[str, Any]:
    """Return all that is known of the comment as plain values: times in ISO 8601 with zone, raw bytes in base64.

    Also of a sealed one: a lead opens an evidence, and each look at it is logged.
    """
    known = sealing.opened(comment)
    gathered = {name: gather(known) for name, gather in GATHERERS.items()}
    return {"format": FORMAT, "gathered_at": _time(timezone.now()), **gathered}


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "platform": comment.channel.platform,
        "account": comment.channel.handle,
        "external_id": comment.external_id,
        "permalink": comment.permalink,
        "text": comment.text,
        "author": _author(comment),
        "posted_at": _time(comment.posted_at),
        "received_at": _time(comment.received_at),
        "edited_at": _time(comment.edited_at),
        "deleted_at": _time(comment.deleted_at),
        "visibility": comment.visibility,
        "sortings": comment.sortings,
        "flags": comment.flags,
    }


def _author(comment: Comment) -> dict[str, str]:
    return {
        "id": comment.author_external_id,
        "name": comment.author_name,
        "handle": comment.author_handle,
        "url": comment.author_url,
    }


def _post(comment: Comment) -> dict[str, Any] | None:
    post = comment.post
    if post is None:
        return None
    about = {"external_id": post.external_id, "text": post.text, "permalink": post.permalink}
    return {**about, "posted_at": _time(post.posted_at)}


def _versions(comment: Comment) -> list[dict[str, Any]]:
    return [
        {
            "number": version.number,
            "text": version.text,
            "text_raw": version.text_raw,
            "author_name": version.author_name,
            "edited_at": _time(version.edited_at),
            "seen_at": _time(version.seen_at),
            "raw_base64": base64.b64encode(bytes(version.raw)).decode(),
        }
        for version in comment.versions.all()
    ]


def _attachments(comment: Comment) -> list[dict[str, Any]]:
    """Each attachment of each version; `original` has hash, size and type of the bytes as the platform gave them."""
    return [_attachment(one) for one in comment.attachments.all()]


def _attachment(one: Attachment) -> dict[str, Any]:
    kept = one.original
    return {
        "version": one.comment_version,
        "position": one.position,
        "kind": one.kind,
        "url": one.url,
        "alt": one.alt,
        "status": one.status,
        "reason": one.reason,
        "fetched_at": _time(one.fetched_at),
        "original": {"sha256": kept.sha256, "size": kept.size, "media_type": kept.media_type} if kept else None,
    }


def _thread(comment: Comment) -> list[dict[str, Any]]:
    return [
        {
            "external_id": one.external_id,
            "parent": one.parent_external_id,
            "author": _author(one),
            "text": one.text,
            "posted_at": _time(one.posted_at),
            "our_replies": [_reply(reply) for reply in one.published],  # type: ignore[attr-defined]
        }
        for one in queries.thread_of(comment)
        if one.pk != comment.pk
    ]


def _replies(comment: Comment) -> list[dict[str, Any]]:
    return [_reply(one) for one in comment.replies.filter(status=ReplyStatus.PUBLISHED)]


def _reply(one: Reply) -> dict[str, Any]:
    return {"external_id": one.external_id, "text": one.text, "at": _time(one.published_at)}


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


GATHERERS: dict[str, Callable[[Comment], Any]] = {
    "comment": _comment,
    "post": _post,
    "versions": _versions,
    "attachments": _attachments,
    "thread": _thread,
    "our_replies": _replies,
}
