"""What did not get in, and what did not get out: the two lists nothing may fall out of."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from inbox.health import SHUT_OUT
from inbox.models import Channel, RawPage, Reply, UnreadItem
from inbox.workflow import ReplyStatus
from team.models import Membership

PAGE = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Listed:
    """One page, newest first, how many there are in all, and the mark after which the next page begins (0: none)."""

    rows: list[Any]
    total: int
    after: int


def unread_items(member: Membership, *, settled: bool, after: int = 0) -> Listed:
    """Return single pieces we could not read, without their bytes: those that are open, or those that were settled."""
    items = UnreadItem.objects.filter(channel__municipality_id=member.municipality_id, settled_at__isnull=not settled)
    return _page(items.select_related("channel", "settled_by__user", "comment").defer("body", *_SECRETS), after)


def odd_pages(member: Membership, *, settled: bool, after: int = 0) -> Listed:
    """Return whole answers nobody understood, without their bytes: those that are open, or those that were settled."""
    pages = RawPage.objects.filter(channel__municipality_id=member.municipality_id, settled_at__isnull=not settled)
    pages = pages.exclude(problem="").select_related("channel", "settled_by__user")
    return _page(pages.defer("body", *_SECRETS), after)


def replies_not_out(member: Membership, *, after: int = 0) -> Listed:
    """Return the replies that did not get out: refused, unclear, asked to wait, or held by their channel."""
    replies = _not_out(member).select_related("comment", "channel", "author__user").defer(*_SECRETS)
    return _page(replies, after)


def count_not_out(member: Membership) -> int:
    """Return how many replies did not get out."""
    return _not_out(member).count()


def _not_out(member: Membership) -> QuerySet[Reply]:
    for_a_person = Q(status__in=[ReplyStatus.UNCLEAR, ReplyStatus.REFUSED])
    waiting = Q(status=ReplyStatus.APPROVED) & (~Q(problem="") | Q(channel__problem__in=SHUT_OUT))
    replies = Reply.objects.filter(for_a_person | waiting, municipality_id=member.municipality_id)
    return replies.exclude(channel__platform=Channel.Platform.MANUAL)


_SECRETS = ("channel__token", "channel__refresh_token", "channel__cursor")


def _page(rows: QuerySet[Row], after: int) -> Listed:
    found = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: PAGE + 1])
    return Listed(found[:PAGE], rows.count(), found[PAGE - 1].pk if len(found) > PAGE else 0)
