"""Who may see and change which guideline. "Not yours" and "not there" are the same 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from guidelines.models import Acknowledgement, DutyRow, GuidelineVersion, TextSection
from guidelines.queries import NoGuidelineInForceError, version_in_force
from guidelines.workflow import Status
from team.access import lead_member as lead_member  # asked for here like everything else
from team.models import Membership, Role


def guideline_for(member: Membership) -> GuidelineVersion | None:
    """Return the version in force in the member's own municipality, or None. Every role may read it."""
    try:
        return version_in_force(member.municipality)
    except NoGuidelineInForceError:
        return None


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


def version_for(member: Membership, pk: int) -> GuidelineVersion:
    """Return a version of the member's own municipality; drafts are for the lead."""
    versions = GuidelineVersion.objects.filter(municipality_id=member.municipality_id).select_related("guideline")
    if member.role != Role.LEAD:
        versions = versions.exclude(status=Status.DRAFT)
    return get_object_or_404(versions, pk=pk)


def section_for(version: GuidelineVersion, pk: int) -> TextSection:
    """Return a section of that very version."""
    return get_object_or_404(version.text_sections.select_related("version"), pk=pk)


def invitation_by(token: str) -> Acknowledgement:
    """Return what a personal link stands for. Whoever holds the link is the reader; it opens nothing else."""
    found = (
        Acknowledgement.objects.filter(token=token)
        .select_related("reader", "version__guideline", "municipality")
        .first()
    )
    if found is None or found.version.status != Status.IN_FORCE:
        raise Http404
    return found
