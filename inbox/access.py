"""The only way a view gets an object of the inbox. "Not yours" and "not there" are the same 404."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from inbox.models import (
    Attachment,
    Channel,
    Comment,
    CorrectionTask,
    DeliveryPart,
    Fact,
    Forwarding,
    HouseRule,
    Intervention,
    Matter,
    Note,
    OutsideBody,
    RawPage,
    Reply,
    SavedView,
    SignIn,
    Template,
    UnreadItem,
    token_hash,
)
from inbox.workflow import ForwardingStatus
from team.access import lead_member as lead_member  # asked for here like everything else
from team.access import member_of
from team.models import Membership, Role, Unit


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
            "guideline_version__guideline__municipality",
        )
        .first()
    )
    if comment is None:
        raise Http404
    return comment


def comments_for(member: Membership, pks: Iterable[str]) -> list[Comment]:
    """Return those of the comments that are the member's municipality's, by id; what is no number is left out."""
    wanted = {int(pk) for pk in pks if pk.isdecimal() and len(pk) < 19}
    found = Comment.objects.filter(municipality_id=member.municipality_id, pk__in=wanted)
    return list(found.select_related("municipality", "channel", "post", "assignee__user").order_by("pk"))


def colleague_for(member: Membership, pk: str) -> Membership | None:
    """Return the one who answers for the same municipality today, None when there is nobody like that."""
    if not (pk.isdecimal() and len(pk) < 19):
        return None
    return (
        Membership.objects.current()
        .filter(municipality_id=member.municipality_id, role__in=["member", "lead"], pk=int(pk))
        .select_related("user")
        .first()
    )


def colleagues_for(member: Membership) -> list[Membership]:
    """Return those who answer for the municipality today, by name."""
    answering = Membership.objects.current().filter(municipality_id=member.municipality_id, role__in=["member", "lead"])
    return list(answering.select_related("user").order_by("user__name"))


def colleagues_among(member: Membership, pks: Iterable[int]) -> list[Membership]:
    """Return those of the memberships that are the member's municipality's and hold today, in the order given."""
    order = list(pks)
    if not order:
        return []
    found = Membership.objects.current().filter(municipality_id=member.municipality_id, pk__in=order)
    return sorted(found.select_related("user"), key=lambda one: order.index(one.pk))


def attachment_for(member: Membership, pk: int) -> Attachment:
    """Return the attachment with its files, if it belongs to the member's municipality."""
    return get_object_or_404(
        Attachment.objects.select_related("shown", "original", "comment"),
        municipality_id=member.municipality_id,
        pk=pk,
    )


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
    """Return the channel with its people, if it is the member's municipality's."""
    return get_object_or_404(
        Channel.objects.select_related("municipality", "owner__user", "connected_by__user"),
        municipality_id=member.municipality_id,
        pk=pk,
    )


def sign_in_for(member: Membership, pk: int) -> SignIn:
    """Return the sign-in at a platform, if it is this very member's."""
    return get_object_or_404(
        SignIn.objects.select_related("channel", "municipality"),
        member=member,
        municipality_id=member.municipality_id,
        pk=pk,
    )


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


def intervention_for(member: Membership, pk: int) -> Intervention:
    """Return the act of ours with its comment and evidence, if it belongs to the member's municipality."""
    acts = Intervention.objects.select_related("comment__municipality", "comment__channel", "channel", "evidence")
    return get_object_or_404(acts, municipality_id=member.municipality_id, pk=pk)


def house_rule_for(member: Membership, pk: int) -> HouseRule:
    """Return the rule, if it is the member's municipality's."""
    return get_object_or_404(HouseRule, municipality_id=member.municipality_id, pk=pk)


def saved_view_for(member: Membership, pk: int) -> SavedView:
    """Return the kept choice, if it is the member's own or shared in the municipality."""
    views = SavedView.objects.filter(Q(owner=member) | Q(is_shared=True), municipality_id=member.municipality_id)
    return get_object_or_404(views, pk=pk)


def note_for(member: Membership, pk: int) -> Note:
    """Return the internal note, if it belongs to the member's municipality."""
    return get_object_or_404(Note, municipality_id=member.municipality_id, pk=pk)


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


def delivery_part_for(member: Membership, pk: int) -> DeliveryPart:
    """Return what a delivery says of one of the member's municipality's channels."""
    parts = DeliveryPart.objects.select_related("delivery", "channel")
    return get_object_or_404(parts, channel__municipality_id=member.municipality_id, pk=pk)


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


def channel_watcher(request: HttpRequest) -> Membership:
    """Return the member asking, if they answer for the municipality or run its system; else PermissionDenied.

    The page of channels holds nothing of what citizens wrote.
    """
    member = member_of(request)
    if not member.may_answer and member.role != Role.SYSADMIN:
        raise PermissionDenied
    return member


def not_in_for(member: Membership, kind: str, pk: int) -> UnreadItem | RawPage:
    """Return the piece ("del") or whole answer ("svar") we could not read, if it came to the member's municipality."""
    of = {"channel__municipality_id": member.municipality_id, "pk": pk}
    found: UnreadItem | RawPage | None = None
    if kind == "del":
        found = UnreadItem.objects.select_related("channel", "raw_page").filter(**of).first()
    elif kind == "svar":
        found = RawPage.objects.select_related("channel").exclude(problem="").filter(**of).first()
    if found is None:
        raise Http404
    return found
