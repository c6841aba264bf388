"""Who may see which guideline."""

from guidelines.models import GuidelineVersion
from guidelines.queries import NoGuidelineInForceError, version_in_force
from team.models import Membership


def guideline_for(member: Membership) -> GuidelineVersion | None:
    """Return the version in force in the member's own municipality, or None. Every role may read it."""
    try:
        return version_in_force(member.municipality)
    except NoGuidelineInForceError:
        return None
