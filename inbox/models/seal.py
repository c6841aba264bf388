"""The words of a sealed comment, closed: who sealed it, why, and what was taken out of its rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inbox.models.comment import Comment
from inbox.models.fields import EncryptedTextField
from team.models import Membership


class Seal(models.Model):
    """One sealed comment. Its words are here and nowhere else until the seal is opened (inbox.sealing)."""

    class Why(models.TextChoices):
        CHILD = "child", _("Bekymring for et barn")
        PERSONAL = "personal", _("Helse- eller personopplysninger")
        THREAT = "threat", _("Trussel")
        OTHER = "other", _("Annet")

    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="seal")
    why = models.CharField(max_length=10, choices=Why)
    remark = models.CharField(max_length=200, blank=True)  # why, where it is none of the others
    sealed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField()
    # files.closed.Words as JSON.
    words = EncryptedTextField()

    def __str__(self) -> str:
        return f"forsegling av {self.comment_id}"

    @property
    def reason(self) -> str:
        """Why, in words."""
        return self.remark or str(self.Why(self.why).label)
