"""Reads what is new on the channels: pages of news, then the threads of our own recent posts.

The cursor is saved in the same transaction as its page, so it never passes a page that is not stored. One pull a
channel at a time, on any number of workers; two at once would do no harm (see `inbox.intake`).
"""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from inbox import intake
from inbox.channels.base import (
    GONE,
    AuthExpiredError,
    ChannelError,
    Connector,
    GoneError,
    Item,
    Page,
    PermissionMissingError,
    ProtocolError,
    RateLimitedError,
)
from inbox.models import Channel, Comment, Post
from inbox.publishing import connect

log = logging.getLogger(__name__)
PAGES_A_PULL = 50
RECENT_POSTS = 40
RECENT_DAYS = 30
REFRESH_BATCH = 40
LOCK_CLASS = 0x5D01  # advisory locks of this house that mean "somebody pulls this channel"


def due_channels() -> list[int]:
    """Return ids of channels whose next pull is due."""
    due = Channel.objects.filter(is_active=True).exclude(next_pull_at__gt=timezone.now())
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
        connector = connect(channel)
        try:
            _introduce(channel, connector)
            _take_in(channel, connector.posts(RECENT_POSTS))
            _read_news(channel, connector)
            _read_threads(channel, connector)
            _look_again(channel, connector)
        except ChannelError as error:
            _note_problem(channel, error)
        else:
            _note_well(channel)


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


def _read_news(channel: Channel, connector: Connector) -> None:
    """Read page after page until there is no more, a page repeats, or enough for one pull."""
    for _ in range(PAGES_A_PULL):
        page = connector.pull(channel.cursor)
        repeated = page.next_cursor == channel.cursor
        _take_in(channel, page, cursor=page.next_cursor)
        if not page.more or repeated:
            return


@transaction.atomic
def _take_in(channel: Channel, page: Page, *, cursor: str | None = None) -> intake.Received:
    """Store the raw page, what was in it, and the cursor behind it: all or nothing."""
    raw_page = intake.keep_raw(channel, page.raw) if page.raw else None
    received = intake.receive(channel, page, raw_page=raw_page)
    if cursor is not None:
        channel.cursor = cursor
        channel.save(update_fields=["cursor"])
    return received


def _read_threads(channel: Channel, connector: Connector) -> None:
    """Read the whole threads of our recent posts: what did not mention us stands only there."""
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    for post in Post.objects.filter(channel=channel, posted_at__gte=since).order_by("-posted_at")[:RECENT_POSTS]:
        try:
            page = connector.thread(post.external_id)
        except GoneError:
            continue
        _take_in(channel, page)
    intake.adopt_orphans(channel)


def _look_again(channel: Channel, connector: Connector) -> None:
    """Ask about open comments by id: no platform tells of deletions in its list of news."""
    open_ones = Comment.objects.filter(channel=channel, deleted_at=None, status__in=["NEW", "TO_ANSWER", "IN_REVIEW"])
    rows = {one.external_id: one for one in open_ones.order_by("-posted_at")[:400]}
    ids = sorted(rows)
    for start in range(0, len(ids), REFRESH_BATCH):
        answers = connector.refresh(ids[start : start + REFRESH_BATCH])
        intake.mark_deleted(rows[one] for one, answer in answers.items() if answer is GONE)
        found = tuple(answer for answer in answers.values() if isinstance(answer, Item))
        _take_in(channel, Page(items=found, next_cursor="", more=False, raw=b"", unreadable=(), throttle_seconds=0))


def _note_well(channel: Channel) -> None:
    if channel.problem:
        log.info("Channel %s is well again", channel.pk)
    now = timezone.now()
    Channel.objects.filter(pk=channel.pk).update(
        pulled_at=now, next_pull_at=now + _soon(channel.pull_every), problem="", problem_since=None, failures=0
    )


def _note_problem(channel: Channel, error: ChannelError) -> None:
    """Write down what is wrong, keep an answer nobody understood, and wait longer each time."""
    log.warning("Channel %s: %s (status %s)", channel.pk, type(error).__name__, error.status)
    if isinstance(error, ProtocolError) and error.raw:
        intake.keep_raw(channel, error.raw, problem=str(error))
    now = timezone.now()
    wait = min(channel.pull_every * 2 ** min(channel.failures, 5), 3600)
    if isinstance(error, RateLimitedError):
        wait = max(wait, int(error.retry_after or 0))
    Channel.objects.filter(pk=channel.pk).update(
        next_pull_at=now + _soon(wait),
        problem=_problem(error),
        problem_since=channel.problem_since or now,
        failures=channel.failures + 1,
    )


def _problem(error: ChannelError) -> Channel.Problem:
    kinds: list[tuple[type[ChannelError], Channel.Problem]] = [
        (AuthExpiredError, Channel.Problem.TOKEN),
        (PermissionMissingError, Channel.Problem.PERMISSION),
        (RateLimitedError, Channel.Problem.BUSY),
        (ProtocolError, Channel.Problem.ODD),
    ]
    return next((problem for kind, problem in kinds if isinstance(error, kind)), Channel.Problem.AWAY)


def _soon(seconds: float) -> timedelta:
    """Return about that long, so that many channels do not knock at the same moment."""
    return timedelta(seconds=seconds * random.uniform(0.9, 1.1))  # noqa: S311 - jitter, not a secret
