"""Reads what platforms bring to our door. What a delivery says is never stored as it stands: it names comments, and
those are fetched and taken in as a pull would (`inbox.intake`). Repeats, disorder and lost deliveries do no harm.

Who has it is told by one conditional UPDATE (`_claim`): the attempt is counted before the work begins, so that a
delivery that kills its worker is tried three times and then shown.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from inbox import intake
from inbox.channels.base import (
    GONE,
    UNKNOWN,
    AuthExpiredError,
    ChannelError,
    Connector,
    GoneError,
    Item,
    Page,
    PermissionMissingError,
    ProtocolError,
    RateLimitedError,
    Refreshed,
    TransientError,
)
from inbox.channels.graph_webhook import Event, parse_webhook
from inbox.connecting import connect
from inbox.models import Channel, Comment, Delivery, DeliveryPart, Post
from team.models import Municipality

log = logging.getLogger(__name__)
ATTEMPTS = 3
LEASE = timedelta(seconds=300)  # no task lives longer
LOOK_AGAIN = 3.0  # seconds; platforms tell of a comment before every server of theirs can show it
WAIT = 30.0  # seconds, doubled each time
AT_ONCE = 25  # comments a call
RECENT_POSTS = 40
KEPT_DAYS = 30

Row = TypeVar("Row", Delivery, DeliveryPart)


@transaction.atomic
def keep(body: bytes) -> Delivery:
    """Store a delivery exactly as it came. The same bytes again are counted, not read again: the next pull sees more.

    (Reading them again would let anybody who once saw a signed delivery drive our calls to the platform.)
    """
    delivery, is_new = Delivery.objects.get_or_create(sha256=hashlib.sha256(body).hexdigest(), defaults={"body": body})
    if not is_new:
        Delivery.objects.filter(pk=delivery.pk).update(repeats=F("repeats") + 1)
    return delivery


def due_deliveries(limit: int = 200) -> list[int]:
    """Return ids of deliveries to read now, oldest first: what a lost task left, and pages that became known."""
    _know_pages()
    now = timezone.now()
    waiting = DeliveryPart.objects.filter(_to_read(now), delivery=OuterRef("pk"))
    due = Delivery.objects.filter(Q(opened_at=None, try_after__lte=now) | Exists(waiting))
    return list(due.order_by("pk").values_list("pk", flat=True)[:limit])


def read(delivery_id: int) -> float:
    """Read what is due of one delivery. Returns the seconds until some of it should be tried again (0: nothing).

    Safe to call any number of times, on any number of workers. Problems are written on the part for people to see.
    """
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.opened_at is None:
        _open(delivery)
    now = timezone.now()
    due = DeliveryPart.objects.filter(_to_read(now), delivery=delivery).select_related("channel").order_by("pk")
    waits = [_read_part(part) for part in due]
    return min((wait for wait in waits if wait), default=0.0)


def forget(days: int = KEPT_DAYS) -> int:
    """Delete deliveries older than that, and return how many: what they named stands in comments and versions.

    What nobody here could read is deleted too: it holds people's words, and it is not ours to keep.
    """
    old = Delivery.objects.filter(received_at__lt=timezone.now() - timedelta(days=days))
    return old.delete()[1].get(Delivery._meta.label, 0)


def unread_deliveries(of: Channel | Municipality) -> int:
    """Return how many deliveries of a channel, or of all a municipality's channels, could not be read."""
    whose = Q(channel=of) if isinstance(of, Channel) else Q(channel__municipality=of)
    return DeliveryPart.objects.filter(whose, DeliveryPart.unread()).count()


def unread_parts(municipality: Municipality, limit: int = 100) -> list[DeliveryPart]:
    """Return what a person should know of, the oldest first, with delivery (without its bytes) and channel."""
    parts = DeliveryPart.objects.filter(DeliveryPart.unread(), channel__municipality=municipality)
    return list(parts.select_related("delivery", "channel").defer("delivery__body").order_by("pk")[:limit])


