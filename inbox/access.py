"""The only way a view gets an object of the inbox. "Not yours" and "not there" are the same 404."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from inbox.models import Channel, Comment, CorrectionTask, Fact, Matter, Reply, Template
from team.access import member_of
from team.models import Membership


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
            "post",
            "parent",
            "assignee__user",
            "sorted_by__user",
            "forward_to",
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
