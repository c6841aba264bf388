"""One hand-over to the archive: which records, and the package they became."""

from django.db import models
from django.utils import timezone

from archive.models.record import CaseRecord
from archive.said import said
from archive.workflow import BatchStatus
from files.models import StoredFile
from team.models import Membership, Municipality

FEW = 3  # records, after which the pace is worth something


class ExportBatch(models.Model):
    """A package of confirmed records. Packed by a worker; taken up again if the worker dies."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=BatchStatus, default=BatchStatus.WAITING)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    lease_until = models.DateTimeField(null=True)
    target = models.CharField(max_length=20, default="fiks-arkiv-v1")
    wants_stop = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)  # this time: a batch that is taken up again begins anew
    packing = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    package = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    # Where it is handed over by itself (archive.delivery): when that was done, or why it was not.
    delivered_at = models.DateTimeField(null=True)
    delivery_problem = models.CharField(max_length=300, blank=True)
    head_number = models.BigIntegerField(null=True)
    head_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "export batches"

    def __str__(self) -> str:
        return f"eksport {self.pk}"

    def seconds_left(self, size: int) -> int | None:
        """Return about how long the packing will take yet, at its pace so far; None while there is nothing to go by."""
        if self.begun_at is None or self.done < FEW:
            return None
        return round((timezone.now() - self.begun_at).total_seconds() / self.done * (size - self.done))

    @property
    def why_not_delivered(self) -> str:
        """Why it was not handed over, in the language in force; "" when nothing is wrong."""
        return said(self.delivery_problem)


class BatchRecord(models.Model):
    """One record in a batch, and why it did not make it if it did not."""

    batch = models.ForeignKey(ExportBatch, on_delete=models.PROTECT, related_name="records")
    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="batches")
    problem = models.TextField(blank=True)  # as archive.said keeps it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "record"], name="batch_record_once")]

    def __str__(self) -> str:
        return f"{self.record_id} i {self.batch_id}"

    @property
    def why_not(self) -> str:
        """Why it is not in the package, in the language in force; "" when it is."""
        return said(self.problem)
