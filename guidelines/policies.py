"""What a municipality has decided for itself beside the guideline: who may publish alone, which endings it allows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from guidelines.review_policy import DEFAULT_ALONE, ReviewPolicy
from team.models import Membership, Municipality


def default_alone() -> list[str]:
    """Return the sortings that one person may publish until a lead decides otherwise."""
    return [str(code) for code in DEFAULT_ALONE]


class Policy(models.Model):
    """One municipality's policy; a municipality without a row has the defaults (`guidelines.queries.policy_of`)."""

    municipality = models.OneToOneField(Municipality, on_delete=models.PROTECT, related_name="policy")
    alone_for = ArrayField(models.CharField(max_length=20), default=default_alone, blank=True)
    alone_on_duty = models.ForeignKey(
        Membership,
        verbose_name=_("alene på vakt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    alone_until = models.DateField(_("til og med"), null=True, blank=True)
    citizens_may_be_left = models.BooleanField(_("innbyggere seg imellom kan avsluttes uten svar"), default=False)

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(alone_on_duty__isnull=True) | models.Q(alone_until__isnull=False),
                name="alone_on_duty_has_an_end",
            )
        ]

    def __str__(self) -> str:
        return f"Regler for {self.municipality}"

    def as_value(self) -> ReviewPolicy:
        """Return the policy as the pure rules read it."""
        return ReviewPolicy(frozenset(self.alone_for), self.alone_on_duty_id, self.alone_until)
