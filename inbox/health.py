"""What is known of how the channels fare: what is wrong, since when, what is missing, and what cannot be told.

Reads only; what changes a channel's state stands in `inbox.channel_state`. Words for a page stand in its view.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from inbox.models import Channel, DeliveryPart, RawPage, Reply, UnreadItem
from inbox.platform_apps import graph_version_ends
from inbox.quota import quota_left
from inbox.rights import Right, missing_rights
from inbox.workflow import ReplyStatus

Problem = Channel.Problem
SHUT_OUT = frozenset({Problem.TOKEN, Problem.PERMISSION})
HOLDING = frozenset({Reply.Problem.TOKEN, Reply.Problem.PERMISSION})
GRAPH = frozenset({Channel.Platform.FACEBOOK, Channel.Platform.INSTAGRAM})

# How long, and how many pulls in a row, before a problem is a stop that people are called to. A hiccup is neither.
PATIENCE: dict[str, tuple[timedelta, int]] = {
    Problem.TOKEN: (timedelta(), 2),
    Problem.PERMISSION: (timedelta(), 2),
    Problem.ODD: (timedelta(minutes=10), 3),
    Problem.AWAY: (timedelta(minutes=15), 3),
    Problem.BUSY: (timedelta(hours=26), 3),  # YouTube's quota of a day is new within 25 hours
}
REPLIES_REFUSED_FOR = timedelta(seconds=45)  # shorter than the first wait: the second refusal is a stop

WARN_OF_EXPIRY = timedelta(days=14)
WARN_OF_VERSION = timedelta(days=90)
NOT_PULLED_FOR = timedelta(minutes=30)
SHOWN_AS_RECOVERED = timedelta(days=1)
A_LONG_WAIT = timedelta(hours=1)

LATEST = 200  # comments of a channel that tell how often it usually gets one
ENOUGH_TO_TELL = 20
UNUSUAL = 2  # times the longest pause among those comments
SHORTEST_SILENCE = timedelta(hours=12)


def stop_since(channel: Channel, now: datetime) -> datetime | None:
    """Return since when the channel has stood still or let no reply out, once our patience is over; else None."""
    since = [_reading_stopped(channel, now), _replies_stopped(channel, now)]
    return min((moment for moment in since if moment), default=None)


def _reading_stopped(channel: Channel, now: datetime) -> datetime | None:
    if not channel.problem or channel.problem_since is None:
        return None
    patience, failures = PATIENCE[channel.problem]
    is_over = channel.failures >= failures and now - channel.problem_since >= patience
    return channel.problem_since if is_over else None


def _replies_stopped(channel: Channel, now: datetime) -> datetime | None:
    if not channel.reply_problem or channel.reply_problem_since is None:
        return None
    return channel.reply_problem_since if now - channel.reply_problem_since >= REPLIES_REFUSED_FOR else None


def stopped_channels(municipality_id: int, *, now: datetime | None = None) -> list[Channel]:
    """Return the channels that stand still, for the frame of every page: one query on a town's few rows."""
    of_town = Channel.objects.filter(municipality_id=municipality_id, is_active=True)
    return stopped_among(of_town.defer("token", "refresh_token", "cursor"), now=now)


def stopped_among(channels: Iterable[Channel], *, now: datetime | None = None) -> list[Channel]:
    """Return those of the channels that stand still, longest first.

    Those people have been called to (`stopped_at`), and those nobody has read for long past their time: then our own
    workers stand still, and no mail would leave either.
    """
    overdue = (now or timezone.now()) - NOT_PULLED_FOR
    in_use = [one for one in channels if one.is_active and one.is_pulled]
    found = [one for one in in_use if one.stopped_at or _is_before(one, overdue)]
    return sorted(found, key=lambda one: (one.stopped_at is None, one.stopped_at, one.pk))


def _is_before(channel: Channel, moment: datetime) -> bool:
    return channel.next_pull_at is not None and channel.next_pull_at < moment


def ends_soon(channel: Channel, now: datetime) -> bool:
    """Whether the access ends within two weeks, or has ended; never where it is renewed by itself, or nobody told."""
    ends_at = None if channel.refresh_token else channel.token_expires_at
    return ends_at is not None and ends_at - now <= WARN_OF_EXPIRY


def is_held(reply: Reply) -> bool:
    """Whether an approved reply waits for its channel: refused for want of a right, or the channel is shut out."""
    if reply.status != ReplyStatus.APPROVED or reply.channel.is_manual:
        return False
    return reply.problem in HOLDING or reply.channel.problem in SHUT_OUT


@dataclass(frozen=True)
class Quota:
    """What is left of a platform's quota, in its units. `until`: when it is new."""

    left: int
    of: int
    until: datetime | None = None

    @property
    def used(self) -> int:
        return self.of - self.left

    @property
    def is_used_up(self) -> bool:
        return self.left <= 0


@dataclass(frozen=True)
class Silence:
    """A pause that is unusually long for the channel. It may mean nothing."""

    length: timedelta
    longest_before: timedelta


