"""An order to erase everything whose keeping time is over; carried out some at a time."""

from django.db import models
from django.db.models import Q

from team.models import Membership, Municipality


class Erasure(models.Model):
    """What was done before `done_before` and became no case. `after` is the id of the last comment looked at."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    done_before = models.DateTimeField()
    after = models.BigIntegerField(default=0)
    erased = models.PositiveIntegerField(default=0)
    held_back = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"], condition=Q(finished_at=None), name="erasure_one_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"sletting {self.pk}"
