"""Reads what is new on the channels: pages of news, then the threads of our own recent posts.

The cursor is saved in the same transaction as its page, so it never passes a page that is not stored. One pull a
channel at a time, on any number of workers; two at once would do no harm (see `inbox.intake`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from inbox import channel_state, intake
from inbox.channels.base import GONE, ChannelError, Connector, GoneError, Item, Page
from inbox.connecting import connect
from inbox.models import Channel, Comment, Post

PAGES_A_PULL = 50
RECENT_POSTS = 40
RECENT_DAYS = 30
THREADS_A_PULL = 20
LOOKED_AGAIN = 400
REFRESH_BATCH = 40
LOCK_CLASS = 0x5D01  # advisory locks of this house that mean "somebody pulls this channel"


def due_channels() -> list[int]:
    """Return ids of channels whose next pull is due."""
    due = Channel.objects.filter(is_active=True).exclude(next_pull_at__gt=timezone.now())
    due = due.exclude(platform=Channel.Platform.MANUAL)
    return list(due.order_by("next_pull_at", "id").values_list("pk", flat=True))


def pull(channel_id: int) -> None:
    """Read what is new on the channel: news, threads of our recent posts, edits and deletions of open comments.

    Gives way at once when another worker is at it. A problem is written on the channel for people to see; the next
    pull comes after the channel's interval, or what the platform asked for, with some jitter.
    """
    with _only_one(channel_id) as mine:
        if not mine:
            return
        channel = Channel.objects.get(pk=channel_id)
        try:
            rest = _read_all(channel, connect(channel))
        except ChannelError as error:
            channel_state.note_problem(channel.pk, error)
        else:
            channel_state.note_well(channel.pk, rest)


def _read_all(channel: Channel, connector: Connector) -> float:
    """Read everything that is due and return how many seconds the platform wants to be left alone (0: none)."""
    _introduce(channel, connector)
    page = connector.posts(RECENT_POSTS)
    _take_in(channel, page)
    rest = page.throttle_seconds or _read_news(channel, connector)
    if rest:
        return rest
    rest = _read_threads(channel, connector)
    if not rest:
        _look_again(channel, connector)
    return rest


@contextmanager
def _only_one(channel_id: int) -> Iterator[bool]:
    """Hold the channel's advisory lock for the time of a pull; yields False when somebody else has it.

    A session lock, not a transaction's: no transaction may span HTTP. It ends with the connection if we die.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, channel_id])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, channel_id])


def _introduce(channel: Channel, connector: Connector) -> None:
    """Ask the platform who we are there and how long a reply may be, the first time."""
    if channel.account_id:
        return
    state = connector.check_account()
    if state.ok:
        channel.account_id = state.account_id
        channel.reply_limit = state.max_length or channel.reply_limit
        channel.save(update_fields=["account_id", "reply_limit"])


def _read_news(channel: Channel, connector: Connector) -> float:
    """Read page after page until there is no more, a page repeats, the platform asks for rest, or it is enough."""
    for _ in range(PAGES_A_PULL):
        page = connector.pull(channel.cursor)
        repeated = page.next_cursor == channel.cursor
        _take_in(channel, page, cursor=page.next_cursor)
        if not page.more or repeated or page.throttle_seconds:
            return page.throttle_seconds
    return 0.0


@transaction.atomic
def _take_in(channel: Channel, page: Page, *, cursor: str | None = None) -> intake.Received:
    """Store the raw page, what was in it, and the cursor behind it: all or nothing."""
    raw_page = intake.keep_raw(channel, page.raw) if page.raw else None
    received = intake.receive(channel, page, raw_page=raw_page)
    if cursor is not None:
        channel.cursor = cursor
        channel.save(update_fields=["cursor"])
    return received


def _read_threads(channel: Channel, connector: Connector) -> float:
    """Read the threads of recent posts that are due, longest ago first: what did not mention us stands only there."""
    now = timezone.now()
    recent = Post.objects.filter(channel=channel, posted_at__gte=now - timedelta(days=RECENT_DAYS))
    due = recent.exclude(thread_read_at__gt=now - timedelta(seconds=settings.SLOW_PASS_EVERY))
    for post in due.order_by(F("thread_read_at").asc(nulls_first=True), "-posted_at")[:THREADS_A_PULL]:
        Post.objects.filter(pk=post.pk).update(thread_read_at=now)
        try:
            page = connector.thread(post.external_id)
        except GoneError:
            continue
        _take_in(channel, page)
        if page.throttle_seconds:
            return page.throttle_seconds
    intake.adopt_orphans(channel)
    return 0.0


def _look_again(channel: Channel, connector: Connector) -> None:
    """Ask about open comments by id, now and then: no platform tells of deletions in its list of news."""
    now = timezone.now()
    if channel.looked_again_at and channel.looked_again_at > now - timedelta(seconds=settings.SLOW_PASS_EVERY):
        return
    open_ones = Comment.objects.filter(channel=channel, deleted_at=None).exclude(status__in=["DONE", "OURS"])
    rows = {one.external_id: one for one in open_ones.order_by("-posted_at")[:LOOKED_AGAIN]}
    ids = sorted(rows)
    for start in range(0, len(ids), REFRESH_BATCH):
        answers = connector.refresh(ids[start : start + REFRESH_BATCH])
        intake.mark_deleted(rows[one] for one, answer in answers.items() if answer is GONE)
        found = tuple(answer for answer in answers.values() if isinstance(answer, Item))
        _take_in(channel, Page(items=found, next_cursor="", more=False, raw=b""))
    Channel.objects.filter(pk=channel.pk).update(looked_again_at=now)
