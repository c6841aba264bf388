"""What the detectors saw in a comment. Places and rules only: the words stand in the comment alone."""

from django.db import models

from inbox.models.comment import Comment


class Finding(models.Model):
    """One thing a rule saw in one version of a comment. A proposal: nobody has decided anything."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="findings")
    version_number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    is_firm = models.BooleanField(default=True)
    detectors = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["start", "end"]
        indexes = [models.Index(fields=["comment", "version_number"], name="finding_of_version")]

    def __str__(self) -> str:
        return f"{self.kind} {self.start}-{self.end} i {self.comment_id}"
