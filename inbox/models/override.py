"""A lead's word that a text may stand although a check stops it."""

from django.db import models
from django.db.models import Q

from inbox.models.reply import Reply
from team.models import Membership


class Override(models.Model):
    """One check of one text, asked for by a member or decided by a lead. Another text needs another one."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="overrides")
    municipality = models.ForeignKey("team.Municipality", on_delete=models.PROTECT, related_name="+")
    check_name = models.CharField(max_length=20)
    text_hash = models.CharField(max_length=64)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    asked_because = models.TextField(blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "check_name", "text_hash"], name="override_once"),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | (Q(decided_at__isnull=False) & ~Q(reason="")), name="override_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_name} for svar {self.reply_id}"
