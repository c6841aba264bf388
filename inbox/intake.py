"""The in-door: what a platform sent becomes posts, comments, versions and tombstones.

`receive` may be called any number of times with the same page: known comments with known content change nothing.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from audit import log, moves
from inbox import attachments, nesting, readings, sealing, workflow
from inbox.channels.base import Item, Page
from inbox.deadlines import RECENT_DAYS, answer_by
from inbox.models import Channel, Comment, CommentVersion, Post, RawPage, Reply, ReplyPart, UnreadItem
from inbox.reading.findings import VERSION, Context, Findings
from inbox.wiping import without
from inbox.workflow import CommentStatus, ReplyStatus

CLOCKS_APART = timedelta(hours=1)
# What an item itself can bring about; a database that is away or a task out of time is not the item's doing.
NOT_TAKEN = (
    DataError,
    IntegrityError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass
class Received:
    """What one page brought."""

    new: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    posts: int = 0
    ours: int = 0
    unread: int = 0
    leaving: list[str] = field(default_factory=list)


def keep_raw(channel: Channel, body: bytes, *, problem: str = "") -> RawPage:
    """Store exactly what the platform answered, before anybody tries to understand it. The same bytes are kept once."""
    sha256 = hashlib.sha256(body).hexdigest()
    page, _ = RawPage.objects.get_or_create(
        channel=channel, sha256=sha256, defaults={"body": body, "problem": problem[:300]}
    )
    return page


@transaction.atomic
def receive(channel: Channel, page: Page, *, raw_page: RawPage | None, is_history: bool = False) -> Received:
    """Take in one page of items: posts first, then parents before children, all or nothing.

    New comments are inserted in bulk with one event each; a changed text becomes a version; our own published replies
    are matched to their rows and never queued. Unreadable items are kept in `UnreadItem`. What is old in a page of
    `is_history` gets no deadline (decision 0007). `Received.leaving` are ids that were left for the next reading.
    """
    # One page of a channel at a time: two workers with the same page meet here, and the second finds all known.
    channel = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    received = Received()
    _keep_unread(channel, page, raw_page, received)
    items = _once_each(page.items)
    _keep_posts(channel, [item for item in items if item.is_post], received)
    comments = [item for item in items if not item.is_post]
    known = _known(channel, comments)
    _leave_out_erased(raw_page, [one for one in comments if _is_erased(known.get(one.external_id))])
    fresh = [item for item in comments if item.external_id not in known]
    changed = [one for one in comments if one.external_id in known and _differs(known[one.external_id], one)]
    context = readings.context_for(channel.municipality) if fresh or changed else Context()
    _keep_new(channel, _staying(channel, fresh, received), raw_page, received, context, is_history=is_history)
    for item in changed:
        _keep_changed(known[item.external_id], item, raw_page, received, context)
    _note_hidden((known[one.external_id], one) for one in comments if one.external_id in known)
    return received


def _differs(comment: Comment, item: Item) -> bool:
    """Whether the content is new to us; what was erased here stays erased while the platform still shows it."""
    return comment.erased_at is None and comment.content_hash != content_hash(item)


def _is_erased(comment: Comment | None) -> bool:
    return comment is not None and comment.erased_at is not None


def _leave_out_erased(raw_page: RawPage | None, items: Iterable[Item]) -> None:
    """Take what was erased here out of the answer as it is kept: the platform shows it, and we keep it no more."""
    if raw_page is None:
        return
    for item in items:
        words = {one for one in (item.text, item.author_name) if len(one) > 1}
        body = without(bytes(RawPage.objects.get(pk=raw_page.pk).body), item.external_id, words)
        RawPage.objects.filter(pk=raw_page.pk).update(body=body)


def content_hash(item: Item) -> str:
    """Return the hash that says whether we have seen this content: text, author name and attachments, not counters."""
    told = [_attached(one.kind, one.url) for one in item.attachments]
    content = [item.text, item.text_raw, item.author_name, *([told] if told else [])]
    return log.content_hash(json.dumps(content, ensure_ascii=True))


def _attached(kind: str, url: str) -> str:
    """Return what stays the same of an attachment: hosts and signatures of its address change from read to read."""
    return f"{kind} {urlsplit(url).path.rpartition('/')[2]}"


def _note_hidden(pairs: Iterable[tuple[Comment, Item]]) -> None:
    """Follow what the platform says of hidden comments, whoever hid them; what does not tell changes nothing."""
    for comment, item in pairs:
        if item.tells_hidden and item.hidden != (comment.hidden_at is not None):
            move = workflow.SEEN_HIDDEN if item.hidden else workflow.SEEN_SHOWN
            moves.advance(comment, move, by=None, hidden_at=timezone.now() if item.hidden else None)


@transaction.atomic
def mark_deleted(comments: Iterable[Comment], *, at: datetime | None = None) -> None:
    """Put a tombstone on comments that are gone from the platform. Their text stays until archived."""
    for comment in sorted(comments, key=lambda one: one.pk):
        if comment.deleted_at is None:
            moves.advance(comment, workflow.DELETED, by=None, deleted_at=at or timezone.now())


def _once_each(items: Sequence[Item]) -> list[Item]:
    """Drop repeats within the page; the last one wins, in order of time so that parents come first."""
    latest = {item.external_id: item for item in items if not item.deleted}
    far_past = datetime.min.replace(tzinfo=timezone.get_default_timezone())
    return sorted(latest.values(), key=lambda item: (item.created_at or far_past, item.external_id))


def _keep_unread(channel: Channel, page: Page, raw_page: RawPage | None, received: Received) -> None:
    for unread in page.unreadable:
        source = raw_page or keep_raw(channel, unread.raw)
        _, is_new = UnreadItem.objects.get_or_create(
            channel=channel,
            sha256=hashlib.sha256(unread.raw).hexdigest(),
            defaults={"raw_page": source, "body": unread.raw, "reason": unread.reason[:300]},
        )
        received.unread += is_new


def _keep_posts(channel: Channel, items: Sequence[Item], received: Received) -> None:
    counted = [item for item in items if item.comment_count is not None]
    for some, fields in ((counted, _COUNTED), ([one for one in items if one.comment_count is None], _SEEN)):
        _upsert_posts(channel, some, fields)
    received.posts += len(items)


_SEEN = ["text", "permalink", "posted_at"]
_COUNTED = [*_SEEN, "platform_count", "counted_at"]


def _upsert_posts(channel: Channel, items: Sequence[Item], fields: list[str]) -> None:
    """Insert posts, or write these fields of those that are there already."""
    Post.objects.bulk_create(
        [
            Post(
                municipality_id=channel.municipality_id,
                channel=channel,
                external_id=item.external_id,
                text=item.text,
                permalink=item.permalink,
                posted_at=item.created_at,
                platform_count=item.comment_count,
                counted_at=None if item.comment_count is None else timezone.now(),
            )
            for item in items
        ],
        update_conflicts=True,
        unique_fields=["channel", "external_id"],
        update_fields=fields,
    )


def _known(channel: Channel, items: Sequence[Item]) -> dict[str, Comment]:
    """Return what we already have, by the platform's id: one query for the page."""
    ids = [item.external_id for item in items]
    return {one.external_id: one for one in Comment.objects.filter(channel=channel, external_id__in=ids)}