@dataclass(frozen=True)
class UnknownPage:
    """A page nobody here speaks for: how many deliveries, the latest when. Not what they say: it is not ours."""

    platform: str
    account_id: str
    count: int
    latest: datetime

    @property
    def platform_name(self) -> str:
        """The platform's name for people."""
        return str(Channel.Platform(self.platform).label)


def unknown_pages() -> list[UnknownPage]:
    """Return the pages that no channel here speaks for, the latest first, at most 50."""
    pages = DeliveryPart.objects.filter(channel=None).values("platform", "account_id")
    counted = pages.annotate(count=Count("pk"), latest=Max("delivery__received_at"))
    return [UnknownPage(**page) for page in counted.order_by("-latest", "account_id")[:50]]


def not_understood() -> list[Delivery]:
    """Return the signed deliveries that nobody could take apart, the latest first, at most 50, without their bytes."""
    return list(Delivery.objects.exclude(not_understood="").defer("body").order_by("-pk")[:50])


def _to_read(now: datetime) -> Q:
    return Q(read_at=None, problem="", try_after__lte=now)


def _claim(row: Row, **still: object) -> bool:
    """Take a row for one attempt: one conditional UPDATE, one winner."""
    now = timezone.now()
    rows = type(row)._default_manager.filter(pk=row.pk, try_after__lte=now, **still)
    taken = rows.update(attempts=F("attempts") + 1, try_after=now + LEASE)
    row.refresh_from_db(fields=["attempts", "try_after"])
    return bool(taken)


def _open(delivery: Delivery) -> None:
    """Take a delivery apart by account, once."""
    if not _claim(delivery, opened_at=None):
        return
    reason, events = _taken_apart(delivery)
    with transaction.atomic():
        unopened = Delivery.objects.filter(pk=delivery.pk, opened_at=None)
        if unopened.update(opened_at=timezone.now(), not_understood=reason[:300]):
            DeliveryPart.objects.bulk_create(_parts(delivery, events))
    if reason:
        log.warning("Delivery %s was not understood: %s", delivery.pk, reason)


def _taken_apart(delivery: Delivery) -> tuple[str, Sequence[Event]]:
    """Return why a delivery cannot be understood ("": it can), and what it tells of."""
    if delivery.attempts > ATTEMPTS:
        return "reading it failed three times", ()
    try:
        return "", parse_webhook(bytes(delivery.body))
    except ProtocolError as error:
        return error.message, ()


def _parts(delivery: Delivery, events: Sequence[Event]) -> list[DeliveryPart]:
    """Return a part for each account, or for each channel that speaks for it; ids once each, in order."""
    ids: dict[tuple[str, str], list[str]] = {}
    for event in events:
        mine = ids.setdefault((event.platform, event.account_id), [])
        if event.external_id not in mine:
            mine.append(event.external_id)
    parts = []
    for (platform, account_id), left in ids.items():
        about = {"delivery": delivery, "platform": platform, "account_id": account_id, "left": left}
        channels = list(Channel.objects.filter(platform=platform, account_id=account_id, is_active=True))
        parts += [DeliveryPart(**about, channel=channel) for channel in channels]
        if not channels:
            parts.append(DeliveryPart(**about, problem=DeliveryPart.Problem.UNKNOWN_PAGE))
    return parts


def _know_pages() -> None:
    """Give parts of unknown pages their channel when one was connected since."""
    speaking = Channel.objects.filter(
        platform=OuterRef("platform"), account_id=OuterRef("account_id"), is_active=True
    ).order_by("pk")
    unknown = DeliveryPart.objects.filter(Exists(speaking), channel=None)
    unknown.update(channel=Subquery(speaking.values("pk")[:1]), problem="", attempts=0, try_after=timezone.now())


def _read_part(part: DeliveryPart) -> float:
    """Fetch what one part names; returns the seconds until it should be tried again (0: it is settled)."""
    if part.channel is None or not _claim(part, read_at=None, problem=""):
        return 0.0
    if part.attempts > ATTEMPTS:
        return _give_up(part, DeliveryPart.Problem.STUCK)
    try:
        unclear = _fetch(part, part.channel, connect(part.channel))
    except ChannelError as error:
        return _after(error, part)
    except Exception:
        _later(part, WAIT)  # a mistake of ours: told in the worker's log, and after three times on the page
        raise
    if part.left and part.attempts < ATTEMPTS:
        return _later(part, LOOK_AGAIN * 3 ** (part.attempts - 1))
    return _give_up(part, DeliveryPart.Problem.ODD) if unclear else _settle(part)


