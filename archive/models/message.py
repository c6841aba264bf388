"""Every message that has gone out: its key, what it told, and what the archive answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from archive.models.batch import ExportBatch
from archive.models.record import CaseRecord
from team.models import Membership, Municipality


class SentMessage(models.Model):
    """One message of one package. A key goes out once: again only after the archive has refused it.

    `covers` names the facts it told (archive.facts), so that what comes later is told by a message of its own.
    """

    class Answer(models.TextChoices):
        NONE = "", _("Venter på kvittering")
        RECEIPTED = "receipted", _("Kvittert")
        FAILED = "failed", _("Avvist")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="messages")
    batch = models.ForeignKey(ExportBatch, on_delete=models.PROTECT, related_name="messages")
    folder = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    covers = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()

    answer = models.CharField(max_length=10, choices=Answer, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    was_there = models.BooleanField(default=False)  # the archive already had it
    system_id = models.CharField(max_length=100, blank=True)
    journal_year = models.PositiveIntegerField(null=True)
    journal_sequence = models.PositiveIntegerField(null=True)
    entry_number = models.PositiveIntegerField(null=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["batch_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "key"], condition=~Q(answer="failed"), name="sent_message_key_once"
            )
        ]
        indexes = [models.Index(fields=["batch", "answer"], name="sent_message_answers")]

    def __str__(self) -> str:
        return self.key

    @property
    def journal_number(self) -> str:
        """The archive's number of the entry: «2026/4711», or «3» in its case; "" before the archive has given one."""
        if self.journal_year and self.journal_sequence:
            return f"{self.journal_year}/{self.journal_sequence}"
        return str(self.entry_number or "")
