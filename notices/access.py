"""The only way a view gets a mail. "Not yours" and "not there" are the same 404."""

from django.http import Http404

from notices.models import Notice
from team.access import lead_member as lead_member  # asked for here like everything else
from team.models import Membership


def notice_for(member: Membership, pk: int) -> Notice:
    """Return the mail, if it belongs to the member's municipality."""
    notice = Notice.objects.filter(municipality_id=member.municipality_id, pk=pk).first()
    if notice is None:
        raise Http404
    return notice
