"""A post of ours that people comment on."""

from django.db import models

from inbox.models.channel import Channel


class Post(models.Model):
    """One post on one of our accounts."""

    municipality = models.ForeignKey("team.Municipality", on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="posts")
    external_id = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    permalink = models.TextField(blank=True)
    posted_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(auto_now_add=True)
    thread_read_at = models.DateTimeField(null=True)
    # How many comments the platform counts here, and when it said so; None where it does not tell.
    platform_count = models.PositiveIntegerField(null=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="post_once")]
        indexes = [models.Index(fields=["channel", "-posted_at"], name="post_newest")]

    def __str__(self) -> str:
        return f"{self.external_id} på {self.channel_id}"

    @property
    def title(self) -> str:
        """The first line, short enough for a list."""
        line = (self.text.strip().splitlines() or [""])[0]
        return line if len(line) <= 80 else f"{line[:79].rstrip()}…"
