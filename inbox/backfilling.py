"""Reads a channel's history: every post it ever had with its thread, then every mention; never in the way of news.

A slice of a few seconds at a time, in a task of its own that then goes to the end of the line. The place is saved with
the page it lies behind, so a pause, a crash or a restart of the machine costs at most one page read again. What is read
is taken in by the same door as news: known comments change nothing.
"""

import json
import logging
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inbox import channel_state, nesting
from inbox.channels.base import ChannelError, Connector, GoneError, Page
from inbox.connecting import connect
from inbox.models import Backfill, Channel
from inbox.pulling import introduce, only_one, take_in

log = logging.getLogger(__name__)
LOCK_CLASS = 0x5D02  # advisory locks that mean "somebody reads this channel's history"
POSTS_A_PAGE = 40
SLICE_SECONDS = 5.0
LONGEST_WAIT = 3600
# Where a citizen can name us outside our own posts, or write a post on our page.
WITH_MENTIONS = {Channel.Platform.MASTODON, Channel.Platform.BLUESKY, Channel.Platform.FACEBOOK}


@dataclass(frozen=True)
class Place:
    """Where the reading is: first pages of `posts` (the threads of each `waiting`), then `mentions`, then `over`."""

    stage: str = "posts"
    cursor: str = ""
    waiting: list[str] = field(default_factory=list)
    latest: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, text: str) -> "Place":
        """The place that was saved; the beginning for an empty one."""
        return cls(**json.loads(text)) if text else cls()

    def __str__(self) -> str:
        """The text to save."""
        return json.dumps(asdict(self), separators=(",", ":"))


def due() -> list[int]:
    """Return ids of readings that run and wait for nothing, longest waited first."""
    running = Backfill.objects.filter(state=Backfill.State.RUNNING, channel__is_active=True)
    running = running.exclude(next_at__gt=timezone.now())
    return list(running.order_by("next_at", "pk").values_list("pk", flat=True))


def run(backfill_id: int) -> bool:
    """Read for a few seconds. Returns whether it should go on at once; gives way when another worker is at it."""
    found = Backfill.objects.select_related("channel").filter(pk=backfill_id, state=Backfill.State.RUNNING).first()
    if found is None or (found.next_at and found.next_at > timezone.now()):
        return False
    with only_one(found.channel_id, LOCK_CLASS) as mine:
        return mine and _run(found)


def _run(backfill: Backfill) -> bool:
    backfill.refresh_from_db()  # who had the lock before us has read on
    channel = backfill.channel
    ends = time.monotonic() + SLICE_SECONDS
    try:
        connector = connect(channel)
        introduce(channel, connector)
        while time.monotonic() < ends:
            rest = _step(backfill, connector)
            if not _may_go_on(backfill):
                return False
            if rest:
                _wait(backfill, rest)
                return False
    except ChannelError as error:
        _note_problem(backfill, error)
        return False
    return True


def _may_go_on(backfill: Backfill) -> bool:
    """Whether nobody has paused it meanwhile and something is left."""
    return Backfill.objects.filter(pk=backfill.pk, state=Backfill.State.RUNNING, channel__is_active=True).exists()


def _step(backfill: Backfill, connector: Connector) -> float:
    """Read one page or one thread and save it with the place behind it; returns the rest the platform wants."""
    place = Place.read(backfill.cursor)
    if place.waiting:
        return _read_thread(backfill, connector, place)
    return (_read_posts if place.stage == "posts" else _read_mentions)(backfill, connector, place)


def _read_posts(backfill: Backfill, connector: Connector, place: Place) -> float:
    page = connector.posts(POSTS_A_PAGE, place.cursor)
    ids = [item.external_id for item in page.items]
    goes_on = page.more and not (ids and ids == place.latest)  # a list that gives the same page for ever
    following = Place("posts" if goes_on else _after_posts(backfill), page.next_cursor if goes_on else "", ids, ids)
    _save(backfill, page, following, posts=len(ids))
    return page.throttle_seconds


def _after_posts(backfill: Backfill) -> str:
    return "mentions" if backfill.channel.platform in WITH_MENTIONS else "over"


def _read_thread(backfill: Backfill, connector: Connector, place: Place) -> float:
    """Read the thread of the first post that waits; one that is gone by now is left."""
    after = replace(place, waiting=place.waiting[1:])
    try:
        page = connector.thread(place.waiting[0])
    except GoneError:
        page = Page((), "", False, b"")
    _save(backfill, page, after)
    return page.throttle_seconds


def _read_mentions(backfill: Backfill, connector: Connector, place: Place) -> float:
    page = connector.pull(place.cursor)
    ids = sorted(item.external_id for item in page.items)
    goes_on = page.more and page.next_cursor != place.cursor and not (ids and ids == place.latest)
    _save(backfill, page, Place("mentions" if goes_on else "over", page.next_cursor, [], ids))
    return page.throttle_seconds


@transaction.atomic
def _save(backfill: Backfill, page: Page, place: Place, posts: int = 0) -> None:
    """Store the page, the place behind it and what has been counted: all or nothing."""
    received = take_in(backfill.channel, page, is_history=True)
    comments = [item for item in page.items if not item.is_post]
    is_over = place.stage == "over" and not place.waiting
    if is_over:
        nesting.adopt_orphans(backfill.channel)
    backfill.cursor = str(place)
    Backfill.objects.filter(pk=backfill.pk).update(
        cursor=backfill.cursor,
        posts_read=F("posts_read") + posts,
        comments_read=F("comments_read") + len(comments),
        comments_new=F("comments_new") + len(received.new),
        reached=_earliest(backfill, page),
        next_at=None,
        problem="",
        failures=0,
        **({"state": Backfill.State.FINISHED, "finished_at": timezone.now()} if is_over else {}),
    )


def _earliest(backfill: Backfill, page: Page) -> datetime | None:
    times = [item.created_at for item in page.items if item.created_at and item.is_post]
    backfill.reached = min([*times, *([backfill.reached] if backfill.reached else [])], default=None)
    return backfill.reached


def _wait(backfill: Backfill, seconds: float) -> None:
    Backfill.objects.filter(pk=backfill.pk).update(next_at=timezone.now() + timedelta(seconds=seconds))


def _note_problem(backfill: Backfill, error: ChannelError) -> None:
    """Write down what is wrong and wait longer each time, or as long as the platform asks; the place stays."""
    log.warning("History of channel %s: %s (status %s)", backfill.channel_id, type(error).__name__, error.status)
    wait = max(min(30.0 * 2 ** min(backfill.failures, 7), LONGEST_WAIT), error.retry_after)
    _wait(backfill, wait)
    Backfill.objects.filter(pk=backfill.pk).update(problem=channel_state.problem_of(error), failures=F("failures") + 1)
