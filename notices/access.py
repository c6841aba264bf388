"""The only way a view gets a mail. "Not yours" and "not there" are the same 404."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from notices.models import Notice
from team.access import member_of
from team.models import Membership


def lead_member(request: HttpRequest) -> Membership:
    """Return the member asking, if they lead; else PermissionDenied."""
    member = member_of(request)
    if not member.may_approve:
        raise PermissionDenied
    return member


def notice_for(member: Membership, pk: int) -> Notice:
    """Return the mail, if it belongs to the member's municipality."""
    notice = Notice.objects.filter(municipality_id=member.municipality_id, pk=pk).first()
    if notice is None:
        raise Http404
    return notice
