"""A question on its way to the right body (guideline point 5), and the bodies outside the municipality it may go to."""

import uuid
from hashlib import sha256

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inbox.models.comment import Comment
from inbox.workflow import ForwardingStatus
from notices.models import Notice
from team.models import Membership, Municipality, Unit


def token_hash(token: str) -> str:
    """Return what is stored of a receipt link's token (32 random bytes, so a plain hash keeps it)."""
    return sha256(token.encode()).hexdigest()


class OutsideBody(models.Model):
    """A body outside the municipality that a lead has approved as a recipient: IKS, fire service, county."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="outside_bodies")
    name = models.CharField(_("navn"), max_length=100)
    email = models.EmailField(_("e-post"))
    legal_basis = models.CharField(_("hjemmel for å sende henvendelser videre"), max_length=200)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "outside bodies"
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="outside_body_once")]

    def __str__(self) -> str:
        return self.name


class Forwarding(models.Model):
    """One comment to one recipient. What was sent is copied here, so that it can be told later as it was."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="forwardings")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=ForwardingStatus, default=ForwardingStatus.PLANNED)
    version = models.PositiveIntegerField(default=0)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    outside_body = models.ForeignKey(OutsideBody, on_delete=models.PROTECT, null=True, related_name="+")
    legal_basis = models.CharField(max_length=200, blank=True)
    remark = models.CharField(_("beskjed til mottakeren"), max_length=1000, blank=True)
    planned_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(auto_now_add=True)

    recipient_email = models.EmailField(blank=True)
    text = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    sendings = models.PositiveSmallIntegerField(default=0)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, blank=True)
    token_expires_at = models.DateTimeField(null=True)

    chase_at = models.DateTimeField(null=True)
    chased_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(_("navnet ditt"), max_length=100, blank=True)
    answer = models.TextField(_("svaret fra mottakeren"), blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, outside_body__isnull=True)
                | Q(unit__isnull=True, outside_body__isnull=False),
                name="forwarding_one_recipient",
            ),
            models.UniqueConstraint(fields=["comment"], condition=Q(status="PLANNED"), name="forwarding_one_planned"),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="forwarding_token_once"),
        ]
        indexes = [
            models.Index(fields=["municipality", "sent_at"], condition=Q(status="SENT"), name="forwarding_waiting"),
            models.Index(
                fields=["chase_at"], condition=Q(status="SENT", chased_at__isnull=True), name="forwarding_to_chase"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} til {self.recipient}"

    @property
    def recipient(self) -> Unit | OutsideBody:
        """The unit or outside body it goes to."""
        chosen = self.unit or self.outside_body
        assert chosen is not None, "held by the constraint forwarding_one_recipient"  # noqa: S101
        return chosen
