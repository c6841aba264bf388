"""What a person is in a municipality."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from team.models.municipality import Municipality
from team.models.user import User


class Role(models.TextChoices):
    """The roles of product.md section 1; what each may do stands in `team.access` and in the rooms' `access`."""

    MEMBER = "member", _("svarer")
    LEAD = "lead", _("leder")
    ARCHIVIST = "archivist", _("arkivar")
    SYSADMIN = "sysadmin", _("systemansvarlig")
    READER = "reader", _("leser")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        """Those whose dates hold today and whose person may still sign in."""
        today = timezone.localdate()
        begun = models.Q(starts_on__isnull=True) | models.Q(starts_on__lte=today)
        not_over = models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=today)
        return self.filter(begun, not_over, user__is_active=True)


class Membership(models.Model):
    """A person in a municipality with a role, from one day to another. The `by=` of every act."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("rolle"), max_length=10, choices=Role)
    title = models.CharField(_("stilling"), max_length=100, blank=True)
    starts_on = models.DateField(_("fra og med"), null=True, blank=True)
    ends_on = models.DateField(_("til og med"), null=True, blank=True)
    # When the practice for new members was finished or put aside; until then it is offered.
    practice_closed_at = models.DateTimeField(null=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "municipality"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="membership_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.name}, {self.get_role_display()} i {self.municipality}"

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def may_answer(self) -> bool:
        """Sort, draft, claim: the team's own work."""
        return self.role in {Role.MEMBER, Role.LEAD}

    @property
    def may_approve(self) -> bool:
        """Review and publish what others wrote."""
        return self.role == Role.LEAD

    @property
    def may_archive(self) -> bool:
        """Complete and export archive records."""
        return self.role == Role.ARCHIVIST

    @property
    def sees_content(self) -> bool:
        """The system administrator and the reader never see what citizens wrote."""
        return self.role in {Role.MEMBER, Role.LEAD, Role.ARCHIVIST}
