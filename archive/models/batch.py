"""One hand-over to the archive: which records, and the package they became."""

from django.db import models

from archive.models.record import CaseRecord
from archive.workflow import BatchStatus
from files.models import StoredFile
from team.models import Membership, Municipality


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


class BatchRecord(models.Model):
    """One record in a batch, and why it did not make it if it did not."""

    batch = models.ForeignKey(ExportBatch, on_delete=models.PROTECT, related_name="records")
    record = models.ForeignKey(CaseRecord, on_delete=models.PROTECT, related_name="batches")
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "record"], name="batch_record_once")]

    def __str__(self) -> str:
        return f"{self.record_id} i {self.batch_id}"