@dataclass(frozen=True)
class Health:
    """What is known of one channel now. `latest_comment_at`: when the public last wrote; `wait_until`: we are asked to
    wait; `missing`: permissions that were not given, as far as the platform tells."""

    channel: Channel
    now: datetime
    latest_comment_at: datetime | None = None
    silence: Silence | None = None
    unread_items: int = 0
    odd_pages: int = 0
    deliveries: int = 0
    held_replies: int = 0
    quota: Quota | None = None
    missing: tuple[Right, ...] = ()

    @property
    def is_off(self) -> bool:
        return not self.channel.is_active

    @property
    def is_stopped(self) -> bool:
        return self.channel.stopped_at is not None and not self.is_off

    @property
    def wait_until(self) -> datetime | None:
        """When we try again, where the platform asked us to wait."""
        is_busy = self.channel.problem == Problem.BUSY
        return self.channel.next_pull_at if is_busy else None

    @property
    def is_not_pulled(self) -> bool:
        """Nobody reads the channel, long past its time: our own workers stand still."""
        if self.is_off or not self.channel.is_pulled or self.channel.next_pull_at is None:
            return False
        return self.now - self.channel.next_pull_at > NOT_PULLED_FOR

    @property
    def token_ends(self) -> datetime | None:
        """When the access ends for good; None where it does not, is renewed by itself, or nobody told."""
        return None if self.channel.refresh_token else self.channel.token_expires_at

    @property
    def token_ends_soon(self) -> bool:
        return ends_soon(self.channel, self.now)

    @property
    def version_ends(self) -> date | None:
        """When the version of the Graph API that we speak ends."""
        return graph_version_ends().ends_on if self.channel.platform in GRAPH else None

    @property
    def version(self) -> str:
        return settings.GRAPH_VERSION if self.channel.platform in GRAPH else ""

    @property
    def version_ends_soon(self) -> bool:
        return self.version_ends is not None and self.version_ends - self.now.date() <= WARN_OF_VERSION

    @property
    def recovered_lately(self) -> bool:
        at = self.channel.recovered_at
        return not self.channel.problem and at is not None and self.now - at < SHOWN_AS_RECOVERED


def health_of(municipality_id: int, *, now: datetime | None = None) -> list[Health]:
    """Return how each channel of the municipality fares, by name; the same number of queries for any number."""
    now = now or timezone.now()
    channels = list(Channel.objects.filter(municipality_id=municipality_id).defer("token", "cursor").order_by("name"))
    ids = [channel.pk for channel in channels]
    rhythm = _rhythm(ids)
    unread = _counted(UnreadItem.objects.filter(channel__in=ids, settled_at=None))
    odd = _counted(RawPage.objects.filter(channel__in=ids, settled_at=None).exclude(problem=""))
    held = _counted(held_replies(municipality_id))
    deliveries = unread_deliveries(ids)
    budget = next((left for left in map(quota_left, channels) if left), None)
    return [
        Health(
            channel=channel,
            now=now,
            latest_comment_at=rhythm[channel.pk].latest if channel.pk in rhythm else None,
            silence=_silence(channel, rhythm.get(channel.pk), now),
            unread_items=unread.get(channel.pk, 0),
            odd_pages=odd.get(channel.pk, 0),
            deliveries=deliveries.get(channel.pk, 0),
            held_replies=held.get(channel.pk, 0),
            quota=quota_of(channel, now, budget),
            missing=tuple(missing_rights(channel.platform, channel.scopes)),
        )
        for channel in channels
    ]


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    """Return how many of the rows each channel has."""
    return dict(rows.values_list("channel").annotate(number=Count("pk")).order_by())


def held_replies(municipality_id: int) -> QuerySet[Reply]:
    """Return the approved replies that wait for their channel to be well again."""
    return Reply.objects.filter(
        Q(problem__in=HOLDING) | Q(channel__problem__in=SHUT_OUT),
        municipality_id=municipality_id,
        status=ReplyStatus.APPROVED,
    ).exclude(channel__platform=Channel.Platform.MANUAL)


def quota_of(channel: Channel, now: datetime, left: tuple[int, int] | None) -> Quota | None:
    """Return what is left of the day's quota as we count it (`inbox.quota`); None where the platform has none.

    YouTube tells no number: that it is used up is certain only when it asks us to wait for hours.
    """
    if left is None or channel.platform != Channel.Platform.YOUTUBE:
        return None
    until = channel.next_pull_at
    if channel.problem == Problem.BUSY and until and until - now > A_LONG_WAIT:
        return Quota(0, left[1], until)
    return Quota(*left)


def unread_deliveries(channel_ids: Collection[int]) -> dict[int, int]:
    """Return how many parts of webhook deliveries wait to be read, by channel."""
    return _counted(DeliveryPart.objects.filter(channel__in=channel_ids, read_at=None))


@dataclass(frozen=True)
class _Rhythm:
    number: int
    latest: datetime
    longest_pause: timedelta


# The latest comments of each channel by the index on (channel, posted_at): bounded work, however many there are.
_PAUSES = """
    SELECT channel, count(*), max(posted_at), coalesce(max(pause), interval '0')
    FROM (
        SELECT wanted.id AS channel, one.posted_at,
               one.posted_at - lag(one.posted_at) OVER (PARTITION BY wanted.id ORDER BY one.posted_at) AS pause
        FROM unnest(%s::bigint[]) AS wanted(id)
        CROSS JOIN LATERAL (
            SELECT posted_at FROM inbox_comment
            WHERE channel_id = wanted.id AND status <> 'OURS'
            ORDER BY posted_at DESC LIMIT %s
        ) AS one
    ) AS pauses
    GROUP BY channel
"""


def _rhythm(channel_ids: list[int]) -> dict[int, _Rhythm]:
    """Return how often the public usually writes, by channel."""
    with connection.cursor() as cursor:
        cursor.execute(_PAUSES, [channel_ids, LATEST])
        return {row[0]: _Rhythm(*row[1:]) for row in cursor.fetchall()}


def _silence(channel: Channel, rhythm: _Rhythm | None, now: datetime) -> Silence | None:
    """Return the silence of a channel that is well and usually gets comments, when it is unusually long."""
    if rhythm is None or rhythm.number < ENOUGH_TO_TELL or channel.problem or not channel.is_active:
        return None
    length = now - rhythm.latest
    unusual = max(UNUSUAL * rhythm.longest_pause, SHORTEST_SILENCE)
    return Silence(length, rhythm.longest_pause) if length > unusual else None
