"""Corrections that hold until a date (Faktabank), and the task to correct a post of our own."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models.comment import Comment
from inbox.workflow import TaskStatus
from team.models import Membership, Municipality


class Fact(models.Model):
    """A wrong claim we meet again and again, what is right, and where that stands."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    claim = models.TextField(_("påstanden"))
    correction = models.TextField(_("rettelsen"))
    source = models.TextField(_("kilde"))
    uses = models.PositiveIntegerField(default=0)  # how many drafts it was put into
    valid_until = models.DateField(_("gjelder til og med"))
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return self.claim[:80]

    @property
    def is_expired(self) -> bool:
        """An expired fact is shown, never inserted."""
        return self.valid_until < timezone.localdate()


class CorrectionTask(models.Model):
    """We were wrong: the post the comment stands under must be corrected. Done and undone by a lead."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="correction_task")
    status = models.CharField(max_length=10, choices=TaskStatus, default=TaskStatus.OPEN)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"rett innlegget over kommentar {self.comment_id}"
