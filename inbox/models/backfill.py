"""The reading of a channel's history: how far it has come, and whether a person has paused it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inbox.models.channel import Channel
from team.models import Membership


class Backfill(models.Model):
    """One reading of everything a channel ever had. A channel has at most one that is not finished."""

    class State(models.TextChoices):
        RUNNING = "running", _("Henter")
        PAUSED = "paused", _("Satt på pause")
        FINISHED = "finished", _("Ferdig")

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="backfills")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    # Where the reading is (inbox.backfilling.Place); saved with the page it lies behind.
    cursor = models.TextField(blank=True)
    posts_read = models.PositiveIntegerField(default=0)
    comments_read = models.PositiveIntegerField(default=0)
    comments_new = models.PositiveIntegerField(default=0)
    reached = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=12, choices=Channel.Problem, blank=True)
    failures = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    paused_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], condition=models.Q(finished_at__isnull=True), name="backfill_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"historikk for {self.channel_id}: {self.state}"

    @property
    def is_running(self) -> bool:
        """Whether it goes on by itself."""
        return self.state == self.State.RUNNING