def _staying(channel: Channel, items: Sequence[Item], received: Received) -> list[Item]:
    """Leave out what is a reply of ours whose id is not written down yet: it would stand twice once it is.

    Known by what it answers or by its words, while such a reply is on its way out. Threads and deliveries are read
    again, so that anything else of ours comes in then.
    """
    if not any(item.own for item in items):
        return list(items)
    leaving = Reply.objects.filter(channel=channel, status=ReplyStatus.PUBLISHING)
    answered, said = set[str](), set[str]()
    for reply in leaving.select_related("comment"):
        answered |= {reply.comment.external_id, *(part.external_id for part in reply.standing_parts)}
        said |= {_folded(reply.text), *(_folded(part.text) for part in reply.parts.all())}
    held = {
        item.external_id for item in items if item.own and (item.parent_id in answered or _folded(item.text) in said)
    }
    held -= _published_by_us(channel, items)
    received.leaving += sorted(held)
    return [item for item in items if item.external_id not in held]


def _folded(text: str) -> str:
    """Return the words of a text, without the names some platforms put in front."""
    return " ".join(_NAMES_IN_FRONT.sub("", text).split())


_NAMES_IN_FRONT = re.compile(r"^\s*(@[\w.@-]+\s+)+")


def _keep_new(
    channel: Channel,
    items: Sequence[Item],
    raw_page: RawPage | None,
    received: Received,
    context: Context,
    *,
    is_history: bool,
) -> None:
    """Insert unseen comments with their first version and one event each; what SocialDesk published is only matched."""
    published = _published_by_us(channel, items)
    received.ours += len(published)
    unseen = [item for item in items if item.external_id not in published]
    posts = _posts_of(channel, unseen)
    seen = [_read(item, context) for item in unseen]
    rows = Comment.objects.bulk_create(
        [
            _comment(channel, item, posts.get(item.root_id or item.parent_id or ""), findings, is_history=is_history)
            for item, findings in zip(unseen, seen, strict=True)
        ]
    )
    CommentVersion.objects.bulk_create(
        [_version(row, item, 1, raw_page) for row, item in zip(rows, unseen, strict=True)]
    )
    attachments.keep((row, 1, item.attachments) for row, item in zip(rows, unseen, strict=True))
    readings.store((row, 1, findings) for row, findings in zip(rows, seen, strict=True))
    log.record_many("comment.receive", subjects=rows, by=None)
    nesting.tie(channel, rows)
    nesting.tie_to_our_replies(channel, published)
    received.new += [row.pk for row in rows]