def _after(error: ChannelError, part: DeliveryPart) -> float:
    """What an error of the platform means for the part: later, without counting while it asks us to wait, or never."""
    log.warning("Delivery %s: %s (status %s)", part.delivery_id, type(error).__name__, error.status)
    if isinstance(error, RateLimitedError):
        return _later(part, max(error.retry_after, WAIT), counts=False)
    if error.try_again and part.attempts < ATTEMPTS:
        return _later(part, max(WAIT * 2 ** (part.attempts - 1), error.retry_after))
    return _give_up(part, _problem(error))


def _fetch(part: DeliveryPart, channel: Channel, connector: Connector) -> bool:
    """Fetch the comments a part names, some at a time, and take them in. Tells whether one was unclear.

    `part.left` keeps what must be looked at again; it is saved as we go, so that an attempt goes on where the last one
    ended.
    """
    wanted, held, unclear = list(part.left), list[str](), False
    while wanted:
        batch, wanted = wanted[:AT_ONCE], wanted[AT_ONCE:]
        answers = connector.refresh(batch)
        again = _take_in(channel, connector, answers)
        unclear = unclear or UNKNOWN in answers.values()
        held += again
        part.left = [*wanted, *held]
        part.save(update_fields=["left"])
    return unclear


def _take_in(channel: Channel, connector: Connector, answers: dict[str, Refreshed]) -> list[str]:
    """Store what was found and put tombstones where something is gone. Returns the ids to look at again."""
    known = {one.external_id: one for one in Comment.objects.filter(channel=channel, external_id__in=list(answers))}
    intake.mark_deleted(known[one] for one, answer in answers.items() if answer is GONE and one in known)
    items = tuple(answer for answer in answers.values() if isinstance(answer, Item))
    _know_posts(channel, connector, items)
    received = intake.receive(channel, Page(items=items, next_cursor="", more=False, raw=b""), raw_page=None)
    # Gone is believed at once of what we have seen; what we never saw may only be late.
    late = {one for one, answer in answers.items() if answer is UNKNOWN or (answer is GONE and one not in known)}
    return [one for one in answers if one in late.union(received.leaving)]


def _know_posts(channel: Channel, connector: Connector, items: Sequence[Item]) -> None:
    """Read our latest posts when a comment stands under one we have not seen yet."""
    roots = {item.root_id for item in items if item.root_id}
    known = Post.objects.filter(channel=channel, external_id__in=roots).count()
    if known < len(roots):
        intake.receive(channel, connector.posts(RECENT_POSTS), raw_page=None)


def _later(part: DeliveryPart, seconds: float, *, counts: bool = True) -> float:
    part.try_after = timezone.now() + timedelta(seconds=seconds)
    part.attempts -= 0 if counts else 1
    part.save(update_fields=["try_after", "attempts"])
    return seconds


def _give_up(part: DeliveryPart, problem: DeliveryPart.Problem) -> float:
    log.warning("Delivery %s was given up: %s", part.delivery_id, problem.value)
    part.problem = problem
    part.save(update_fields=["problem"])
    return 0.0


def _settle(part: DeliveryPart) -> float:
    part.read_at, part.left = timezone.now(), []
    part.save(update_fields=["read_at", "left"])
    return 0.0


def _problem(error: ChannelError) -> DeliveryPart.Problem:
    kinds: list[tuple[type[ChannelError], DeliveryPart.Problem]] = [
        (AuthExpiredError, DeliveryPart.Problem.TOKEN),
        (PermissionMissingError, DeliveryPart.Problem.PERMISSION),
        (GoneError, DeliveryPart.Problem.PERMISSION),  # not even our own posts could be read
        (TransientError, DeliveryPart.Problem.AWAY),
    ]
    return next((problem for kind, problem in kinds if isinstance(error, kind)), DeliveryPart.Problem.ODD)
