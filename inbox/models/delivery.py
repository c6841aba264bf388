"""What a platform brought to our door unasked (webhooks), byte for byte, and how far we are with reading it.

There is no status and no event in the log for each: nobody decides anything here, and what comes of it (comments,
versions, tombstones) is logged where it happens. The times tell how far it is.
"""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import INSTALLATION
from inbox.models.channel import Channel

OVERDUE = timedelta(minutes=5)


class Delivery(models.Model):
    """One signed delivery, whoever's it is. The same bytes are kept once and counted."""

    body = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField(auto_now_add=True)
    repeats = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    try_after = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True)
    not_understood = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["try_after"], condition=Q(opened_at=None), name="delivery_unopened"),
            models.Index(fields=["received_at"], name="delivery_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} mottatt {self.received_at:%Y-%m-%d %H:%M}"


class DeliveryPart(models.Model):
    """What one delivery says of one account: the ids of comments to fetch. A town sees its own parts only.

    `channel` is empty for an account that no channel here speaks for.
    """

    class Problem(models.TextChoices):
        UNKNOWN_PAGE = "unknown_page", _("Ingen kanal her har denne siden.")
        TOKEN = "token", _("Tilgangsnøkkelen gjelder ikke lenger. Koble til på nytt.")
        PERMISSION = "permission", _("Tilgangen mangler en rettighet. Koble til på nytt.")
        AWAY = "away", _("Plattformen svarte ikke. Vi prøvde tre ganger.")
        ODD = "odd", _("Plattformen svarte noe vi ikke forstår.")
        STUCK = "stuck", _("Lesingen stoppet tre ganger.")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="parts")
    platform = models.CharField(max_length=20, choices=Channel.Platform)
    account_id = models.CharField(max_length=200)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, null=True, related_name="delivery_parts")
    left = ArrayField(models.CharField(max_length=200), default=list)
    attempts = models.PositiveIntegerField(default=0)
    try_after = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=12, choices=Problem, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["try_after"], condition=Q(read_at=None, problem=""), name="delivery_part_due"),
            models.Index(fields=["channel"], condition=Q(read_at=None), name="delivery_part_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.account_id} i {self.delivery_id}"

    @property
    def municipality_id(self) -> int:
        """Whose log an act on it belongs in; the installation's while nobody knows whose page it is."""
        return self.channel.municipality_id if self.channel else INSTALLATION

    @classmethod
    def unread(cls) -> Q:
        """What a person should know of: given up, or not read although it has been here a while."""
        return Q(read_at=None) & (~Q(problem="") | Q(delivery__received_at__lt=timezone.now() - OVERDUE))