def _read(item: Item, context: Context) -> Findings:
    """Return what the detectors see; what we wrote ourselves is not read."""
    return Findings() if item.own else readings.read(item.text, context)


def _keep_changed(comment: Comment, item: Item, raw_page: RawPage | None, received: Received, context: Context) -> None:
    """Keep the changed content; that of a sealed comment inside its seal, where nobody sees it by the way."""
    # The channel is locked, and who seals locks it first: it is sealed, or it is not.
    seal = sealing.lift(comment) if comment.sealed_at else None
    _keep_edit(comment, item, raw_page, received, context)
    if seal:
        sealing.lay_down(comment, seal)


def _keep_edit(comment: Comment, item: Item, raw_page: RawPage | None, received: Received, context: Context) -> None:
    """Keep the changed content as a new version; what was there before stays."""
    number = comment.versions.count() + 1
    findings = _read(item, context)
    CommentVersion.objects.bulk_create([_version(comment, item, number, raw_page)])
    attachments.keep([(comment, number, item.attachments)])
    readings.store([(comment, number, findings)])
    moves.advance(
        comment,
        workflow.EDITED,
        by=None,
        note={"version": number},
        text=item.text,
        author_name=item.author_name,
        content_hash=content_hash(item),
        edited_at=item.edited_at or timezone.now(),
        was_cleaned=item.cleaned,
        language=readings.language_of(item.language, findings)[:20],
        hints=findings.hints,
        looks_urgent="urgent" in findings.hints,
        answer_by=answer_by(
            comment.posted_at,
            comment.municipality.office_hours,
            sortings=comment.sortings,
            signs=[*comment.flags, *findings.hints],
        )
        if comment.answer_by
        else None,
        read_by=VERSION,
    )
    received.edited.append(comment.pk)


def _published_by_us(channel: Channel, items: Sequence[Item]) -> set[str]:
    """Return which of our own items are replies, or parts of them, that left through SocialDesk."""
    own = [item.external_id for item in items if item.own]
    if not own:
        return set()
    replies = Reply.objects.filter(channel=channel, external_id__in=own).values_list("external_id", flat=True)
    parts = ReplyPart.objects.filter(channel=channel, external_id__in=own).values_list("external_id", flat=True)
    return {*replies, *parts}


def _posts_of(channel: Channel, items: Sequence[Item]) -> dict[str, Post]:
    roots = {item.root_id or item.parent_id or "" for item in items}
    return {post.external_id: post for post in Post.objects.filter(channel=channel, external_id__in=roots)}


def _posted_at(item: Item) -> datetime:
    """Return when it was written; when it came, if the platform told nothing or a time that has not been yet."""
    now = timezone.now()
    return item.created_at if item.created_at and item.created_at <= now + CLOCKS_APART else now


def _comment(channel: Channel, item: Item, post: Post | None, findings: Findings, *, is_history: bool) -> Comment:
    posted_at = _posted_at(item)
    is_old = is_history and posted_at < timezone.now() - timedelta(days=RECENT_DAYS)
    due = None if is_old else answer_by(posted_at, channel.municipality.office_hours, signs=findings.hints)
    return Comment(
        municipality_id=channel.municipality_id,
        channel=channel,
        post=post,
        external_id=item.external_id,
        parent_external_id=item.parent_id or "",
        permalink=item.permalink,
        visibility=item.visibility,
        author_external_id=item.author_id,
        author_name=item.author_name,
        author_handle=item.author_handle,
        author_url=item.author_url,
        text=item.text,
        language=readings.language_of(item.language, findings)[:20],
        hints=findings.hints,
        looks_urgent="urgent" in findings.hints,
        read_by=VERSION,
        content_hash=content_hash(item),
        posted_at=posted_at,
        answer_by=due,
        edited_at=item.edited_at,
        hidden_at=timezone.now() if item.hidden else None,
        was_cleaned=item.cleaned,
        problems=[problem[:300] for problem in item.problems],
        status=CommentStatus.OURS if item.own else CommentStatus.NEW,
    )


def _version(comment: Comment, item: Item, number: int, raw_page: RawPage | None) -> CommentVersion:
    return CommentVersion(
        comment=comment,
        number=number,
        text=item.text,
        text_raw=item.text_raw,
        author_name=item.author_name,
        content_hash=content_hash(item),
        edited_at=item.edited_at,
        raw=json.dumps(item.raw, ensure_ascii=True, sort_keys=True).encode(),
        raw_page=raw_page,
    )
