"""What the page of the outbox lists. Never the body: it may hold a citizen's words."""

from django.db.models import QuerySet

from notices.models import Notice
from notices.workflow import NoticeStatus
from team.models import Membership


def troubled(member: Membership) -> list[Notice]:
    """Return the mails that a person must do something about, oldest first."""
    return list(_of(member).filter(status__in=[NoticeStatus.FAILED, NoticeStatus.UNCLEAR]).order_by("pk")[:200])


def on_their_way(member: Membership) -> list[Notice]:
    """Return the mails that have not left yet, oldest first."""
    return list(_of(member).filter(status__in=[NoticeStatus.WAITING, NoticeStatus.SENDING]).order_by("pk")[:200])


def _of(member: Membership) -> QuerySet[Notice]:
    return Notice.objects.filter(municipality_id=member.municipality_id).defer("body")
