"""Who may see which guideline."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from guidelines.models import DutyRow, GuidelineVersion
from guidelines.queries import NoGuidelineInForceError, version_in_force
from team.access import member_of
from team.models import Membership


def guideline_for(member: Membership) -> GuidelineVersion | None:
    """Return the version in force in the member's own municipality, or None. Every role may read it."""
    try:
        return version_in_force(member.municipality)
    except NoGuidelineInForceError:
        return None


def lead_member(request: HttpRequest) -> Membership:
    """Return the member asking, if they may change the rules; else PermissionDenied."""
    member = member_of(request)
    if not member.may_approve:
        raise PermissionDenied
    return member


def rules_for(member: Membership, pk: int) -> GuidelineVersion:
    """Return the version, if it is the member's own municipality's."""
    versions = GuidelineVersion.objects.filter(municipality_id=member.municipality_id, pk=pk)
    version = versions.select_related("guideline__municipality", "municipality").first()
    if version is None:
        raise Http404
    return version


def duty_for(member: Membership, pk: int) -> DutyRow:
    """Return the duty's row with its version, if it is the member's own municipality's."""
    rows = DutyRow.objects.filter(version__municipality_id=member.municipality_id, pk=pk)
    row = rows.select_related("version__guideline", "version__municipality").first()
    if row is None:
        raise Http404
    return row
