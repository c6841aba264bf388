"""What somebody attached to a comment: what the platform told of it, and our own copies."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from inbox.models.channel import Channel
from inbox.models.comment import Comment
from inbox.workflow import AttachmentStatus
from team.models import Municipality


class Attachment(models.Model):
    """One picture, film or link of one version of a comment.

    `original` is what the platform sent, byte for byte, for the archive; `shown` is our copy for the page, drawn anew.
    `source_url` is what is fetched: the picture itself, or the platform's small picture of a film or link.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("bilde")
        VIDEO = "video", _("film")
        LINK = "link", _("lenke")
        OTHER = "other", _("vedlegg")

    class Reason(models.TextChoices):
        ADDRESS = "address", _("Adressen er ikke en vanlig nettadresse.")
        HOST = "host", _("Bildet ligger ikke hos plattformen selv.")
        PRIVATE = "private", _("Adressen fører til et privat nett.")
        TOO_LARGE = "too_large", _("Filen er større enn 15 MB.")
        REDIRECTS = "redirects", _("Adressen sender oss videre for mange ganger.")
        NO_PICTURE = "no_picture", _("Filen er ikke et bilde vi kan lese (JPEG, PNG, WebP eller GIF).")
        TOO_MANY_PIXELS = "too_many_pixels", _("Bildet er for stort til å pakkes ut trygt.")
        GONE = "gone", _("Bildet er slettet hos plattformen.")
        UNREACHABLE = "unreachable", _("Plattformen svarte ikke.")
        ODD_ANSWER = "odd_answer", _("Plattformen ga et svar vi ikke forstår.")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="attachments")
    comment_version = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    url = models.TextField(blank=True)
    source_url = models.TextField(blank=True)
    alt = models.TextField(blank=True)
    media_type_told = models.CharField(max_length=100, blank=True)
    seen_at = models.DateTimeField(auto_now_add=True)

    status = models.CharField(max_length=10, choices=AttachmentStatus, default=AttachmentStatus.LISTED)
    version = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(null=True)
    original = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    shown = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["comment_id", "comment_version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "comment_version", "position"], name="attachment_once")
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=models.Q(status="WAITING"), name="attachment_due")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position} av kommentar {self.comment_id}"

    @property
    def is_shown(self) -> bool:
        """Whether we have a copy to show."""
        return self.shown_id is not None

    @property
    def can_be_fetched_again(self) -> bool:
        """Whether «Hent på nytt» makes sense."""
        return self.status in {AttachmentStatus.REFUSED, AttachmentStatus.GONE, AttachmentStatus.FAILED}
