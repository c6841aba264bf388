"""The only way a view gets an object of the inbox. "Not yours" and "not there" are the same 404."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from inbox.models import (
    Channel,
    Comment,
    CorrectionTask,
    Fact,
    Forwarding,
    Matter,
    OutsideBody,
    Reply,
    Template,
    token_hash,
)
from inbox.workflow import ForwardingStatus
from team.access import member_of
from team.models import Membership, Unit


def team_member(request: HttpRequest) -> Membership:
    """Return the member asking, if they may see what citizens wrote and answer it; else PermissionDenied."""
    member = member_of(request)
    if not member.may_answer:
        raise PermissionDenied
    return member


def comment_for(member: Membership, pk: int) -> Comment:
    """Return the comment with its post, channel and people, if it belongs to the member's municipality."""
    comment = (
        Comment.objects.filter(municipality_id=member.municipality_id, pk=pk)
        .select_related(
            "municipality",
            "channel",
            "post__channel",
            "parent",
            "assignee__user",
            "sorted_by__user",
            "joint_reply__comment",
            "guideline_version",
        )
        .first()
    )
    if comment is None:
        raise Http404
    return comment


def reply_for(member: Membership, pk: int) -> Reply:
    """Return the reply with its comment and people, if it belongs to the member's municipality."""
    reply = (
        Reply.objects.filter(municipality_id=member.municipality_id, pk=pk)
        .select_related(
            "municipality", "channel", "comment__post", "comment__channel", "author__user", "approved_by__user"
        )
        .first()
    )
    if reply is None:
        raise Http404
    return reply


def channels_for(member: Membership) -> list[Channel]:
    """Return the municipality's channels by name."""
    return list(Channel.objects.filter(municipality_id=member.municipality_id).order_by("name"))


def channel_for(member: Membership, pk: int) -> Channel:
    """Return the channel, if it is the member's municipality's."""
    return get_object_or_404(Channel, municipality_id=member.municipality_id, pk=pk)


def template_for(member: Membership, pk: int) -> Template:
    """Return the template, if it is the member's municipality's."""
    return get_object_or_404(
        Template.objects.select_related("municipality"), municipality_id=member.municipality_id, pk=pk
    )


def fact_for(member: Membership, pk: int) -> Fact:
    """Return the fact, if it is the member's municipality's."""
    return get_object_or_404(Fact, municipality_id=member.municipality_id, pk=pk)


def matter_for(member: Membership, pk: int) -> Matter:
    """Return the matter, if it is the member's municipality's."""
    return get_object_or_404(Matter, municipality_id=member.municipality_id, pk=pk)


def task_for(member: Membership, pk: int) -> CorrectionTask:
    """Return the task to correct a post, if it is the member's municipality's."""
    return get_object_or_404(CorrectionTask, municipality_id=member.municipality_id, pk=pk)


def lead_member(request: HttpRequest) -> Membership:
    """Return the member asking, if they lead; else PermissionDenied."""
    member = member_of(request)
    if not member.may_approve:
        raise PermissionDenied
    return member


def forwarding_for(member: Membership, pk: int) -> Forwarding:
    """Return the forwarding, if it belongs to the member's municipality."""
    forwarding = _forwardings().filter(municipality_id=member.municipality_id, pk=pk).first()
    if forwarding is None:
        raise Http404
    return forwarding


def forwarding_by_link(token: str) -> Forwarding | None:
    """Return the forwarding a receipt link opens; None alike for a used, expired or unknown one."""
    open_now = _forwardings().filter(status=ForwardingStatus.SENT, token_expires_at__gt=timezone.now())
    return open_now.filter(token_hash=token_hash(token)).first()


def _forwardings() -> QuerySet[Forwarding]:
    return Forwarding.objects.select_related("municipality", "unit", "outside_body", "comment", "notice")


def recipient_for(member: Membership, kind: str, pk: int) -> Unit | OutsideBody:
    """Return the unit ("enhet") or outside body ("utenfor"), if it is the member's municipality's."""
    of = {"municipality_id": member.municipality_id, "pk": pk}
    found: Unit | OutsideBody | None = None
    if kind == "enhet":
        found = Unit.objects.filter(**of).first()
    elif kind == "utenfor":
        found = OutsideBody.objects.filter(**of).first()
    if found is None:
        raise Http404
    return found
