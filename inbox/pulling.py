"""Reads what is new on the channels: pages of news, then the threads of our own recent posts.

A first pull reads the latest 30 days; what is older is read by `inbox.backfilling`, if a person wants it.

The cursor is saved in the same transaction as its page, so it never passes a page that is not stored. One pull a
channel at a time, on any number of workers; two at once would do no harm (see `inbox.intake`).
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from inbox import channel_state, intake, nesting
from inbox.channels.base import GONE, ChannelError, Connector, GoneError, Item, Page, Unreadable
from inbox.connecting import connect
from inbox.deadlines import RECENT_DAYS
from inbox.models import Channel, Comment, Post
from inbox.models.channel import NEVER_PULLED
from inbox.pace import is_metered, slow_pass_every

log = logging.getLogger(__name__)
PAGES_A_PULL = 50
RECENT_POSTS = 40
THREADS_A_PULL = 20
LOOKED_AGAIN = 400
FINISHED_DAYS = 14
REFRESH_BATCH = 40
LOCK_CLASS = 0x5D01  # advisory locks of this house that mean "somebody pulls this channel"


def due_channels() -> list[int]:
    """Return ids of channels whose next pull is due."""
    return list(_due().order_by("next_pull_at", "id").values_list("pk", flat=True))


def is_due(channel_id: int) -> bool:
    """Say whether the channel's next pull is still due: the same pull may stand in the line more than once."""
    return _due().filter(pk=channel_id).exists()


def _due() -> QuerySet[Channel]:
    due = Channel.objects.filter(is_active=True).exclude(next_pull_at__gt=timezone.now())
    return due.exclude(platform__in=NEVER_PULLED)


def pull(channel_id: int) -> None:
    """Read what is new on the channel: news, threads of our recent posts, edits and deletions of open comments.

    Gives way at once when another worker is at it. A problem is written on the channel for people to see; the next
    pull comes after the channel's interval, or what the platform asked for, with some jitter.
    """
    with only_one(channel_id) as mine:
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
    introduce(channel, connector)
    if not channel.cursor:
        _begin(channel, connector)
    slow = _is_slow_turn(channel)
    rest = _read_posts(channel, connector) if slow or not is_metered(channel) else 0.0
    rest = rest or _read_news(channel, connector)
    rest = rest or _read_threads(channel, connector)
    if slow and not rest:
        _look_again(channel, connector)
    return rest


def _begin(channel: Channel, connector: Connector) -> None:
    """Let the first pull read the latest 30 days, so that what waits for an answer comes first."""
    channel.cursor = connector.begin(timezone.now() - timedelta(days=RECENT_DAYS))
    channel.save(update_fields=["cursor"])


def _read_posts(channel: Channel, connector: Connector) -> float:
    page = connector.posts(RECENT_POSTS)
    take_in(channel, page)
    return page.throttle_seconds


