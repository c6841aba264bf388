"""The states of a guideline version and the moves between them."""

from django.utils.translation import gettext_lazy as _

from audit.moves import Move, Moves
from guidelines.models import GuidelineVersion

Status = GuidelineVersion.Status

PUT_IN_FORCE = Move(
    "put_in_force", "guideline.put_in_force", frozenset({Status.DRAFT}), Status.IN_FORCE, _("Sett i kraft")
)
REPLACE = Move("replace", "guideline.replace", frozenset({Status.IN_FORCE}), Status.REPLACED, _("Erstatt"))

MOVES = Moves("guideline", states=Status, start=[Status.DRAFT], moves=[PUT_IN_FORCE, REPLACE])
