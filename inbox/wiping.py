"""Takes words and names out of all that is kept of one comment; rows, ids, codes and the log stay.

Our own copy only: nothing happens on the platform. What the archive copied is its own (docs/decisions/0010).
"""

import json
from typing import Any

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from files import store
from inbox import sealing
from inbox.models import (
    Attachment,
    Comment,
    CommentVersion,
    Delivery,
    Finding,
    Forwarding,
    Intervention,
    Mention,
    Note,
    NoteVersion,
    Override,
    RawPage,
    Reply,
    ReplyPart,
    ReplyVersion,
    Review,
    UnreadItem,
)
from notices.models import Notice
from notices.workflow import NoticeStatus

ID_KEYS = ("id", "uri")  # where the platforms' answers say whose item it is


def wipe(comment: Comment) -> None:
    """Take the words out, inside the caller's transaction. The comment must be locked, and done."""
    if comment.sealed_at:  # what goes must be found where it stood
        sealing.break_open(comment)
    words = [*comment.versions.values_list("text", "author_name")]
    _wipe_answers(comment, {one for pair in words for one in pair if len(one) > 1})
    _wipe_comment(comment)
    _wipe_attachments(comment)
    _wipe_replies(comment)
    _wipe_around(comment)


def _wipe_comment(comment: Comment) -> None:
    nothing = {"text": "", "author_name": "", "content_hash": ""}
    CommentVersion.objects.filter(comment=comment).update(**nothing, text_raw="", raw=b"")
    Comment.objects.filter(pk=comment.pk).update(
        **nothing,
        author_external_id="",
        author_handle="",
        author_url="",
        permalink="",
        claim="",
        wait_reason="",
        ending_reason="",
        problems=[],
        hints=[],
        looks_urgent=False,
        sealed_at=None,
    )
    Finding.objects.filter(comment=comment).delete()


def _wipe_attachments(comment: Comment) -> None:
    rows = Attachment.objects.filter(comment=comment)
    files = {one for pair in rows.values_list("original_id", "shown_id") for one in pair if one}
    rows.update(url="", source_url="", alt="", media_type_told="", original=None, shown=None, width=None, height=None)
    store.forget(files)


def _wipe_replies(comment: Comment) -> None:
    """Drafts, remarks and what was published to this one alone; what answered others too stays for their sake."""
    replies = Reply.objects.filter(comment=comment, is_joint=False)
    ids = list(replies.values_list("pk", flat=True))
    files = set(replies.exclude(picture=None).values_list("picture_id", flat=True))
    ReplyVersion.objects.filter(reply__in=ids).update(text="", enclosed={})
    ReplyPart.objects.filter(reply__in=ids).update(text="")
    Review.objects.filter(reply__in=ids).update(remark="")
    Override.objects.filter(reply__in=ids).delete()
    for pk in ids:
        # The hash tells two replies apart that are on their way: it may not be empty twice.
        Reply.objects.filter(pk=pk).update(
            text="", text_hash=f"erased-{pk}", template_text_hash="", source="", consent="", given_how="",
            picture=None, picture_alt="",
        )  # fmt: skip
    store.forget(files)


def _wipe_around(comment: Comment) -> None:
    """Notes, forwardings with their mail, and what was told the sender."""
    NoteVersion.objects.filter(note__comment=comment).update(text="")
    Mention.objects.filter(note__comment=comment).delete()
    Note.objects.filter(comment=comment).update(text="")
    forwardings = Forwarding.objects.filter(comment=comment)
    mails = Notice.objects.filter(pk__in=forwardings.values("notice"))
    mails.exclude(status__in=[NoticeStatus.WAITING, NoticeStatus.SENDING]).update(body="")
    forwardings.update(text="", remark="", answer="", token_hash="")
    Intervention.objects.filter(comment=comment).update(text="", reason="")


def _wipe_answers(comment: Comment, words: set[str]) -> None:
    """Take the comment out of what the platform sent: pages of the channel, unread pieces, deliveries.

    The same words can stand in several pages, each read of a thread brings them anew.
    """
    since, channel = min(comment.posted_at, comment.received_at), comment.channel_id
    pages = RawPage.objects.filter(channel=channel, received_at__gte=since)
    for page in _holding(pages, "inbox_rawpage", comment.external_id):
        RawPage.objects.filter(pk=page.pk).update(body=without(bytes(page.body), comment.external_id, words))
    UnreadItem.objects.filter(comment=comment).update(body=b"")
    pieces = UnreadItem.objects.filter(channel=channel, seen_at__gte=since)
    for piece in _holding(pieces, "inbox_unreaditem", comment.external_id):
        UnreadItem.objects.filter(pk=piece.pk).update(body=b"")
    opened = Delivery.objects.filter(parts__channel=channel).exclude(opened_at=None).distinct()
    ids = [one.pk for one in _holding(opened, "inbox_delivery", comment.external_id)]
    Delivery.objects.filter(pk__in=ids).update(body=b"")


def _holding(rows: QuerySet[Any], table: str, external_id: str) -> QuerySet[Any]:
    """Return those of the rows whose bytes name the comment."""
    # As it is, and with the escaped slashes that some platforms write.
    names = [external_id.encode(), external_id.replace("/", "\\/").encode()]
    there = f"(position(%s::bytea in {table}.body) > 0 OR position(%s::bytea in {table}.body) > 0)"
    found: QuerySet[Any] = rows.annotate(names_it=RawSQL(there, names, output_field=BooleanField()))  # noqa: S611
    return found.filter(names_it=True)


def without(body: bytes, external_id: str, words: set[str]) -> bytes:
    """Return an answer of a platform without the item that has this id; empty where it cannot be taken out for sure.

    Everybody else's item of that page is kept with its version too, so an emptied page loses nothing of theirs.
    """
    try:
        left = json.dumps(_cut(json.loads(body), external_id), ensure_ascii=False)
    except (ValueError, RecursionError):
        return b""
    return b"" if _quoted_in(left, words) else left.encode("utf-8", "surrogatepass")


def _quoted_in(left: str, words: set[str]) -> bool:
    """Tell whether one of the texts still stands there as JSON writes it (line breaks, quotation marks)."""
    return any(json.dumps(one, ensure_ascii=False)[1:-1] in left for one in words)


def _cut(value: Any, external_id: str) -> Any:
    if isinstance(value, list):
        return [_cut(one, external_id) for one in value]
    if not isinstance(value, dict):
        return value
    if any(value.get(key) == external_id for key in ID_KEYS):
        return {"erased": external_id}
    return {name: _cut(one, external_id) for name, one in value.items()}