@contextmanager
def only_one(channel_id: int, lock_class: int = LOCK_CLASS) -> Iterator[bool]:
    """Hold the channel's advisory lock for the time of a pull; yields False when somebody else has it.

    A session lock, not a transaction's: no transaction may span HTTP. It ends with the connection if we die.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock_class, channel_id])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock_class, channel_id])


def introduce(channel: Channel, connector: Connector) -> None:
    """Ask the platform who we are there and how long a reply may be, where pictures lie: the first time."""
    if channel.account_id:
        return
    state = connector.check_account()
    if state.ok:
        channel.account_id = state.account_id
        channel.reply_limit = state.max_length or channel.reply_limit
        channel.media_hosts = list(state.media_hosts)
        channel.save(update_fields=["account_id", "reply_limit", "media_hosts"])


def _read_news(channel: Channel, connector: Connector) -> float:
    """Read page after page until there is no more, a page repeats, the platform asks for rest, or it is enough."""
    before: set[str] = set()
    for _ in range(PAGES_A_PULL):
        page = connector.pull(channel.cursor)
        ids = {item.external_id for item in page.items}
        repeated = page.next_cursor == channel.cursor or (bool(ids) and ids == before)
        take_in(channel, page, cursor=page.next_cursor)
        if not page.more or repeated or page.throttle_seconds:
            return page.throttle_seconds
        before = ids
    return 0.0


def take_in(channel: Channel, page: Page, *, cursor: str | None = None, is_history: bool = False) -> intake.Received:
    """Store the raw page, what was in it, and the cursor behind it: all or nothing.

    One item that our own store or detectors cannot take never stops its page: it is kept aside with the reason, as what
    a connector could not read, and the others come in.
    """
    try:
        return _taken_in(channel, page, cursor, is_history=is_history)
    except intake.NOT_TAKEN as problem:
        log.error("Channel %s: a page is stored item by item after %s", channel.pk, type(problem).__name__)
        return _taken_in(channel, _storable(channel, page), cursor, is_history=is_history)


@transaction.atomic
def _taken_in(channel: Channel, page: Page, cursor: str | None, *, is_history: bool) -> intake.Received:
    raw_page = intake.keep_raw(channel, page.raw) if page.raw else None
    received = intake.receive(channel, page, raw_page=raw_page, is_history=is_history)
    if cursor is not None:
        channel.cursor = cursor
        channel.save(update_fields=["cursor"])
    return received


def _storable(channel: Channel, page: Page) -> Page:
    """Return the page with the items that cannot be stored among the unreadable ones; each is tried, and taken back."""
    good: list[Item] = []
    aside = list(page.unreadable)
    for item in page.items:
        try:
            with transaction.atomic():
                intake.receive(channel, replace(page, items=(item,), unreadable=()), raw_page=None)
                transaction.set_rollback(True)
        except intake.NOT_TAKEN as problem:
            body = json.dumps(item.raw, ensure_ascii=True).encode()
            aside.append(Unreadable(body, f"could not be stored: {type(problem).__name__}"))
        else:
            good.append(item)
    return replace(page, items=tuple(good), unreadable=tuple(aside))


def _read_threads(channel: Channel, connector: Connector) -> float:
    """Read the threads of recent posts that are due, longest ago first: what did not mention us stands only there."""
    now = timezone.now()
    recent = Post.objects.filter(channel=channel, posted_at__gte=now - timedelta(days=RECENT_DAYS))
    due = recent.exclude(thread_read_at__gt=now - slow_pass_every(channel))
    for post in due.order_by(F("thread_read_at").asc(nulls_first=True), "-posted_at")[:THREADS_A_PULL]:
        Post.objects.filter(pk=post.pk).update(thread_read_at=now)
        try:
            page = connector.thread(post.external_id)
        except GoneError:
            continue
        take_in(channel, page)
        if page.throttle_seconds:
            return page.throttle_seconds
    nesting.adopt_orphans(channel)
    return 0.0


def _is_slow_turn(channel: Channel) -> bool:
    return channel.looked_again_at is None or channel.looked_again_at <= timezone.now() - slow_pass_every(channel)


def _look_again(channel: Channel, connector: Connector) -> None:
    """Ask about known comments by id, now and then: no platform tells of deletions in its list of news."""
    rows = {one.external_id: one for one in _worth_another_look(channel)}
    ids = sorted(rows)
    for start in range(0, len(ids), REFRESH_BATCH):
        answers = connector.refresh(ids[start : start + REFRESH_BATCH])
        intake.mark_deleted(rows[one] for one, answer in answers.items() if answer is GONE)
        found = tuple(answer for answer in answers.values() if isinstance(answer, Item))
        take_in(channel, Page(items=found, next_cursor="", more=False, raw=b""))
    Channel.objects.filter(pk=channel.pk).update(looked_again_at=timezone.now())


def _worth_another_look(channel: Channel) -> list[Comment]:
    """Return what is open, what was finished in the latest two weeks, then old history, newest first: 400 at most."""
    since = timezone.now() - timedelta(days=FINISHED_DAYS)
    there = Comment.objects.filter(channel=channel, deleted_at=None)
    still_open = there.exclude(status__in=["DONE", "OURS"])
    finished = there.filter(Q(ended_at__gt=since) | Q(ended_at=None, posted_at__gt=since), status="DONE")
    found: list[Comment] = []
    for some in (still_open.exclude(answer_by=None), finished, still_open.filter(answer_by=None)):
        found += some.order_by("-posted_at")[: LOOKED_AGAIN - len(found)]
    return found
